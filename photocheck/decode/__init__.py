"""From bytes to pixels: `gate.py` is the one way in, the other modules know one format or one part of a file each."""

from photocheck.decode.facts import FileFacts
from photocheck.decode.gate import Picture, decode, read
from photocheck.decode.jpeg import JpegFacts
from photocheck.decode.limits import DEFAULT_LIMITS, DecodeLimits, UnreadableImage

__all__ = [
    "DEFAULT_LIMITS",
    "DecodeLimits",
    "FileFacts",
    "JpegFacts",
    "Picture",
    "UnreadableImage",
    "decode",
    "read",
]
