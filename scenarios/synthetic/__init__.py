"""A whole district made up on any road graph: towns, force, depots, shelters, risk. Demo data, marked so."""

from scenarios.synthetic.district import synthesise
from scenarios.synthetic.ground import Known

__all__ = ["Known", "synthesise"]
