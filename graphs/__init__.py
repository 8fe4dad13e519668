"""The road, and how long it takes to drive it. Knows no incident and no team."""
