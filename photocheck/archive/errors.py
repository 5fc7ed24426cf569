"""What stops a batch."""

from __future__ import annotations


class ArchiveError(Exception):
    """A source, a folder or a run that cannot be used; the text is one sentence for the user."""
