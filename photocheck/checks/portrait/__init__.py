"""Checks of portraits."""
