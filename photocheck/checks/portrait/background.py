"""BKG: what is behind the person."""
