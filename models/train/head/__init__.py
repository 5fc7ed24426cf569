"""What is on and before a head: glasses, covers, hats, hair, make-up."""
