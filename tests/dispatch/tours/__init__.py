"""Tests of trucks and tours."""
