"""Showing a plan: text for the terminal, GeoJSON for a map, one HTML file for the record."""
