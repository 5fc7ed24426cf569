"""FAC: mouth and expression."""
