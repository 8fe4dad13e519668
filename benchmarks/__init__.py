"""Measurements: subjects by phases, us and the peers in one run."""
