"""What is seen on the pictures of one application side by side."""
