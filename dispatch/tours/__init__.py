"""Trucks and tours: what depots issue, cut into loads, carried by a mixed fleet in timed trips."""
