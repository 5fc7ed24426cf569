"""POS: how the head and shoulders are held."""
