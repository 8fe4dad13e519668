"""Deciding, explaining, trying out, serving: the application."""
