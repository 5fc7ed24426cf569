"""LUM: light and colour."""
