"""How much light is on the face, told by things that do not depend on the tone of the skin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features import landmarks
from photocheck.features.quantile import medians, quantile
from photocheck.features.skin import CHIP_SIDE, LIGHTNESS_OFFSET, Mask, Skin, doubled, halved
from photocheck.features.subject import Image
from photocheck.finding import NotAssessable

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

BLOWN = 250
"""A channel of this value or more holds no detail."""

_LEAST_EYE_WHITE = 24  # chip pixels
_LEAST_OPENING = 0.12  # lid gap over the eye's width; below it what lies between the lids is lashes
_LEAST_EYE_CONTRAST = 0.12  # stops of red over blue by which skin is redder than the white of the eyes
_OVER_EXPOSED = 0.1
_SPARSE = 8  # every eighth pixel of the work copy each way tells the picture's levels


@dataclass(frozen=True, slots=True)
class EyeWhites:
    """The white of both eyes: near to neutral and alike in every person, so it tells the light.

    Attributes:
        lightness: 85th percentile of L, 0..100 (most of it lies in the lids' shade).
        a, b: median CIELAB a and b of their lighter half.
    """

    lightness: float
    a: float
    b: float


@dataclass(frozen=True, slots=True)
class FaceLight:
    """Levels of light in face and picture, CIELAB lightness 0..100 unless said otherwise.

    Attributes:
        eye_whites: None where they are not seen (closed eyes, tinted glasses).
        face_dark, face_bright: 0.5th and 99.5th percentile inside the face oval, eyes and brows included.
        picture_bright: 99th percentile of the whole picture.
        blown: share 0..1 of a region of skin with two or three channels at `BLOWN` or more, the middle one of the
            regions (shine on a forehead is no over-exposure).
        skin_lightness, skin_chroma, skin_hue: skin's median L, and length and angle (degrees) of its median (a, b).
        shine: 256×256 bool on the chip, skin that a reflection has turned nearly white.
        grey: whether face and surroundings have no colour at all.
    """

    eye_whites: EyeWhites | None
    face_dark: float
    face_bright: float
    picture_bright: float
    blown: float
    skin_lightness: float
    skin_chroma: float
    skin_hue: float
    shine: Mask
    grey: bool

    @property
    def brightest_of_face(self) -> float:
        """The lighter of the white of the eyes and the face's own highlights."""
        whites = self.eye_whites
        return self.face_bright if whites is None else max(whites.lightness, self.face_bright)

    @property
    def contrast(self) -> float:
        """How far the darkest parts of the face lie below its brightest, as a share 0..1 of the brightest."""
        return 1.0 - self.face_dark / max(1.0, self.face_bright)

    @property
    def over_exposed(self) -> bool:
        """Whether so much of the skin is blown that its highlights and colour say nothing."""
        return self.blown > _OVER_EXPOSED

    def needs_colour(self) -> None:
        """Raise `greyscale` for a grey picture, and `over-exposed` where the skin's colour is gone."""
        if self.grey:
            raise NotAssessable("greyscale")
        if self.over_exposed:
            raise NotAssessable("over-exposed")


def see_light(photo: Portrait) -> FaceLight:
    """Read the levels off the chip and the work copy."""
    skin = photo.skin
    chip = np.ascontiguousarray(halved(skin.chip))
    anywhere = skin.all
    everywhere = np.flatnonzero(halved(anywhere))
    pixels = chip.reshape(-1, 3).take(everywhere, axis=0)
    lab = skin.lab.reshape(-1, 3).take(everywhere, axis=0)
    red, _, blue = np.log2(_linear(medians(pixels)))
    lightness, a, b = (float(middle) for middle in medians(lab))
    oval = np.flatnonzero(_filled(CHIP_SIDE // 2, skin.landmarks[list(landmarks.FACE_OVAL)] / 2))
    face = _lab(chip.reshape(-1, 3).take(oval, axis=0))[:, 0]
    levels = cv2.cvtColor(np.ascontiguousarray(photo.work[::_SPARSE, ::_SPARSE]), cv2.COLOR_RGB2LAB)[..., 0]
    colours = skin.lab[::4, ::4]
    return FaceLight(
        eye_whites=_eye_whites(skin, float(red - blue)) if _eyes_open(photo) else None,
        face_dark=quantile(face, 0.005),
        face_bright=quantile(face, 0.995),
        picture_bright=float(np.percentile(levels, 99)) / 2.55,
        blown=_blown(pixels, [halved(mask).reshape(-1)[everywhere] for mask in skin.masks.values()]),
        skin_lightness=lightness,
        skin_chroma=float(np.hypot(a, b)),
        skin_hue=float(np.degrees(np.arctan2(b, a))),
        shine=doubled(_shine(lab, everywhere, lightness)) & anywhere,
        grey=quantile(np.hypot(colours[..., 1], colours[..., 2]), 0.98) < _NO_CHROMA,
    )


def _lab(pixels: Image) -> NDArray[np.float32]:
    """CIELAB of N×3 pixels."""
    share = pixels[None].astype(np.float32) / np.float32(255)
    return np.asarray(cv2.cvtColor(share, cv2.COLOR_RGB2LAB)[0], dtype=np.float32)


def _blown(pixels: Image, regions: list[Mask]) -> float:
    """As `FaceLight.blown`; N×3 pixels of skin, and for each region which of them are its own."""
    burnt = np.count_nonzero(pixels >= BLOWN, axis=1) >= 2
    return float(np.median([np.count_nonzero(burnt & own) / max(1, np.count_nonzero(own)) for own in regions]))


_NO_CHROMA = 2.0


def _shine(lab: NDArray[np.float32], everywhere: NDArray[np.intp], lightness: float) -> Mask:
    """Skin nearly white, lighter than the rest of it, and of little colour for its lightness; 128×128."""
    shine = np.zeros((CHIP_SIDE // 2, CHIP_SIDE // 2), bool)
    level, a, b = lab.T
    bright = level > max(_SHINE_LIGHTNESS, lightness + 4.0)
    if bright.any():
        colour = np.hypot(a, b) / (level + LIGHTNESS_OFFSET)
        shine.reshape(-1)[everywhere] = bright & (colour < 0.6 * quantile(colour, 0.5))
    return shine


_SHINE_LIGHTNESS = 88.0


def _eyes_open(photo: Portrait) -> bool:
    return all(eye.lid_gap > _LEAST_OPENING * eye.width for eye in (photo.eyes.right, photo.eyes.left))


def _eye_whites(skin: Skin, skin_red_over_blue: float) -> EyeWhites | None:
    """The white of both eyes between lids and iris.

    Lids and tinted lenses are told by the ratio of red to blue, which a cast of the whole picture leaves alone:
    the white must be less red than the skin by some margin.
    """
    outlines = (landmarks.RIGHT_EYE_OUTLINE, landmarks.LEFT_EYE_OUTLINE)
    opened = _filled(CHIP_SIDE, *(skin.landmarks[list(outline)] for outline in outlines))
    seen = cv2.erode(opened, np.ones((3, 3), np.uint8))
    for iris in (landmarks.RIGHT_IRIS, landmarks.LEFT_IRIS):
        centre, *rim = skin.landmarks[list(iris)]
        radius = float(np.hypot(*(np.array(rim) - centre).T).mean())
        cv2.circle(seen, (round(centre[0]), round(centre[1])), round(1.1 * radius), (0,), -1)
    white = np.flatnonzero(seen)
    if white.size < _LEAST_EYE_WHITE:
        return None
    pixels = skin.chip.reshape(-1, 3)[white]
    lab = _lab(pixels)
    lighter = lab[:, 0] >= quantile(lab[:, 0], 0.5)  # the other half is lids' shade, lashes and veins
    red, _, blue = np.log2(_linear(medians(pixels[lighter])))
    if skin_red_over_blue - float(red - blue) < _LEAST_EYE_CONTRAST:
        return None
    _, a, b = medians(lab[lighter])
    return EyeWhites(quantile(lab[:, 0], 0.85), float(a), float(b))


def _filled(side: int, *outlines: NDArray[np.float64]) -> Image:
    """A square mask, 1 inside the outlines."""
    mask = np.zeros((side, side), np.uint8)
    for outline in outlines:
        cv2.fillPoly(mask, [outline.round().astype(np.int32)], (1,))
    return mask


def _linear(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear light 0..1 of sRGB levels 0..255, never quite black so that ratios stay finite."""
    share = levels / 255.0
    light: NDArray[np.float64] = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return light + 0.001
