"""FIL: the file itself."""
