"""FIL: the file itself, its format, size, shape, colour and compression."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import Field, model_validator

from photocheck.features.colourfulness import colourfulness
from photocheck.features.subject import Subject
from photocheck.finding import Finding, NotAssessable, Outcome, failed, passed, to_review
from photocheck.limits import Band, Limits, worst
from photocheck.registry import check

Format = Literal["JPEG", "PNG", "WEBP", "BMP", "TIFF", "HEIF"]


class Formats(Limits):
    """The formats that the authority takes, such as `allowed = ["JPEG"]`."""

    allowed: tuple[Format, ...] = Field(min_length=1)


@check("FIL01", "file-format", kind="any", since="0.1", judged_on="crop")
def file_format(photo: Subject, limits: Formats) -> Finding:
    """Whether the file is of a format that the authority takes.

    Why: upload pages refuse other formats, often without saying so.
    The format is told by the file's content; its name may end in anything.
    Source: 出入境证件相片照相指引 (JPEG); COVA, DS-160.
    """
    found, allowed = photo.file.format, ", ".join(limits.allowed)
    if found not in limits.allowed:
        return failed("other-format", format=found, allowed=allowed)
    return passed(format=found)


@check("FIL02", "file-bytes", kind="any", unit="bytes", since="0.1", judged_on="crop")
def file_bytes(photo: Subject, limits: Band) -> Finding:
    """The size of the file in bytes (1 KB = 1000 bytes).

    Why: upload pages refuse larger files; a much smaller one was compressed too hard.
    Source: 出入境证件相片照相指引; COVA; the profile names the source of each number.
    """
    return limits.judge(photo.file.bytes)


class PixelSize(Limits):
    """Limits of width and height in pixels, each a band; either may be left out.

    In a profile: `width = { pass = [354, 480] }, height = { pass = [472, 640] }`.
    """

    width: Band | None = None
    height: Band | None = None

    @model_validator(mode="after")
    def _says_something(self) -> PixelSize:
        if self.width is None and self.height is None:
            raise ValueError("width or height must be given")
        return self


@check("FIL03", "pixel-size", kind="any", unit="pixels", since="0.1", judged_on="crop")
def pixel_size(photo: Subject, limits: PixelSize) -> Finding:
    """Width and height of the upright picture in pixels; the one further from its limits is told.

    Why: too few pixels print coarsely and match badly; many upload pages take one size only.
    Source: 出入境证件相片照相指引; the profile names the source of each number.
    """
    judged = {
        name: band.judge(pixels, width=photo.width, height=photo.height)
        for name, band, pixels in (("width", limits.width, photo.width), ("height", limits.height, photo.height))
        if band is not None
    }
    return worst(judged)


@check("FIL04", "aspect-ratio", kind="any", unit="width divided by height", since="0.1", judged_on="crop")
def aspect_ratio(photo: Subject, limits: Band) -> Finding:
    """Width of the upright picture divided by its height.

    Why: a picture of another shape is cropped or squeezed when it is printed.
    Source: 出入境证件相片照相指引 (3:4); ISO/IEC 39794-5 D.1.4.1.
    """
    return limits.judge(photo.width / photo.height, width=photo.width, height=photo.height)


class Resolution(Band):
    """A band in dots per inch, and what a file that states no resolution gets.

    Attributes:
        missing: `pass` where the authority does not ask for it to be stated, `review`, or `fail`.
    """

    missing: Literal["pass", "review", "fail"] = "review"


@check("FIL05", "resolution-dpi", kind="any", unit="dpi", since="0.1", judged_on="crop")
def resolution_dpi(photo: Subject, limits: Resolution) -> Finding:
    """The printing resolution that the file states, in dots per inch; the lower of the two directions.

    Why: it decides how large the picture prints; many rules ask for 300 dpi. It says nothing of the detail in it.
    Read from JFIF, PNG pHYs or EXIF. Without a unit (JFIF density 0) nothing is stated.
    Source: 出入境数字相片采集标准 (300 dpi); GA 461 (350 dpi).
    """
    if photo.file.dpi is None:
        return {"pass": passed(case="missing-pass"), "review": to_review("missing"), "fail": failed("missing")}[
            limits.missing
        ]
    # Writers round: JFIF in dots per centimetre states 300 dpi as 118 (299.7), PNG as 11811 per metre (299.999).
    return limits.judge(round(min(photo.file.dpi)))


Stored = Literal["rgb", "grey", "palette", "cmyk", "alpha"]


class ColourMode(Limits):
    """What colours the picture must have, and how its pixels may be stored.

    Attributes:
        colourfulness: distance of the colours from a single tone, CIELAB; left out where a grey picture is taken.
        stored: the ways of storing pixels that are taken.
        bits: the bits a channel that are taken; 8 is what rules call 24-bit colour.
    """

    colourfulness: Band | None = None
    stored: tuple[Stored, ...] = ("rgb",)
    bits: tuple[int, ...] = (8,)


@check("FIL06", "colour-mode", kind="any", unit="CIELAB distance", since="0.1", judged_on="crop")
def colour_mode(photo: Subject, limits: ColourMode) -> Finding:
    """Whether the picture is in colour, and stored as plain RGB of 8 bits a channel.

    Why: grey and toned portraits are refused; CMYK, palettes, see-through pixels and 16 bits break upload pages.
    Grey, sepia and tinted pictures are found in the pixels, however they are stored: the colours must stray from every
    single tone curve. `prepare` mends the way of storing, never missing colour.
    Source: 出入境证件相片照相指引 (24-bit RGB); ISO/IEC 39794-5 D.1.4.3.7.
    """
    file = photo.file
    if file.bit_depth not in limits.bits and not file.is_palette:
        return failed("depth", bits=file.bit_depth)
    for case, there in (("palette", file.is_palette), ("cmyk", file.is_cmyk), ("alpha", file.has_alpha)):
        if there and case not in limits.stored:
            return failed(case)
    if limits.colourfulness is not None:
        finding = limits.colourfulness.judge(colourfulness(photo), case="grey")
        if finding.outcome is not Outcome.PASS:
            return finding if finding.outcome is Outcome.FAIL else replace(finding, case="toned")
    if file.is_grey and "grey" not in limits.stored:
        return failed("stored-grey")
    return finding if limits.colourfulness is not None else passed()


@check("FIL07", "jpeg-quality", kind="any", unit="IJG quality", since="0.1", judged_on="crop")
def jpeg_quality(photo: Subject, limits: Band) -> Finding:
    """How finely the JPEG was compressed, 1 (coarse) to 100, told by its quantisation tables.

    Why: coarse compression smears skin and edges; several rules set a lowest quality.
    The quality is that of the Independent JPEG Group's encoder whose tables lie nearest. Phones and Photoshop use
    tables of their own, for which this is the quality of like coarseness, within about 3. What earlier savings
    destroyed is judged on the picture by `compression`. Abstains for other formats (`not-jpeg`).
    Source: 出国（境）证件相片采集标准 (85 or more); GA 461 (70).
    """
    if photo.file.jpeg is None:
        raise NotAssessable("not-jpeg")
    return limits.judge(photo.file.jpeg.quality)


@check("FIL10", "multi-frame", kind="any", unit="count", since="0.1")
def multi_frame(photo: Subject) -> Finding:
    """Whether the file holds one picture only.

    Why: of an animation, a burst or a file of several pages only the first picture is judged; the authority might
    use another. The depth or gain map that phones put behind a picture does not count.
    Source: this project's own rule; the guides ask for one still photo.
    """
    frames = photo.file.frames
    return passed(value=frames) if frames == 1 else to_review("several", value=frames)
