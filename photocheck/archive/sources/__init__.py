"""Where pictures come from: listed as a stream, read one at a time."""
