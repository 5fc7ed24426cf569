"""Random watermarks, pasted patches, swapped portraits and scrawls; the worlds differ in words and colours."""

from __future__ import annotations

from typing import Literal

import numpy as np

from samples.maker.camera.edits import Box, Edit, PastedText, Pen, SwappedPortrait, Watermark, Worn
from samples.maker.camera.shot import Image, World

EditName = Literal["watermark", "pasted-text", "swapped-portrait", "pen", "scratched"]

_WORDS = {
    "tune": ("仅供办理入职业务使用", "仅供样本公司备案使用他用无效", "仅用于租房登记", "复印无效", "此件仅供开户使用"),
    "held": (
        "仅限本次签证申请使用",
        "再次复印无效仅供核验",
        "供样本中心报名专用",
        "只用于实名认证",
        "样本机构内部资料",
    ),
}
_INKS = {
    "tune": ((120, 120, 120), (200, 50, 50), (60, 60, 60), (240, 240, 240)),
    "held": ((90, 90, 150), (230, 120, 40), (30, 120, 70), (160, 160, 160)),
}


def random_edit(
    name: EditName,
    seed: int,
    *,
    box: Box | None = None,
    text: str = "",
    picture: Image | None = None,
    text_height: float = 3.0,
    world: World = "tune",
) -> Edit:
    """One edit of the named kind, strong enough to matter.

    Args:
        box: left, top, right, bottom in mm; needed for `pasted-text` and `swapped-portrait`.
        text: what a pasted patch says.
        picture: the other portrait, H×W×3.
        text_height: mm of a pasted character.

    Raises:
        ValueError: when the box or the picture that the edit needs is missing.
    """
    random = np.random.default_rng([seed, len(name), ord(world[0])])
    if name == "watermark":
        repeated = bool(random.random() < 0.5)
        red, green, blue = (int(code) for code in _INKS[world][random.integers(4)])
        return Watermark(
            text=_WORDS[world][random.integers(5)],
            height=random.uniform(2.2, 4.0) if repeated else random.uniform(3.0, 6.0),
            angle=random.uniform(-45, 45) if world == "tune" else float(random.choice([-35, -20, 0, 15, 30])),
            colour=(red, green, blue),
            opacity=random.uniform(0.25, 0.85),
            repeated=repeated,
        )
    if name == "pen":
        return Pen(strokes=int(random.integers(1, 5)), width=random.uniform(0.4, 2.5), box=box)
    if name == "scratched":
        return Worn(random.uniform(0.5, 1.0))
    if box is None:
        raise ValueError(f"{name} needs a box")
    noise, jpeg = random.uniform(0, 7), int(random.integers(20, 75)) if random.random() < 0.7 else None
    blur = float(random.choice([0.0, random.uniform(0.03, 0.12)]))
    feather = float(random.choice([0.0, random.uniform(0.2, 0.8)]))
    if name == "pasted-text":
        ground: Literal["flat", "kept"] = "flat" if random.random() < 0.5 else "kept"
        shade = random.normal(0, 4)
        return PastedText(box, text, text_height, (30, 30, 34), noise, jpeg, blur, feather, shade, ground)
    if picture is None:
        raise ValueError(f"{name} needs a picture")
    return SwappedPortrait(box, picture, noise, jpeg, blur, feather)
