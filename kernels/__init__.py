"""Every Numba loop of the project: arrays and scalars in, arrays out. Knows no road and no team."""
