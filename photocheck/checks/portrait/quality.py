"""QUA: what the camera, the encoder or a printer did to the picture."""
