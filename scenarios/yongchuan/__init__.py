"""The embedded district of Yongchuan (永川): real towns and named roads, the rest made up from a seed.

What is cited carries its source mark in `basis` (S = the district's plan, G = geography sources, both listed
in `places`); everything else is marked demo data (演示数据).
"""
