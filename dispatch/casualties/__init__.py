"""Which ambulance carries which casualties to which hospital: first plan, improvement, proof, bound."""
