"""Traces of software: what alarms, what must not, and where it was found."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, JpegPresets, PngImagePlugin

from photocheck.decode import FileFacts, JpegFacts, decode
from photocheck.features.software import find_traces, is_photoshop_table
from samples.maker.encode import encode

PICTURE = np.full((32, 24, 3), 180, np.uint8)


def facts(**how: Any) -> FileFacts:
    return decode(encode(PICTURE, **how)).facts


def traces(**how: Any) -> set[tuple[str, str, str]]:
    return {(trace.sort, trace.tool, trace.where) for trace in find_traces(facts(**how))}


@pytest.mark.parametrize(
    ("software", "sort", "tool"),
    [
        ("Meitu", "beauty-app", "美图秀秀 Meitu"),
        ("com.mt.mtxx.mtxx 9.6.2", "beauty-app", "美图秀秀 Meitu"),
        ("BeautyCam 11.2.30", "beauty-app", "美颜相机 BeautyCam"),
        ("com.meitu.meiyancamera", "beauty-app", "美颜相机 BeautyCam"),
        ("BeautyPlus", "beauty-app", "BeautyPlus"),
        ("Hypic", "beauty-app", "醒图 Xingtu / Hypic"),
        ("retouch douyin_beauty_me", "beauty-app", "醒图 Xingtu / Hypic"),
        ("Ulike 4.9", "beauty-app", "轻颜 Ulike"),
        ("B612", "beauty-app", "B612"),
        ("Faceu", "beauty-app", "激萌 Faceu"),
        ("Wuta Camera", "beauty-app", "无他相机 Wuta"),
        ("Pitu", "beauty-app", "天天P图 Pitu"),
        ("SNOW 11.5", "beauty-app", "SNOW"),
        ("Camera360", "beauty-app", "相机360 Camera360"),
        ("com.kwai.m2u", "beauty-app", "一甜相机 Yitian"),
        ("Facetune2", "beauty-app", "Facetune"),
        ("YouCam Perfect", "beauty-app", "玩美 YouCam"),
        ("Adobe Photoshop 25.0 (Windows)", "editor", "Adobe Photoshop"),
        ("Adobe Photoshop Lightroom Classic 10.1", "editor", "Adobe Photoshop Lightroom"),
        ("Adobe Photoshop Express (Android)", "editor", "Adobe Photoshop Express"),
        ("GIMP 2.10.34", "editor", "GIMP"),
        ("Affinity Photo 2", "editor", "Affinity Photo"),
        ("Capture One 23", "editor", "Capture One"),
        ("Pixelmator Pro 3.3", "editor", "Pixelmator"),
        ("CapCut", "editor", "剪映 / CapCut"),
        ("PicsArt", "editor", "Picsart"),
        ("Snapseed 2.0", "editor", "Snapseed"),
        ("VSCOcam", "editor", "VSCO"),
        ("Midjourney v6", "generator", "Midjourney"),
    ],
)
def test_named_in_exif_software(software: str, sort: str, tool: str) -> None:
    assert traces(exif={"Software": software}) == {(sort, tool, "EXIF")}


@pytest.mark.parametrize(
    "name", ["美图秀秀", "美颜相机", "醒图", "轻颜", "激萌", "无他相机", "天天P图", "一甜相机", "相机360"]
)
def test_chinese_names_of_beauty_apps(name: str) -> None:
    held = "*" * len(name.encode())
    data = encode(PICTURE, exif={"Software": held}).replace(held.encode(), name.encode())
    (trace,) = find_traces(decode(data).facts)
    assert (trace.sort, trace.where) == ("beauty-app", "EXIF")
    assert name in trace.tool or name.removesuffix("相机") in trace.tool


@pytest.mark.parametrize(
    "software",
    [
        "HDR+ 1.0.585804401zd",
        "MediaTek Camera Application",
        "17.1.2",
        "HarmonyOS 4.2.0",
        "ELE-AL00 10.1.0.162(C00E160R2P11)",
        "V14.0.23.0.TKACNXM",
        "S9080ZCU2AWA1",
        "COOLPIX S9100V1.0",
        "PENTAX K-70 Ver. 1.10",
        "ILCE-7M3 v3.10",
        "Android UP1A.231005.007",
        "Microsoft Windows Photo Viewer 10.0.19041.1",
        "Windows 11",
        "Photos 8.0",
        "WeChat",
        "gd-jpeg v1.0 (using IJG JPEG v62)",
        "ImageMagick 7.1",
        "Adobe Bridge 2024",
        "an app nobody has heard of 3.1",
    ],
)
def test_cameras_galleries_and_messengers_are_no_traces(software: str) -> None:
    assert traces(exif={"Software": software}) == set()


def test_makers_and_models_are_not_read() -> None:
    """A phone of the brand Meitu is a camera."""
    assert traces(exif={"Make": "Meitu", "Model": "MP1801"}) == set()


def test_xmp_history_and_creator() -> None:
    xmp = b'<x:xmpmeta><rdf:li stEvt:softwareAgent="Adobe Photoshop 25.0 (Macintosh)"/></x:xmpmeta>'
    assert traces(xmp=xmp) == {("editor", "Adobe Photoshop", "XMP")}


def test_a_photoshop_file_with_its_metadata_removed_is_told_by_its_tables() -> None:
    tables = JpegPresets.presets["maximum"]["quantization"]
    assert traces(qtables=tables, quality=-1) == {("editor", "Adobe Photoshop", "DQT")}


@pytest.mark.parametrize("preset", sorted(JpegPresets.presets))
def test_every_photoshop_preset_is_known(preset: str) -> None:
    tables = tuple(tuple(table) for table in JpegPresets.presets[preset]["quantization"])
    assert is_photoshop_table(JpegFacts(tables, 90, standard_tables=False, subsampling="4:4:4", progressive=False))


@pytest.mark.parametrize("quality", [1, 30, 50, 75, 85, 90, 95, 98, 100])
def test_standard_tables_are_nobodys(quality: int) -> None:
    """Every program that uses libjpeg writes them, GIMP among them."""
    assert traces(quality=quality) == set()


def test_an_asymmetric_table_of_the_same_sums_is_not_photoshops() -> None:
    luminance, chrominance = ([*table] for table in JpegPresets.presets["high"]["quantization"])
    luminance[1], luminance[3] = luminance[3], luminance[1]
    facts_of = JpegFacts((tuple(luminance), tuple(chrominance)), 90, False, "4:4:4", False)
    assert not is_photoshop_table(facts_of)


def png(**texts: str) -> FileFacts:
    info, buffer = PngImagePlugin.PngInfo(), io.BytesIO()
    for key, text in texts.items():
        info.add_text(key.replace("_", "-") if key == "sd_metadata" else key, text)
    Image.fromarray(PICTURE).save(buffer, "PNG", pnginfo=info)
    return decode(buffer.getvalue()).facts


def test_generators_that_leave_their_prompt_in_a_png() -> None:
    (trace,) = find_traces(png(parameters="a portrait of a person, Steps: 20"))
    assert (trace.sort, trace.tool, trace.where) == ("generator", "Stable Diffusion", "PNG")
    assert {trace.tool for trace in find_traces(png(prompt="{}", workflow="{}"))} == {"ComfyUI"}


def test_png_software() -> None:
    assert {(trace.tool, trace.where) for trace in find_traces(png(Software="Adobe ImageReady"))} == {
        ("Adobe Express / Illustrator / InDesign", "PNG")
    }
    assert find_traces(png(Software="Snipaste")) == ()


def test_the_label_of_generated_content() -> None:
    xmp = b'<TC260:AIGC>{"Label":"1"}</TC260:AIGC>'
    assert ("generator", "AIGC", "label") in traces(xmp=xmp)
    xmp = b"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    assert ("generator", "trainedAlgorithmicMedia", "label") in traces(xmp=xmp)
    xmp = b"http://cv.iptc.org/newscodes/digitalsourcetype/computationalCapture"
    assert traces(xmp=xmp) == set()


def test_the_most_telling_trace_comes_first() -> None:
    found = find_traces(
        facts(
            exif={"Software": "Adobe Photoshop 25.0"},
            comment=b"Meitu",
            xmp=b"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        )
    )
    assert [trace.sort for trace in found] == ["generator", "beauty-app", "editor"]
