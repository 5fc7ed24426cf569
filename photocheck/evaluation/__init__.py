"""How often the checks are wrong: error rates on labelled images, with intervals, curves and groups."""
