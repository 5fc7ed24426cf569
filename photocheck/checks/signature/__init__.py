"""SIG: checks of the picture of a handwritten signature."""
