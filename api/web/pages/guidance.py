"""What the authority asks of each picture, with drawn examples; wording in `wording/apply.toml`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guide:
    """What a page says about one picture before it is taken.

    Attributes:
        points: how many sentences `guide-<item>-<n>` there are.
        good, bad: names of examples: texts `example-<item>-<name>`, pictures `images/guidance/<item>-<name>.jpg`.
        shape: of the camera's frame: `oval`, `card` or `sheet`.
        facing: which camera: `user` looks at its holder, `environment` away.
        width, height: of the examples, pixels.
    """

    points: int
    good: str
    bad: tuple[str, ...]
    shape: str
    facing: str
    width: int
    height: int


_CARD = Guide(4, "good", ("glare", "cut", "dark"), "card", "environment", 336, 234)
GUIDES: dict[str, Guide] = {
    "portrait": Guide(6, "good", ("background", "tilted", "dark"), "oval", "user", 240, 320),
    "id-portrait": _CARD,
    "id-emblem": _CARD,
    "signature": Guide(4, "good", ("ruled", "faint"), "sheet", "environment", 336, 234),
}
"""The pictures of an application, in the order in which they are asked for."""
