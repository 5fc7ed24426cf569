"""What scored archives say: what changed between two, what other limits would change, and a summary to look at."""
