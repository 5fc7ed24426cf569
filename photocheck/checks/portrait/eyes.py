"""EYE: open, looking at the camera, of natural colour."""
