"""What is seen on an ID-1 card."""
