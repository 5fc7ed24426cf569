"""What is left in a photo when a face was beautified."""
