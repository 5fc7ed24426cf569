"""Checks of ID-1 cards: capture, authenticity, fields."""
