"""photocheck: a linter for identity photos and document images."""

__version__ = "0.1.0"
