"""Fine regular patterns over the face: the dots of a print, the pixels of a display."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.quantile import quantile
from photocheck.features.texture import Texture
from photocheck.finding import NotAssessable

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

SIDE = 128
"""Pixels of one window of the spectrum."""

Spectrum = NDArray[np.float32]
Pattern = Literal["print", "screen"]

_FREQUENCY = np.fft.fftfreq(SIDE)
_LINE = np.abs(np.round(_FREQUENCY * SIDE)).astype(int)
_WINDOW = np.outer(np.hanning(SIDE), np.hanning(SIDE)).astype(np.float32)
_PLANES = np.array([[0.299, 0.587, 0.114], [0.5, 0.0, -0.5]], np.float32)  # luma; red minus blue
_SLOWEST = 0.07  # cycles per pixel: below it the face itself is strong
_NEAR, _FAR = 3, 15
_ON_AXIS = 10.0  # degrees: rows and columns of a display held straight
_PARTNER = 0.15
_SEEN = 20.0
_SURE = 40.0


@dataclass(frozen=True, slots=True)
class Raster:
    """The strongest pattern.

    Attributes:
        strength: power of the strongest spectral peak over that around it; below 10 in pictures without a pattern.
        period: pixels from dot to dot.
        angle: degrees between its rows and the picture's, 0..45.
        pattern: what makes such a pattern: `print` (dots in two crossed directions, at an angle) or `screen` (along
            rows and columns, or with stripes of colour in one direction only).
    """

    strength: float
    period: float
    angle: float
    pattern: Pattern


def see_raster(texture: Texture) -> Raster:
    """Find the strongest periodic pattern in luma and in colour.

    Spectra of up to four windows are averaged after each is divided by its own middle, so that one with an eye in it
    weighs no more than one of skin. Multiples of 1/8 along the axes are left out: JPEG's blocks.

    Raises:
        NotAssessable: `too-small` where the face has less than 128 pixels a side.
    """
    height, width = texture.rgb.shape[:2]
    if min(height, width) < SIDE:
        raise NotAssessable("too-small")
    luma, colour = np.zeros((SIDE, SIDE), np.float32), np.zeros((SIDE, SIDE), np.float32)
    for top in _starts(height):
        for left in _starts(width):
            of_luma, of_colour = spectra(texture.rgb[top : top + SIDE, left : left + SIDE])
            luma += of_luma
            colour += of_colour
    rise_luma, rise_colour = rise(luma), rise(colour)
    (grey_peak, grey_at), (colour_peak, colour_at) = _peak(rise_luma), _peak(rise_colour)
    strength, at = max((grey_peak, grey_at), (colour_peak, colour_at))
    # Brightness tells the direction of the dots; colour only where nothing else is seen.
    angle = _from_axis(grey_at if grey_peak > _SEEN else at)
    striped = colour_peak > _SEEN and not _crossed(rise_colour, colour_at)
    return Raster(
        strength=strength,
        period=1.0 / float(np.hypot(_FREQUENCY[at[1]], _FREQUENCY[at[0]])),
        angle=angle,
        pattern="screen" if striped or angle < _ON_AXIS else "print",
    )


def surely_patterned(photo: Portrait) -> bool:
    """Whether a pattern covers the face that would be taken for grain or marks."""
    try:
        return photo.raster.strength > _SURE
    except NotAssessable:
        return False


def _starts(length: int) -> tuple[int, ...]:
    """One window where only one fits, else one at either third."""
    spare = length - SIDE
    return (spare // 2,) if spare < SIDE // 2 else (spare // 4, spare - spare // 4)


def spectra(rgb: NDArray[np.uint8]) -> list[Spectrum]:
    """Power of luma and of red minus blue, 128×128, each over its own median."""
    planes = _PLANES @ rgb.reshape(-1, 3).astype(np.float32).T
    return [_spectrum(plane.reshape(SIDE, SIDE)) for plane in planes]


def frequency(line: int) -> float:
    """Cycles per pixel of a row or column of a spectrum; negative in its second half."""
    return float(_FREQUENCY[line])


def _spectrum(plane: NDArray[np.float32]) -> Spectrum:
    fine = (plane - plane.mean()) * _WINDOW
    found = cv2.dft(fine, flags=cv2.DFT_COMPLEX_OUTPUT)
    found *= found
    power = found[..., 0] + found[..., 1]
    return np.asarray(power / np.float32(quantile(power[::8], 0.5) + 4.0), dtype=np.float32)


def rise(power: Spectrum) -> Spectrum:
    """Each frequency's power over that of its surroundings, zero where nothing is looked for.

    The surroundings are the stronger of a strip along the row and one along the column: a crease or a sharp edge makes
    a ridge in the spectrum, which is no peak.
    """
    spare = _FAR // 2
    padded = cv2.copyMakeBorder(power, spare, spare, spare, spare, cv2.BORDER_WRAP)
    near = cv2.blur(padded, (_NEAR, _NEAR))
    strips = [cv2.blur(padded, size) for size in ((_FAR, _NEAR), (_NEAR, _FAR))]
    around = (np.maximum(*strips) * _FAR - near * _NEAR) / (_FAR - _NEAR)
    risen = (near / (around + 1e-6))[spare:-spare, spare:-spare]
    return np.asarray(np.where(_LOOKED_AT, risen, 0.0), dtype=np.float32)


def _looked_at() -> NDArray[np.bool_]:
    radius = np.hypot(_FREQUENCY[:, None], _FREQUENCY[None, :])
    axis = _LINE <= 2
    eighth = (_LINE + 1) % (SIDE // 8) <= 2
    blocks = (axis[:, None] & eighth[None, :]) | (eighth[:, None] & axis[None, :])
    looked: NDArray[np.bool_] = (radius > _SLOWEST) & (radius < 0.6) & ~blocks
    return looked


_LOOKED_AT = _looked_at()


def _peak(rise: Spectrum) -> tuple[float, tuple[int, int]]:
    row, column = divmod(int(rise.argmax()), SIDE)
    return float(rise[row, column]), (row, column)


def _from_axis(at: tuple[int, int]) -> float:
    degrees = float(np.degrees(np.arctan2(_FREQUENCY[at[0]], _FREQUENCY[at[1]])))
    return abs((degrees + 45.0) % 90.0 - 45.0)


def _crossed(rise: Spectrum, at: tuple[int, int]) -> bool:
    """Whether a pattern repeats across itself too: dots do, a display's stripes of colour do not."""
    row, column = at
    crossed = max(
        float(np.roll(rise, (2 - down, 2 - right), (0, 1))[:5, :5].max())
        for down, right in ((column, -row), (-column, row))
    )
    return crossed > _PARTNER * float(rise[row, column])
