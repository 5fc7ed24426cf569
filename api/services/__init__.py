"""What the service does, without HTTP: each module takes a `Service` or a session and raises `Problem`."""
