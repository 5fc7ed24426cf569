"""How long what is kept, and its erasure everywhere."""
