"""Pages for people, rendered on the server; each module has a `router`."""
