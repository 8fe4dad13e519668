"""The words of the system: frozen dataclasses that check themselves.

Everything here is a value. Nothing here knows a road, a solver, a file or a clock.
"""
