"""Pictures made anew in a worker: nothing of a sent file reaches a viewer but its pixels."""

from __future__ import annotations


def recoded(data: bytes) -> bytes:
    """Every pixel of a picture, upright, as a JPEG without metadata.

    Raises:
        UnreadableImage: where it is no picture; what was kept had been decoded once.
    """
    from PIL import Image

    from photocheck.decode import decode
    from photocheck.render.annotate import encode_jpeg

    picture = Image.fromarray(decode(data).rgb)
    return encode_jpeg(picture, max(picture.size))
