"""The checks, a family a file. Importing this package registers them all."""

from photocheck.checks import file, provenance
from photocheck.checks.idcard import authenticity, capture, clarity, fields, number, validity
from photocheck.checks.portrait import (
    background,
    cover,
    encoding,
    eyes,
    face,
    geometry,
    light,
    perspective,
    pose,
    quality,
    reproduction,
    retouch,
)
from photocheck.checks.signature import hand, paper, place, strokes
from photocheck.checks.submission import papers, people

__all__ = [
    "authenticity",
    "background",
    "capture",
    "clarity",
    "cover",
    "encoding",
    "eyes",
    "face",
    "fields",
    "file",
    "geometry",
    "hand",
    "light",
    "number",
    "paper",
    "papers",
    "people",
    "perspective",
    "place",
    "pose",
    "provenance",
    "quality",
    "reproduction",
    "retouch",
    "strokes",
    "validity",
]
