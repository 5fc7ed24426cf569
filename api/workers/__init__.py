"""Processes that check pictures: the only ones that load the nets."""
