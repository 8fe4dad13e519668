"""Worlds to run against: roads, force, depots, stock, risk. Data; running them is `dispatch`'s business."""
