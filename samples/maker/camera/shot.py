"""What is asked of the camera (`Shot` and its parts) and what it gives back (`Capture`).

Places on a document are millimetres from its own top left, x to the right and y down. Pixels have their centres at
whole coordinates, as in OpenCV. `World` names two disjoint families of desks, lamps, hands, screens and copiers: what
is tuned on captures of the world "tune" can be measured on captures of the world "held".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Plane = NDArray[np.float32]
Points = NDArray[np.float64]

World = Literal["tune", "held"]
Desk = Literal["wood", "cloth", "stone", "paper", "white", "page", "keyboard", "dark"]
Side = Literal["left", "top", "right", "bottom"]
DESKS: tuple[Desk, ...] = ("wood", "cloth", "stone", "paper", "white", "page", "keyboard", "dark")


@dataclass(frozen=True)
class Light:
    """The lamp and how the camera meters it.

    Attributes:
        exposure: stops brighter (+) or darker (-) than a white card rendered at about 225 of 255.
        kelvin_shift: -1 (bluish) to 1 (yellowish): what white balance left over.
        falloff: loss of light from the brightest to the darkest corner of the picture, 0..1.
        azimuth: degrees clockwise from the right of the picture, where the light comes from.
        vignette: loss of light at the picture's corners, 0..1.
    """

    exposure: float = 0.0
    kelvin_shift: float = 0.0
    falloff: float = 0.1
    azimuth: float = 225.0
    vignette: float = 0.08


@dataclass(frozen=True)
class Glare:
    """A lamp mirrored in the document's surface.

    Attributes:
        at: (x, y) mm on the document.
        size: (long, short) mm of the mirrored lamp.
        angle: degrees of its longer axis on the document.
        strength: light added, in units of white; 1 and more is blown, 0.3 still lets print be seen.
        softness: 0 (a clear mirror) to 1 (satin), the width of its edge as a share of `size`.
        shape: None for one of the world's own; "tune": lamp, tube, window; "held": ring, panel, streak.
    """

    at: tuple[float, float]
    size: tuple[float, float] = (14.0, 9.0)
    angle: float = 0.0
    strength: float = 1.5
    softness: float = 0.4
    shape: Literal["lamp", "tube", "window", "ring", "panel", "streak"] | None = None


@dataclass(frozen=True)
class Shadow:
    """Something between lamp and document.

    Attributes:
        at: (x, y) mm on the document of a point on the shadow's edge.
        angle: degrees clockwise on the document, the direction in which it gets dark.
        depth: share of light lost in the umbra, 0..1.
        softness: mm from lit to dark.
        shape: `edge` a straight rim, `hand` a phone-and-hand outline, `bars` of a blind.
    """

    at: tuple[float, float]
    angle: float = 45.0
    depth: float = 0.5
    softness: float = 10.0
    shape: Literal["edge", "hand", "bars"] = "edge"


@dataclass(frozen=True)
class Finger:
    """A finger over the document, the hand behind it.

    Attributes:
        tip: (x, y) mm on the document where the middle of the fingertip ends.
        angle: degrees clockwise on the document, the direction in which the tip points.
        width: mm across the finger.
        tone: 1 (lightest) to 10 (darkest) skin.
        sleeve: sRGB of a sleeve that follows the hand; None is a bare arm.
    """

    tip: tuple[float, float]
    angle: float = 0.0
    width: float = 18.0
    tone: float = 3.0
    sleeve: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class Cut:
    """Part of the document lies outside the picture: `amount` of its extent towards `side` (0..1)."""

    side: Side
    amount: float


@dataclass(frozen=True)
class Second:
    """Another flat document beside the first, H×W×3 uint8.

    Attributes:
        centre: (x, y) mm on the first document's plane.
        turn: degrees clockwise against the first.
        above: lies over the first where they meet.
    """

    flat: Image
    size_mm: tuple[float, float]
    centre: tuple[float, float] = (42.8, 88.0)
    turn: float = 0.0
    corner_radius_mm: float = 3.18
    above: bool = False


@dataclass(frozen=True)
class Copy:
    """The document is a photocopy or a print on paper.

    Attributes:
        colour: a colour copy, or grey.
        structure: None for one of the world's own; "tune": `clustered` (laser dots, one angle a colour), `fine`;
            "held": `line` (line screen), `stochastic` (inkjet).
        margin: mm of white paper round the print: left, top, right, bottom.
        skew: degrees of the print on its sheet.
        contrast: 1 keeps tones; 1.3 and more loses the light and the dark ones.
        dirt: 0..1, toner specks and streaks.
    """

    colour: bool = True
    structure: Literal["clustered", "fine", "line", "stochastic"] | None = None
    margin: tuple[float, float, float, float] = (40.0, 40.0, 40.0, 60.0)
    skew: float = 0.0
    contrast: float = 1.1
    dirt: float = 0.3


@dataclass(frozen=True)
class Screen:
    """The document is shown on a display.

    Attributes:
        pitch: mm between the display's pixels; None for one of the world's own.
        scale: millimetres on the display for a millimetre of the document.
        layout: order of the sub-pixels; None for one of the world's own; "tune": `stripe`; "held": `pentile`, `bgr`.
        page: what is round the document: `black`, `white` or `viewer`.
        margin: mm of page at left, top, right and bottom before the bezel begins.
        white: -1 warm to 1 bluish white point.
        black: light of a black pixel, in units of white.
        bands: strength of refresh bands, 0..1.
        grid: contrast of the sub-pixel grid, 0..1; a lens that is not quite sharp leaves less.
    """

    pitch: float | None = None
    scale: float = 1.0
    layout: Literal["stripe", "bgr", "pentile"] | None = None
    page: Literal["black", "white", "viewer"] = "viewer"
    margin: tuple[float, float, float, float] = (25.0, 30.0, 25.0, 30.0)
    white: float = 0.5
    black: float = 0.01
    bands: float = 0.0
    grid: float = 0.6


@dataclass(frozen=True)
class Electronic:
    """No camera at all: the document drawn on a page of an application, or filling the whole file.

    Attributes:
        page: `app` with a status bar and buttons, `plain` one colour, `full` the document is the whole file.
        corners: round corners against the page, or square as most scans.
    """

    page: Literal["app", "plain", "full"] = "app"
    corners: Literal["round", "square"] = "round"


Medium = Copy | Screen | Electronic


@dataclass(frozen=True)
class Shot:
    """Everything about one photograph but the document.

    Attributes:
        width, height: pixels of the picture.
        share: the document's longer edge as a share of the picture's longer side, before tilt.
        turn: degrees clockwise in the picture's plane.
        tilt_x, tilt_y: degrees about the picture's horizontal and vertical axis.
        focal: focal length in units of the picture's longer side; phones have 0.7 to 0.85.
        offset: where the document's middle is, from the picture's, as shares of width and height.
        variant: which texture of the desk's kind.
        noise: 0 (bright daylight) to 1 (a dim room).
        sharpen: 0..1.5, the phone's own sharpening.
        lens: standard deviation of the lens's blur, pixels.
        defocus: radius of the circle of confusion, mm on the document.
        motion: (length mm on the document, degrees in the picture).
        jpeg: quality, or None for no compression.
        subsample: chroma at half resolution in the JPEG.
        enlarged: the picture was taken this many times smaller and scaled up.
        clutter: 0..3 other things on the desk.
    """

    width: int = 1600
    height: int = 1200
    share: float = 0.7
    turn: float = 0.0
    tilt_x: float = 0.0
    tilt_y: float = 0.0
    focal: float = 0.75
    offset: tuple[float, float] = (0.0, 0.0)
    desk: Desk = "wood"
    variant: int = 0
    world: World = "tune"
    light: Light = Light()
    noise: float = 0.2
    sharpen: float = 0.6
    lens: float = 0.6
    defocus: float = 0.0
    motion: tuple[float, float] | None = None
    jpeg: int | None = 92
    subsample: bool = True
    enlarged: float = 1.0
    clutter: int = 0
    cut: Cut | None = None
    glare: tuple[Glare, ...] = ()
    shadows: tuple[Shadow, ...] = ()
    fingers: tuple[Finger, ...] = ()
    second: Second | None = None
    medium: Medium | None = None
    laminated: float = 0.0
    scratched: float = 0.0


@dataclass(frozen=True)
class Capture:
    """A picture and the truth about it.

    Attributes:
        rgb: H×W×3 uint8 sRGB, as decoded from `jpeg` where there is one.
        corners: 4×2 pixels clockwise from the document's own top left; may lie outside the picture.
        rotation: 0, 90, 180 or 270: the clockwise quarter turns nearest to how the document lies in the picture.
        to_picture: 3×3 homography, mm on the document to pixels.
        faults: by name, the facts of each: strength, place and polygons in mm on the document where they make sense.
        masks: by name (`card`, `glare`, `finger`, `shadow`), H×W uint8, 255 where the thing is in full.
        jpeg: the file's bytes, or None for a picture without compression.
    """

    rgb: Image
    corners: Points
    rotation: int
    to_picture: Points
    faults: Mapping[str, Mapping[str, Any]]
    masks: Mapping[str, Image] = field(default_factory=dict)
    jpeg: bytes | None = None
    shot: Shot = Shot()

    def covered(self, name: str, box: tuple[float, float, float, float]) -> float:
        """Mean of a mask over a box of the document (left, top, right, bottom mm), 0..1; 0 without such a mask."""
        if name not in self.masks:
            return 0.0
        left, top, right, bottom = box
        size = (max(2, round((right - left) * 4)), max(2, round((bottom - top) * 4)))
        onto = np.array([[(right - left) / size[0], 0, left], [0, (bottom - top) / size[1], top], [0, 0, 1]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return float(cv2.warpPerspective(self.masks[name], self.to_picture @ onto, size, flags=flags).mean() / 255)
