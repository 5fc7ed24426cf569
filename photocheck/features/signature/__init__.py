"""What is seen on the picture of a handwritten signature."""
