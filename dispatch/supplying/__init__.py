"""Which depot gives what to whom by when, at the scale of a whole district: quantities as flows, no trucks."""
