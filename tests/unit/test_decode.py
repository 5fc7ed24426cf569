"""The gate: every format and pixel type comes out as upright 8-bit sRGB with its facts."""

import hashlib
import io
import struct
import zlib
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from PIL import Image, ImageCms, ImageOps

from photocheck.decode import Picture, colour, decode, read

FIXTURES = Path(__file__).parents[1] / "fixtures"


@cache
def portrait() -> Image.Image:
    return Image.fromarray(skimage.data.astronaut()[:320, 128:384])


def encode(image: Image.Image, name: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def difference(picture: Picture, image: Image.Image) -> float:
    return float(np.abs(picture.rgb.astype(int) - np.asarray(image.convert("RGB")).astype(int)).mean())


@pytest.mark.parametrize(
    ("name", "options", "tolerance"),
    [
        ("JPEG", {"quality": 95}, 3.0),
        ("JPEG", {"quality": 95, "progressive": True, "subsampling": 0}, 3.0),
        ("PNG", {}, 0.0),
        ("WEBP", {"lossless": True}, 0.0),
        ("WEBP", {"quality": 90}, 4.0),
        ("BMP", {}, 0.0),
        ("TIFF", {}, 0.0),
        ("TIFF", {"compression": "tiff_lzw"}, 0.0),
        ("TIFF", {"compression": "tiff_adobe_deflate"}, 0.0),
        ("TIFF", {"compression": "jpeg", "quality": 95}, 4.0),
        ("TIFF", {"big_tiff": True}, 0.0),
    ],
)
def test_formats(name: str, options: dict[str, object], tolerance: float) -> None:
    data = encode(portrait(), name, **options)
    picture = decode(data)
    facts = picture.facts
    assert difference(picture, portrait()) <= tolerance
    assert (facts.format, facts.width, facts.height, facts.bytes) == (name, 256, 320, len(data))
    assert facts.sha256 == hashlib.sha256(data).hexdigest()
    assert (facts.mode, facts.bit_depth, facts.frames, facts.notes) == ("RGB", 8, 1, ())
    assert not any((facts.has_alpha, facts.is_grey, facts.is_cmyk, facts.is_palette, facts.icc_converted))


def test_heic() -> None:
    pytest.importorskip("pi_heif")
    picture = read(FIXTURES / "astronaut.heic")
    assert difference(picture, portrait()) < 6
    assert picture.facts.format == "HEIF"
    assert picture.facts.orientation == 6  # already applied by the container's own box, not a second time
    assert picture.facts.exif["Model"] == "iPhone 15"


def test_pixels_are_contiguous_and_read_only() -> None:
    rgb = decode(encode(portrait(), "JPEG")).rgb
    assert rgb.dtype == np.uint8
    assert rgb.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        rgb[0, 0, 0] = 1


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_orientation(name: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encode(portrait(), name, exif=exif, **({"quality": 95} if name == "JPEG" else {"lossless": True}))
    picture = decode(data)
    stored = portrait().copy()
    stored.getexif()[0x0112] = orientation
    assert difference(picture, ImageOps.exif_transpose(stored)) < 3
    assert picture.facts.orientation == orientation
    assert (picture.facts.height, picture.facts.width) == picture.rgb.shape[:2]


def test_orientation_out_of_range_is_ignored() -> None:
    exif = Image.Exif()
    exif[0x0112] = 42
    assert decode(encode(portrait(), "JPEG", exif=exif)).facts.orientation == 1


def test_grey() -> None:
    grey = portrait().convert("L")
    for name in ("JPEG", "PNG", "BMP", "TIFF"):
        picture = decode(encode(grey, name))
        assert picture.facts.is_grey
        assert picture.facts.mode == "L"
        assert difference(picture, grey) < 3
        assert (np.ptp(picture.rgb, axis=2) == 0).all()
    assert decode(encode(grey, "JPEG")).facts.jpeg.subsampling == "4:0:0"


def test_bilevel() -> None:
    line_art = portrait().convert("1")
    for data in (encode(line_art, "PNG"), encode(line_art, "TIFF", compression="group4"), encode(line_art, "BMP")):
        picture = decode(data)
        assert difference(picture, line_art) == 0
        assert (picture.facts.is_grey, picture.facts.bit_depth) == (True, 1)


def test_palette() -> None:
    coloured = portrait().quantize(64)
    for name in ("PNG", "BMP", "TIFF"):
        picture = decode(encode(coloured, name))
        assert difference(picture, coloured) == 0
        assert picture.facts.is_palette


def test_sixteen_bit_grey_keeps_its_picture() -> None:
    wide = (np.asarray(portrait().convert("L")).astype(np.uint16) * 257).astype(np.uint16)
    for name in ("PNG", "TIFF"):
        picture = decode(encode(Image.fromarray(wide), name))
        assert difference(picture, portrait().convert("L")) == 0
        assert picture.facts.bit_depth == 16
        assert picture.facts.mode.startswith("I;16")
        assert "depth-reduced" in picture.facts.notes


def png(width: int, height: int, depth: int, colour: int, rows: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)), *chunks]
    parts += [(b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def test_sixteen_bit_colour() -> None:
    row = b"\0" + struct.pack(">HHH", 65535, 32768, 0) * 20
    picture = decode(png(20, 20, 16, 2, row * 20))
    assert picture.facts.bit_depth == 16
    assert picture.rgb[5, 5].tolist() == [255, 128, 0]


def test_alpha_lies_on_white() -> None:
    image = portrait().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    expected = Image.new("RGBA", image.size, "white")
    expected.alpha_composite(image)
    for data in (encode(image, "PNG"), encode(image, "WEBP", lossless=True, exact=True), encode(image, "TIFF")):
        picture = decode(data)
        assert difference(picture, expected) < 1
        assert picture.facts.has_alpha
        assert "alpha-composited" in picture.facts.notes


def test_opaque_alpha_changes_nothing() -> None:
    picture = decode(encode(portrait().convert("RGBA"), "PNG"))
    assert difference(picture, portrait()) == 0
    assert picture.facts.has_alpha
    assert "alpha-composited" not in picture.facts.notes


def test_grey_alpha_and_palette_transparency() -> None:
    grey = portrait().convert("LA")
    grey.putalpha(0)
    assert (decode(encode(grey, "PNG")).rgb == 255).all()
    indexed = Image.new("P", (32, 32), 1)
    indexed.putpalette([0, 0, 0, 200, 0, 0])
    for transparency in (1, bytes([255, 0])):
        picture = decode(encode(indexed, "PNG", transparency=transparency))
        assert (picture.rgb == 255).all()
        assert (picture.facts.has_alpha, picture.facts.is_palette) == (True, True)


def test_transparent_colour_of_a_grey_png() -> None:
    picture = decode(encode(Image.new("L", (32, 32), 7), "PNG", transparency=7))
    assert (picture.rgb == 255).all()
    assert (picture.facts.is_grey, picture.facts.has_alpha) == (True, True)


def test_cmyk() -> None:
    cmyk = portrait().convert("CMYK")
    for data in (encode(cmyk, "JPEG", quality=95), encode(cmyk, "TIFF")):  # Pillow writes Adobe's inverted JPEG
        picture = decode(data)
        assert picture.facts.is_cmyk
        assert "cmyk-without-profile" in picture.facts.notes
        assert difference(picture, portrait()) < 4


def test_first_frame_of_an_animation() -> None:
    other = ImageOps.invert(portrait())
    for name, options in (("WEBP", {"lossless": True}), ("PNG", {}), ("TIFF", {})):
        data = encode(portrait(), name, save_all=True, append_images=[other, ImageOps.mirror(portrait())], **options)
        picture = decode(data)
        assert difference(picture, portrait()) == 0
        assert picture.facts.frames == 3
        assert "first-frame-only" in picture.facts.notes


def test_phone_jpeg_with_a_second_picture_is_one_jpeg() -> None:
    data = encode(portrait(), "MPO", save_all=True, append_images=[portrait().resize((64, 80))])
    picture = decode(data)
    assert difference(picture, portrait()) < 4
    assert (picture.facts.format, picture.facts.frames) == ("JPEG", 1)
    assert "APP2:MPF" in picture.facts.app_markers
    assert picture.facts.jpeg is not None


def shifted_profile(gamma: float = 1.8) -> bytes:
    """An sRGB profile with another tone curve: the curve of all three channels is overwritten by one gamma."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack_from(">I", profile, 128)
    for entry in range(132, 132 + 12 * count, 12):
        kind, offset, _size = struct.unpack_from(">4sII", profile, entry)
        if kind in (b"rTRC", b"gTRC", b"bTRC"):
            struct.pack_into(">4sIHHi", profile, offset, b"para", 0, 0, 0, int(gamma * 65536))
    return bytes(profile)


def srgb_curve(light: np.ndarray) -> np.ndarray:
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def test_profile_is_converted() -> None:
    picture = decode(encode(portrait(), "PNG", icc_profile=shifted_profile()))
    assert picture.facts.icc_converted
    expected = 255 * ((np.asarray(portrait()) / 255) ** 1.8)
    assert np.abs(picture.rgb - 255 * srgb_curve(expected / 255)).mean() < 1.5


def test_srgb_profile_leaves_pixels_alone() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for name in ("JPEG", "PNG", "WEBP", "TIFF"):
        options = {"lossless": True} if name == "WEBP" else {}
        facts = decode(encode(portrait(), name, icc_profile=profile, **options)).facts
        assert "sRGB" in (facts.icc_description or "")
        assert not facts.icc_converted


@pytest.mark.parametrize(
    ("profile", "note"),
    [
        (b"no profile at all", "icc-broken"),
        (shifted_profile()[:300], "icc-broken"),
        (b"x" * 4_100_000, "icc-too-large"),
    ],
)
def test_unusable_profile_is_noted(profile: bytes, note: str) -> None:
    picture = decode(encode(portrait(), "TIFF", icc_profile=profile))
    assert note in picture.facts.notes
    assert not picture.facts.icc_converted
    assert difference(picture, portrait()) == 0


def test_profile_of_another_colour_kind_is_noted() -> None:
    picture = decode(encode(portrait().convert("L"), "PNG", icc_profile=shifted_profile()))
    assert "icc-mismatch" in picture.facts.notes


def test_strips_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """A width that does not divide a strip, in every conversion, equals Pillow's whole-image result."""
    monkeypatch.setattr(colour, "_ONE_GO_PIXELS", 0)
    rng = np.random.default_rng(0)
    image = Image.fromarray(rng.integers(0, 256, (203, 1237, 3), dtype=np.uint8))
    assert difference(decode(encode(image, "PNG")), image) == 0
    assert difference(decode(encode(image.quantize(200), "PNG")), image.quantize(200)) == 0
    tall = image.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    assert difference(decode(encode(tall, "PNG", exif=exif)), image) == 0
