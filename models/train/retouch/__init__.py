"""Signs of retouching: our own beauty operations with their truth, and what is trained on them. Never shipped."""
