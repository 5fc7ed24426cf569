"""The gate: what is recorded of EXIF, XMP, text and encoding, and what is left out."""

import struct

import pytest
from PIL import Image, PngImagePlugin

from photocheck.decode import FileFacts, decode
from photocheck.decode.jpeg import estimate_quality
from tests.unit.test_decode import encode, portrait

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 7.1"><rdf:RDF><rdf:Description '
    'xmp:CreatorTool="Adobe Photoshop 25.1 (Macintosh)" dc:creator="A. Person" photoshop:City="Town">'
    '<xmpMM:History><rdf:li stEvt:action="saved" stEvt:softwareAgent="Adobe Photoshop Camera Raw 16.0"/>'
    "<tiff:Software>美图秀秀 10.2</tiff:Software></xmpMM:History></rdf:Description></rdf:RDF></x:xmpmeta>"
).encode()


def facts(name: str = "JPEG", **options: object) -> FileFacts:
    return decode(encode(portrait(), name, **options)).facts


def camera_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0131] = "HUAWEI", "ALN-AL00", "Meitu 10.2"
    exif[0x0132], exif[0x013B], exif[0x8298], exif[0x010E] = "2026:01:02 03:04:05", "A. Person", "A. Person", "My face"
    exif.get_ifd(0x8769).update({0x9003: "2026:01:02 03:04:05", 0x9004: "2026:01:02 03:04:06", 0xA430: "A. Person"})
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 50.0)})
    return exif


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_keeps_software_and_dates_only(name: str) -> None:
    recorded = facts(name, exif=camera_exif())
    expected = {"Make": "HUAWEI", "Model": "ALN-AL00", "Software": "Meitu 10.2", "DateTime": "2026:01:02 03:04:05"}
    if name != "TIFF":  # Pillow writes no EXIF directory into a TIFF
        expected |= {"DateTimeOriginal": "2026:01:02 03:04:05", "DateTimeDigitized": "2026:01:02 03:04:06"}
    assert recorded.exif == expected
    assert "Person" not in repr(recorded)
    assert "31" not in repr(recorded.exif)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_chinese_software_names(encoding: str) -> None:
    exif = Image.Exif()
    exif[0x0131] = "美图秀秀".encode(encoding)
    exif[0x010E] = "由醒图编辑".encode(encoding)
    assert facts(exif=exif).exif == {"Software": "美图秀秀", "ImageDescription": "由醒图编辑"}


@pytest.mark.parametrize(
    ("comment", "kept"),
    [
        (b"ASCII\0\0\0Faceu 6.1.0", "Faceu 6.1.0"),
        (b"UNICODE\0" + "轻颜".encode("utf-16-be"), "轻颜"),
        (b"UNICODE\0" + "B612 v9".encode("utf-16-le"), "B612 v9"),
        (b"ASCII\0\0\0my holiday", None),
        (b"", None),
    ],
)
def test_user_comment_is_kept_only_where_it_names_software(comment: bytes, kept: str | None) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = comment
    assert facts(exif=exif).exif.get("UserComment") == kept


def test_long_text_is_cut_between_characters() -> None:
    exif = Image.Exif()
    exif[0x0131] = ("a" + "美" * 400).encode()
    assert facts(exif=exif).exif["Software"] == "a" + "美" * 199


def test_endless_spaces_in_xmp_are_read_in_one_pass() -> None:
    assert facts("WEBP", xmp=b"<tiff:Software>" + b" " * 3_000_000).xmp_software == ()


def test_long_numbers_are_blanked() -> None:
    exif = Image.Exif()
    exif[0x0131] = "app 1.2.3 user 990101199003070000"
    assert facts(exif=exif).exif["Software"] == "app 1.2.3 user …"


@pytest.mark.parametrize(
    "block", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\0\1"]
)
def test_broken_exif_is_no_reason_to_refuse(block: bytes) -> None:
    recorded = facts(exif=block)
    assert (recorded.orientation, recorded.exif) == (1, {})


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_xmp_tools(name: str) -> None:
    options: dict[str, object] = {"xmp": XMP}
    if name == "TIFF":
        options = {"tiffinfo": {700: XMP}}
    elif name == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_itxt("XML:com.adobe.xmp", XMP)
        options = {"pnginfo": text}
    recorded = facts(name, **options)
    assert recorded.xmp_software == (
        "Adobe Photoshop 25.1 (Macintosh)",
        "Adobe Photoshop Camera Raw 16.0",
        "美图秀秀 10.2",
    )
    assert "Person" not in repr(recorded)
    assert "Town" not in repr(recorded)


@pytest.mark.parametrize(
    ("source", "label"),
    [
        ("trainedAlgorithmicMedia", "trainedAlgorithmicMedia"),
        ("compositeWithTrainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"),
        ("digitalCapture", None),
    ],
)
def test_declared_source(source: str, label: str | None) -> None:
    xmp = f'<Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/{source}"/>'
    assert facts(xmp=xmp.encode()).synthetic_label == label


def test_aigc_label() -> None:
    assert facts(xmp=b"""<rdf:Description TC260:AIGC='{"Label":"1"}'/>""").synthetic_label == "AIGC"
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = b'ASCII\0\0\0{"AIGC":{"Label":"1","ContentProducer":"x"}}'
    assert facts(exif=exif).synthetic_label == "AIGC"


def test_png_text() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Software", "GIMP 2.10")
    text.add_text("Author", "A. Person")
    text.add_text("Title", "My face")
    text.add_text("Comment", "My face")
    text.add_text("Source", "Created with Canva")
    text.add_text("parameters", "a portrait of A. Person, Steps: 20")
    recorded = facts("PNG", pnginfo=text)
    assert recorded.text_chunks == {"Software": "GIMP 2.10", "Source": "Created with Canva", "parameters": ""}
    assert "Person" not in repr(recorded)


def test_png_metadata_behind_the_pixels() -> None:
    text = PngImagePlugin.PngInfo()
    text.add(b"tEXt", b"Software\0Paint", after_idat=True)
    assert facts("PNG", pnginfo=text).text_chunks == {"Software": "Paint"}


def test_jpeg_comment() -> None:
    assert (
        facts(comment=b"CREATOR: gd-jpeg v1.0 (using IJG JPEG v62)").text_chunks["COM"].startswith("CREATOR: gd-jpeg")
    )
    assert facts(comment=b"my face").text_chunks == {}


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def with_segments(*segments: bytes) -> FileFacts:
    data = encode(portrait(), "JPEG")
    return decode(data[:2] + b"".join(segments) + data[2:]).facts


def test_application_segments() -> None:
    recorded = with_segments(
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
        segment(0xED, b"Photoshop 3.0\x008BIM\x04\x06\0\0\0\0\0\x00"),
        segment(0xEB, b"JP\0\1\0\0\0\1\0\0\0\x20jumb....c2pa"),
        segment(0xEC, b"Ducky\0\1"),
        segment(0xE9, "张三的照片".encode()),
    )
    assert recorded.app_markers == ("APP1:XMP", "APP13:Photoshop", "APP11:JUMBF", "APP12:Ducky", "APP9", "APP0:JFIF")
    assert recorded.photoshop_blocks
    assert recorded.content_credentials
    assert not facts().photoshop_blocks
    assert not facts().content_credentials


def test_captions_are_no_photoshop_blocks() -> None:
    captions = segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x00")
    assert not with_segments(captions).photoshop_blocks


def test_the_source_type_in_a_c2pa_manifest_is_a_synthetic_label() -> None:
    source = b"http://cv.iptc.org/newscodes/digitalsourcetype/"
    made = segment(0xEB, b"JP\0\1\0\0\0\1\0\0\0\x20jumb....c2pa" + source + b"trainedAlgorithmicMedia")
    taken = segment(0xEB, b"JP\0\1\0\0\0\1\0\0\0\x20jumb....c2pa" + source + b"computationalCapture")
    assert with_segments(made).synthetic_label == "trainedAlgorithmicMedia"
    assert with_segments(taken).synthetic_label is None


def test_of_an_app_record_only_the_name_of_the_app_is_kept() -> None:
    record = (
        b'{"data":{"pictureId":"738298be446d47f4","os":"android","product":"retouch"},"source_type":"douyin_beauty_me"}'
    )
    assert facts(comment=record).text_chunks == {"COM": "retouch douyin_beauty_me"}


def test_photoshop_blocks_in_tiff() -> None:
    assert facts("TIFF", tiffinfo={34377: b"8BIM\x04\x04\0\0\0\0\0\0"}).photoshop_blocks


@pytest.mark.parametrize("name", ["JPEG", "PNG", "BMP", "TIFF"])
def test_stated_resolution(name: str) -> None:
    assert facts(name, dpi=(350, 350)).dpi == pytest.approx((350, 350), abs=0.1)


def test_resolution_is_never_made_up() -> None:
    assert facts("JPEG").dpi is None
    assert facts("WEBP").dpi is None
    no_density = Image.Exif()
    no_density[0x0131] = "x"
    assert facts("JPEG", exif=no_density).dpi is None
    exif = Image.Exif()
    exif[0x011A], exif[0x011B], exif[0x0128] = 118.11, 118.11, 3
    assert facts("JPEG", exif=exif).dpi == pytest.approx((300, 300), abs=0.1)
    exif[0x011A] = exif[0x011B] = 0
    assert facts("JPEG", exif=exif).dpi is None


@pytest.mark.parametrize("quality", [1, 10, 30, 49, 50, 51, 75, 88, 95, 99, 100])
@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
def test_jpeg_quality(quality: int, subsampling: str) -> None:
    jpeg = facts(quality=quality, subsampling=subsampling).jpeg
    assert jpeg is not None
    assert (jpeg.quality, jpeg.standard_tables, jpeg.subsampling) == (quality, True, subsampling)
    assert len(jpeg.tables) == 2
    assert all(len(table) == 64 for table in jpeg.tables)


def test_quality_of_other_tables_is_close() -> None:
    """Photoshop's presets, by Pillow's copies; coarser presets never rank above finer ones."""
    estimates = [
        facts(quality=preset).jpeg for preset in ("web_low", "web_medium", "web_high", "web_very_high", "web_maximum")
    ]
    values = [estimate.quality for estimate in estimates if estimate is not None]
    assert values == sorted(values)
    assert values[0] < 70
    assert values[-1] >= 95
    assert not any(estimate is None or estimate.standard_tables for estimate in estimates)
    assert estimate_quality([17] * 64, None)[1] is False


def test_progressive() -> None:
    jpeg = facts(progressive=True).jpeg
    assert jpeg is not None
    assert jpeg.progressive
    assert facts("PNG").jpeg is None
