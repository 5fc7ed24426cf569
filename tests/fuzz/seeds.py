"""Real files of every accepted kind, small, made here from the public-domain astronaut portrait."""

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import skimage.data
from PIL import Image, ImageCms, PngImagePlugin

FIXTURES = Path(__file__).parents[1] / "fixtures"
XMP = b'<x:xmpmeta><rdf:Description xmp:CreatorTool="Adobe Photoshop 25.1"/></x:xmpmeta>'


def _encode(image: Image.Image, name: str, more: Sequence[Image.Image] = (), **options: object) -> bytes:
    file = io.BytesIO()
    # Copies: Pillow leaves the last encoder's settings on an image.
    if more:
        options |= {"save_all": True, "append_images": [frame.copy() for frame in more]}
    image.copy().save(file, name, **options)
    return file.getvalue()


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0131], exif[0x0112] = "HUAWEI", "ALN-AL00", "Meitu 10.2", 6
    exif[0x011A], exif[0x011B], exif[0x0128] = 72.0, 72.0, 2
    exif.get_ifd(0x8769).update({0x9003: "2026:01:02 03:04:05", 0x9286: b"ASCII\0\0\0Faceu"})
    return exif


@cache
def seeds() -> dict[str, bytes]:
    """Name to file."""
    portrait = Image.fromarray(skimage.data.astronaut()[:320, 128:384]).resize((128, 160))
    turned = portrait.rotate(20)
    clear = portrait.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(portrait.size))
    wide = portrait.convert("L").convert("I;16")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    text = PngImagePlugin.PngInfo()
    text.add_text("Software", "GIMP 2.10")
    text.add_text("Comment", "created with GIMP", zip=True)
    text.add_itxt("XML:com.adobe.xmp", XMP, zip=True)
    return {
        "jpeg": _encode(portrait, "JPEG"),
        "jpeg-metadata": _encode(
            portrait, "JPEG", exif=_exif(), icc_profile=profile, xmp=XMP, comment=b"Lavc58", dpi=(300, 300)
        ),
        "jpeg-progressive": _encode(portrait, "JPEG", progressive=True, subsampling=0, restart_marker_rows=2),
        "jpeg-grey": _encode(portrait.convert("L"), "JPEG"),
        "jpeg-cmyk": _encode(portrait.convert("CMYK"), "JPEG"),
        "jpeg-mpf": _encode(portrait, "MPO", [turned, portrait.resize((64, 80))]),
        "png": _encode(portrait, "PNG"),
        "png-metadata": _encode(portrait, "PNG", pnginfo=text, exif=_exif(), icc_profile=profile, dpi=(300, 300)),
        "png-alpha": _encode(clear, "PNG"),
        "png-palette": _encode(portrait.quantize(32), "PNG", transparency=bytes(range(32))),
        "png-16": _encode(wide, "PNG"),
        "png-bilevel": _encode(portrait.convert("1"), "PNG"),
        "png-animated": _encode(portrait, "PNG", [turned], default_image=True),
        "webp": _encode(portrait, "WEBP"),
        "webp-metadata": _encode(clear, "WEBP", exif=_exif(), icc_profile=profile, xmp=XMP),
        "webp-lossless": _encode(portrait, "WEBP", lossless=True),
        "webp-animated": _encode(portrait, "WEBP", [turned]),
        "bmp": _encode(portrait, "BMP"),
        "bmp-palette": _encode(portrait.quantize(200), "BMP"),
        "bmp-alpha": _encode(clear, "BMP"),
        "tiff": _encode(portrait, "TIFF", exif=_exif(), icc_profile=profile),
        "tiff-lzw": _encode(portrait, "TIFF", compression="tiff_lzw"),
        "tiff-deflate": _encode(clear, "TIFF", compression="tiff_adobe_deflate"),
        "tiff-jpeg": _encode(portrait, "TIFF", compression="jpeg"),
        "tiff-packbits": _encode(portrait.quantize(16), "TIFF", compression="packbits"),
        "tiff-group4": _encode(portrait.convert("1"), "TIFF", compression="group4"),
        "tiff-cmyk": _encode(portrait.convert("CMYK"), "TIFF", compression="tiff_lzw"),
        "tiff-16": _encode(wide, "TIFF", compression="tiff_lzw"),
        "tiff-big": _encode(portrait, "TIFF", big_tiff=True, compression="tiff_lzw"),
        "tiff-pages": _encode(portrait, "TIFF", [turned, portrait.resize((64, 80))]),
        "heic": (FIXTURES / "astronaut.heic").read_bytes(),
    }
