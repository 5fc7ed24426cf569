"""The checks, a family a file. Importing this package registers them all."""

from photocheck.checks import file, provenance
from photocheck.checks.portrait import background, eyes, face, geometry, light, pose, quality

__all__ = ["background", "eyes", "face", "file", "geometry", "light", "pose", "provenance", "quality"]
