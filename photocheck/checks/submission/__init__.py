"""SUB: questions about the pictures of one application together."""
