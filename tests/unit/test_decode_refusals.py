"""The gate: what it refuses, by which code, in which words."""

import builtins
import io
import pickle
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from photocheck.decode import DecodeLimits, UnreadableImage, decode, read
from photocheck.messages import LANGUAGES, error_text
from tests.unit.test_decode import FIXTURES, encode, png, portrait


def refusal(data: bytes, limits: DecodeLimits | None = None) -> UnreadableImage:
    with pytest.raises(UnreadableImage) as caught:
        decode(data, limits or DecodeLimits())
    error = caught.value
    for language in LANGUAGES:
        assert error_text(error.code, language, **error.facts)
    assert str(error).endswith(".")
    return error


def test_empty_and_unknown() -> None:
    assert refusal(b"").code == "empty"
    for data in (b"\0", b"not a picture", b"BM", b"\xff", b"BMP is a word", bytes(100)):
        assert refusal(data).code == "unknown-format"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (encode(portrait(), "GIF"), "GIF"),
        (encode(portrait(), "AVIF"), "AVIF"),
        (encode(portrait(), "JPEG2000"), "JPEG 2000"),
        (encode(portrait(), "ICO"), "ICO"),
        (encode(portrait(), "PDF"), "PDF"),
        (b"8BPS\0\1" + bytes(40), "Photoshop PSD"),
        (b"\xef\xbb\xbf  <svg xmlns='http://www.w3.org/2000/svg'/>", "SVG or HTML"),
        (b"PK\x03\x04" + bytes(40), "ZIP or Office"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isomiso2", "video"),
        (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", "camera raw"),
        (b"II*\0\x10\0\0\0CR\x02\0" + bytes(40), "camera raw"),
    ],
)
def test_formats_outside_the_list_are_named(data: bytes, name: str) -> None:
    error = refusal(data)
    assert (error.code, error.facts) == ("unsupported-format", {"format": name})
    assert name in str(error)


def test_extension_means_nothing(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(encode(portrait(), "JPEG"))
    assert read(path).facts.format == "JPEG"
    path.write_bytes(encode(portrait(), "GIF"))
    with pytest.raises(UnreadableImage, match="GIF"):
        read(path)


def test_paths(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.jpg", "not-found"), (tmp_path, "not-a-file"), (Path("a\0b"), "read-failed")):
        with pytest.raises(UnreadableImage) as caught:
            read(path)
        assert caught.value.code == code
    large = tmp_path / "large.jpg"
    with large.open("wb") as file:
        file.truncate(10_000_000_000)  # sparse: reading it would show
    with pytest.raises(UnreadableImage, match=r"10000\.0 MB, the limit is 30 MB"):
        read(large)


def test_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"x")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(UnreadableImage) as caught:
        read(path)
    assert caught.value.code == "no-permission"


def test_caps() -> None:
    data = encode(portrait(), "PNG")
    assert refusal(data, DecodeLimits(max_bytes=1000)).code == "too-many-bytes"
    for name in ("JPEG", "PNG", "WEBP", "BMP", "TIFF"):
        data = encode(portrait(), name)
        assert refusal(data, DecodeLimits(max_pixels=256 * 320 - 1)).code == "too-many-pixels"
        assert refusal(data, DecodeLimits(max_side=319)).code == "too-long-side"
        assert refusal(data, DecodeLimits(min_side=257)).code == "too-small"
        assert decode(data, DecodeLimits(max_bytes=len(data), max_pixels=256 * 320, max_side=320, min_side=256))


def test_heic_caps() -> None:
    pytest.importorskip("pi_heif")
    data = (FIXTURES / "astronaut.heic").read_bytes()
    assert refusal(data, DecodeLimits(max_pixels=256 * 320 - 1)).code == "too-many-pixels"
    assert refusal(data[: len(data) // 2]).code == "truncated"


def test_heic_items_that_are_no_text() -> None:
    """pi_heif 1.4 would end the process on the first of these."""
    data = (FIXTURES / "astronaut.heic").read_bytes()
    for old, new in ((b"Exif\0", b"\xffxif\0"), (b"hvc1\0", b"hv\0\xe9\0"), (b"\0\0\0\x15infe", b"\0\0\0\x07infe")):
        assert refusal(data.replace(old, new, 1)).code == "damaged"
    assert refusal(data[:-100]).code == "truncated"


def test_heic_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object, **named: object) -> object:
        if name.startswith("pi_heif"):
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    error = refusal((FIXTURES / "astronaut.heic").read_bytes())
    assert error.code == "no-heif"
    assert "photocheck[heif]" in str(error)


def test_small_png_of_many_pixels() -> None:
    """A 48 KB file that would need gigabytes."""
    error = refusal(png(30_000, 20_000, 8, 2, bytes(1000)))
    assert error.code == "too-long-side"
    assert refusal(png(12_000, 12_000, 8, 2, bytes(1000))).code == "too-many-pixels"


def test_headers_that_promise_too_much() -> None:
    webp = bytearray(encode(portrait().convert("RGBA"), "WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0"))
    webp[24:30] = b"\xff\x3f\x00\xff\x3f\x00"
    assert refusal(bytes(webp)).code == "too-many-pixels"
    bmp = bytearray(encode(portrait(), "BMP"))
    struct.pack_into("<ii", bmp, 18, 2_000_000_000, -2_000_000_000)
    assert refusal(bytes(bmp)).code == "too-long-side"


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "BMP", "TIFF"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_truncation(name: str, share: float) -> None:
    data = encode(portrait(), name)
    assert refusal(data[: int(len(data) * share)]).code == "truncated"


def test_damage_inside() -> None:
    data = bytearray(encode(portrait(), "PNG"))
    middle = len(data) // 2
    data[middle : middle + 400] = bytes(400)
    assert refusal(bytes(data)).code == "damaged"
    webp = bytearray(encode(portrait(), "WEBP", lossless=True))
    webp[40:400] = bytes(360)
    assert refusal(bytes(webp)).code in ("damaged", "truncated")


def test_too_many_frames() -> None:
    frames = [portrait().rotate(angle) for angle in range(0, 50, 10)]
    for name in ("PNG", "WEBP", "TIFF"):
        data = encode(frames[0], name, save_all=True, append_images=frames[1:])
        assert refusal(data, DecodeLimits(max_frames=4)).code == "too-many-frames"
        assert decode(data, DecodeLimits(max_frames=5)).facts.frames == 5


def test_text_bomb_in_png() -> None:
    body = b"Comment\0\0" + zlib.compress(bytes(5_000_000))
    data = png(20, 20, 8, 0, bytes(21 * 20), (b"zTXt", body))
    assert len(data) < 10_000
    assert refusal(data).code == "too-much-metadata"


def test_profile_bomb_in_png() -> None:
    body = b"bomb\0\0" + zlib.compress(bytes(50_000_000))
    assert refusal(png(20, 20, 8, 2, bytes(61 * 20), (b"iCCP", body))).code == "too-much-metadata"


def test_files_of_countless_parts() -> None:
    jpeg = encode(portrait(), "JPEG")
    assert refusal(jpeg[:2] + b"\xff\xe5\x00\x02" * 30_000 + jpeg[2:]).code == "too-many-parts"
    assert refusal(jpeg[:2] + b"\xff\xe1\x00\x0eExif\0\0MM\0*\0\0" * 70 + jpeg[2:]).code == "too-many-parts"
    assert refusal(jpeg[:2] + bytes(100_000) + jpeg[2:]).code in ("damaged", "unknown-format")
    text = (b"tEXt", b"a\0b")
    assert refusal(png(20, 20, 8, 0, bytes(21 * 20), *([text] * 25_000))).code == "too-many-parts"


def test_progressive_jpeg_of_many_scans() -> None:
    """Every scan visits every pixel, so scans times pixels is capped."""
    data = encode(portrait(), "JPEG", progressive=True)
    scans = data.count(b"\xff\xda")
    assert decode(data, DecodeLimits(max_scan_pixels=scans * 256 * 320))
    assert refusal(data, DecodeLimits(max_scan_pixels=scans * 256 * 320 - 1)).code == "too-many-parts"


def jpeg_with_frame(**change: int) -> bytes:
    data = bytearray(encode(portrait(), "JPEG"))
    at = data.index(b"\xff\xc0")
    for field, value in change.items():
        data[at + {"marker": 1, "precision": 4, "components": 9}[field]] = value
    return bytes(data)


def test_jpeg_kinds_outside_the_list() -> None:
    for data in (jpeg_with_frame(precision=12), jpeg_with_frame(marker=0xC3), jpeg_with_frame(components=2)):
        assert refusal(data).code == "unsupported-variant"


def test_tiff_kinds_outside_the_list() -> None:
    assert refusal(encode(Image.new("F", (32, 32)), "TIFF")).code == "unsupported-variant"
    assert refusal(encode(Image.new("I", (32, 32)), "TIFF")).code == "unsupported-variant"
    assert refusal(encode(portrait(), "TIFF", compression="zstd")).code == "unsupported-variant"
    assert refusal(encode(portrait(), "TIFF", tiffinfo={50706: b"\1\4\0\0"})).code == "unsupported-format"


def test_compressed_bmp_is_refused() -> None:
    data = bytearray(encode(portrait().quantize(16), "BMP"))
    struct.pack_into("<I", data, 30, 1)
    assert refusal(bytes(data)).code == "unsupported-variant"


def tiff(*tags: tuple[int, int, int, int]) -> bytes:
    body = b"".join(struct.pack("<HHII", *tag) for tag in sorted(tags))
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + body + bytes(4)


def test_tiff_of_absurd_counts() -> None:
    size = ((256, 3, 1, 100), (257, 3, 1, 100))
    assert (
        refusal(tiff(*size, (322, 3, 1, 60_000), (323, 3, 1, 60_000))).code == "damaged"
    )  # one tile of 3600 megapixels
    assert refusal(tiff(*size, (273, 4, 7_000_000, 8))).code == "damaged"
    assert refusal(tiff(*size, (277, 3, 1, 500))).code == "unsupported-variant"
    assert refusal(b"MM\0+\0\x08\0\0" + b"\xff" * 8).code == "truncated"


def test_tiff_with_a_loop_of_pages_ends() -> None:
    data = bytearray(encode(portrait(), "TIFF"))
    (first,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, first)
    struct.pack_into("<I", data, first + 2 + entries * 12, first)
    assert decode(bytes(data)).facts.frames == 1


def test_polyglot_is_what_its_first_bytes_say() -> None:
    data = encode(portrait(), "PNG") + encode(portrait(), "GIF")
    assert decode(data).facts.format == "PNG"


def test_error_crosses_processes_and_names_its_cause() -> None:
    error = refusal(encode(portrait(), "PNG")[:2000])
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.code, copy.facts, str(copy)) == (error.code, error.facts, str(error))
    assert error.__cause__ is not None


def test_nothing_is_left_switched_in_pillow() -> None:
    before = (PngImagePlugin.MAX_TEXT_CHUNK, Image.MAX_IMAGE_PIXELS, io.DEFAULT_BUFFER_SIZE)
    decode(encode(portrait(), "PNG"))
    assert before == (PngImagePlugin.MAX_TEXT_CHUNK, Image.MAX_IMAGE_PIXELS, io.DEFAULT_BUFFER_SIZE)
