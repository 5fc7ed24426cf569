"""HTTP in front of the services: a module a resource; each offers a `router`."""
