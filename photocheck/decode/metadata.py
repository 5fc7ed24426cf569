"""EXIF, XMP and text of an opened file, cut down to what checks use: software, dates, resolution, orientation.

Places, names and free text are personal data and never leave this module.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from PIL import ExifTags, Image

from photocheck.decode.facts import Note

_MAX_TEXT = 200
_BASE_TAGS = {
    "Make": ExifTags.Base.Make,
    "Model": ExifTags.Base.Model,
    "Software": ExifTags.Base.Software,
    "ProcessingSoftware": ExifTags.Base.ProcessingSoftware,
    "DateTime": ExifTags.Base.DateTime,
}
_EXIF_TAGS = {
    "DateTimeOriginal": ExifTags.Base.DateTimeOriginal,
    "DateTimeDigitized": ExifTags.Base.DateTimeDigitized,
}
# Free text is kept only where it names a tool.
_TOOL = re.compile(
    r"created (with|by|in)|generated|processed|edited|written by|compressed by|software|encoder|\bv(ersion)?[ .]?\d|"
    r"\d+\.\d+\.\d+|jpeg|lavc|photoshop|lightroom|adobe|gimp|paint|canva|snapseed|picsart|facetune|photoroom|remini|"
    r"meitu|美图|beautycam|美颜|xingtu|醒图|retouch_|ulike|轻颜|b612|faceu|激萌|wuta|无他|pitu|天天p图|camera360|snow|vsco|"
    r"douyin|抖音|vicut|capcut|剪映|wechat|微信|midjourney|dall|diffusion|firefly|comfyui|openai|aigc|imagemagick|libvips|"
    r"\bcom\.[a-z]{2,20}\.[a-z]|beauty ?plus|youcam|hypic|一甜|黄油相机|相机360|证件照|id ?photo|即梦|可灵|豆包",
    re.IGNORECASE,
)
_GENERATOR_KEYS = {"parameters", "prompt", "workflow", "sd-metadata", "invokeai_metadata", "Dream"}
_SOFTWARE_KEYS = {"Software", "software", "Creator Tool", "CreatorTool"}
# A value starts with anything but a space, so that no run of spaces is walked twice.
_XMP_TOOL = re.compile(
    rb"(?:CreatorTool|softwareAgent|HistorySoftwareAgent|Software|ProcessingSoftware|ProgramName)"
    rb"\s{0,16}(?:=\s{0,16}[\"']\s{0,16}([^\s\"'<>][^\"'<>]{0,300})[\"']|>\s{0,64}([^\s<>][^<>]{0,300})<)"
)
_IPTC_SOURCE = re.compile(rb"digitalsourcetype/([A-Za-z]{3,60})")
_AIGC = re.compile(rb"TC260:AIGC|[\"']AIGC[\"']\s*:|\bAIGC\s*(?:=|\{)")
_CAPTURED = {
    "digitalCapture", "computationalCapture", "compositeCapture", "screenCapture",
    "negativeFilm", "positiveFilm", "print", "humanEdits", "minorHumanEdits",
}  # fmt: skip
# Apps of ByteDance leave a JSON record; all of it but the app's own name is an identifier.
_APP_RECORD = re.compile(r'"(?:product|source_type)"\s?:\s?"([\w. -]{1,40})"')
# Pillow and its directory reader raise any of these on damaged EXIF.
BROKEN_EXIF = (
    SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OSError, struct.error, OverflowError,
    ZeroDivisionError, AttributeError,
)  # fmt: skip


@dataclass(frozen=True)
class Metadata:
    """What checks use of a file's metadata; see `FileFacts` for the fields."""

    dpi: tuple[float, float] | None
    orientation: int
    exif: Mapping[str, str]
    xmp_software: tuple[str, ...]
    text_chunks: Mapping[str, str]
    synthetic_label: str | None
    notes: tuple[Note, ...]


def read_metadata(image: Image.Image, comments: Iterable[bytes], limit: int, manifest: bytes = b"") -> Metadata:
    """Metadata of an image that Pillow has opened; a block longer than `limit` bytes is left unread and noted.

    Args:
        manifest: bytes that hold a C2PA manifest, whose IPTC source types stand in it as plain text.
    """
    notes: list[Note] = []
    if len(image.info.get("exif") or b"") > limit:
        notes.append("exif-too-large")
        del image.info["exif"]
    xmp = _as_bytes(image.info.get("xmp") or b"")
    if len(xmp) > limit:
        notes.append("xmp-too-large")
        xmp = b""
        image.info.pop("xmp", None)
    exif: dict[str, str] = {}
    orientation, exif_dpi, marked = 1, None, b""
    try:
        base = image.getexif()
        detail = base.get_ifd(ExifTags.IFD.Exif)
        exif = _exif_texts(base, detail)
        orientation = _orientation(image.info.get("original_orientation") or base.get(ExifTags.Base.Orientation))
        exif_dpi = _exif_dpi(base)
        marked = _as_bytes(detail.get(ExifTags.Base.UserComment, b""))
    except BROKEN_EXIF:
        notes.append("exif-broken")
    texts = _texts(image, comments)
    return Metadata(
        dpi=_stated_dpi(image) or exif_dpi,
        orientation=orientation,
        exif=exif,
        xmp_software=_xmp_tools(xmp),
        text_chunks=texts,
        synthetic_label=_synthetic(xmp, manifest, marked, image.info),
        notes=tuple(notes),
    )


def names_software(text: str) -> bool:
    """Whether a free text names a tool, so that keeping it tells nothing of a person."""
    return bool(_TOOL.search(text))


def clean(value: Any) -> str:
    """One line of printable text, at most 200 characters; long digit runs (serials, ids) are blanked.

    Pillow reads EXIF text as Latin-1; Chinese apps write UTF-8 or GB 18030.
    """
    if isinstance(value, bytes):
        raw = value
    else:
        text = str(value)[: 4 * _MAX_TEXT]
        try:
            raw = text.encode("latin-1")
        except UnicodeEncodeError:
            return _tidy(text)
    raw = raw[: 4 * _MAX_TEXT].split(b"\0", 1)[0]
    for encoding in ("utf-8", "gb18030"):
        try:
            return _tidy(raw.decode(encoding))
        except UnicodeDecodeError as error:
            if error.start > 3 * _MAX_TEXT:  # a character cut in two at the end
                return _tidy(raw[: error.start].decode(encoding))
    return _tidy(raw.decode("latin-1"))


def _tidy(text: str) -> str:
    text = " ".join(_APP_RECORD.findall(text[: 4 * _MAX_TEXT])) or text
    printable = "".join(character if character.isprintable() else " " for character in text[: 2 * _MAX_TEXT])
    return re.sub(r"\d{9,}", "…", " ".join(printable.split()))[:_MAX_TEXT]


def _as_bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    return value.encode("utf-8", "replace") if isinstance(value, str) else b""


def _exif_texts(base: Mapping[int, Any], detail: Mapping[int, Any]) -> dict[str, str]:
    found = {name: clean(base[tag]) for name, tag in _BASE_TAGS.items() if tag in base}
    found |= {name: clean(detail[tag]) for name, tag in _EXIF_TAGS.items() if tag in detail}
    description = clean(base.get(ExifTags.Base.ImageDescription, ""))
    if names_software(description):
        found["ImageDescription"] = description
    comment = detail.get(ExifTags.Base.UserComment)
    if isinstance(comment, (bytes, str)):
        text = _user_comment(comment)
        if names_software(text):
            found["UserComment"] = text
    return {name: text for name, text in found.items() if text}


def _user_comment(comment: bytes | str) -> str:
    """EXIF 2.32, 4.6.6: eight bytes name the character code."""
    raw = _as_bytes(comment) if isinstance(comment, str) else comment
    if raw.startswith(b"UNICODE\0"):
        body = raw[8:]
        little = body[1::2].count(0) > body[::2].count(0)
        return _tidy(body.decode("utf-16-le" if little else "utf-16-be", "replace"))
    return clean(raw[8:] if raw[:8] in (b"ASCII\0\0\0", b"\0" * 8, b"JIS\0\0\0\0\0") else raw)


def _orientation(value: Any) -> int:
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _positive(x: Any, y: Any) -> tuple[float, float] | None:
    try:
        pair = float(x), float(y)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):  # a damaged tag holds text or bytes
        return None
    return pair if all(math.isfinite(value) and 1 <= value <= 100_000 for value in pair) else None


def _exif_dpi(base: Mapping[int, Any]) -> tuple[float, float] | None:
    across, down = base.get(ExifTags.Base.XResolution), base.get(ExifTags.Base.YResolution)
    if across is None or down is None:
        return None
    scale = {2: 1.0, 3: 2.54}.get(base.get(ExifTags.Base.ResolutionUnit, 2))
    return None if scale is None else _positive(float(across) * scale, float(down) * scale)


def _stated_dpi(image: Image.Image) -> tuple[float, float] | None:
    """Resolution outside EXIF. Pillow's `dpi` of a JPEG may be EXIF's or made up, so JFIF is read itself."""
    info = image.info
    if image.format in ("JPEG", "MPO"):
        scale = {1: 1.0, 2: 2.54}.get(info.get("jfif_unit", 0))
        density = info.get("jfif_density")
        return _positive(density[0] * scale, density[1] * scale) if scale and density else None
    dpi = info.get("dpi")
    return _positive(*dpi) if isinstance(dpi, tuple) and len(dpi) == 2 else None


def _xmp_tools(xmp: bytes) -> tuple[str, ...]:
    found = (clean(attribute or element) for attribute, element in _XMP_TOOL.findall(xmp))
    return tuple(dict.fromkeys(text for text in found if text))[:32]


def _texts(image: Image.Image, comments: Iterable[bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    comment = " ".join(filter(names_software, map(clean, comments)))
    if comment:
        found["COM"] = comment[:_MAX_TEXT]
    if image.format == "PNG":
        for key, value in list(image.info.items()):
            if not isinstance(key, str) or not isinstance(value, str):
                continue
            if key in _GENERATOR_KEYS:
                found[key] = ""
            elif key in _SOFTWARE_KEYS or (len(value) <= 4 * _MAX_TEXT and key in ("Comment", "Source")):
                text = clean(value)
                if key in _SOFTWARE_KEYS or names_software(text):
                    found[key] = text
    return found


def _synthetic(xmp: bytes, manifest: bytes, marked: bytes, info: Mapping[Any, Any]) -> str | None:
    for source in (*_IPTC_SOURCE.findall(xmp), *_IPTC_SOURCE.findall(manifest)):
        name: str = source.decode("ascii")
        if name not in _CAPTURED:
            return name
    if _AIGC.search(xmp) or _AIGC.search(marked.replace(b"\0", b"")) or "AIGC" in info:
        return "AIGC"
    return None
