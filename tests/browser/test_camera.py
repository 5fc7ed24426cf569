"""The camera before a made portrait: hints, the picture taken, its answer; and the net against what is true."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from samples.maker.portrait import Truth, draw_with_truth
from tests.browser.conftest import Running, serious_findings
from tests.browser.watching import watch

FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
WIDTH, HEIGHT = 960, 720
PHONE = {"width": 360, "height": 740}
READY_MS = 60_000
LOOK = """async (picture) => {
  const { findFaces, readLayers, SIDE } = await import("/static/js/face.js");
  const { Sight } = await import("/static/js/hints.js");
  const layers = readLayers(await (await fetch("/static/models/face.bin")).arrayBuffer());
  const image = new Image();
  image.src = "data:image/png;base64," + picture;
  await image.decode();
  const sight = new Sight();
  const faces = findFaces(layers, sight.take(image, image.width, image.height));
  return { faces, hint: sight.hint(faces) };
}"""
Rgb = Any


@pytest.fixture(scope="module")
def person() -> tuple[Rgb, Truth]:
    """Somebody drawn as they should sit in the oval."""
    return draw_with_truth(width=WIDTH, height=HEIGHT, head_height=0.68, crown_margin=0.12, background="grey")


@pytest.fixture
def page(server: Running, contexts: Callable[..., Any]) -> Page:
    opened: Page = contexts().new_page()
    opened.goto(server.url)
    return opened


def looked_at(page: Page, rgb: Rgb) -> Any:
    file = io.BytesIO()
    Image.fromarray(np.asarray(rgb, dtype=np.uint8)).save(file, "PNG")
    return page.evaluate(LOOK, base64.b64encode(file.getvalue()).decode())


def moved(rgb: Rgb, *, scale: float = 1.0, turn: float = 0.0, right: float = 0.0, down: float = 0.0) -> Rgb:
    """The picture scaled and turned about the middle of the face, then shifted by shares of its height."""
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, 0.46 * HEIGHT), turn, scale)
    matrix[:, 2] += right * HEIGHT, down * HEIGHT
    return cv2.warpAffine(rgb, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)


def test_net_finds_eyes_and_nothing_else(page: Page, person: tuple[Rgb, Truth]) -> None:
    rgb, truth = person
    (face,) = looked_at(page, rgb)["faces"]
    bar = (1 - HEIGHT / WIDTH) / 2  # above and below the square's picture
    eyes = sorted((x / WIDTH, y / WIDTH + bar) for x, y in truth.irises)
    assert np.allclose(sorted(face["points"][:2]), eyes, atol=0.02)
    assert looked_at(page, np.full((HEIGHT, WIDTH, 3), 128))["faces"] == []


def test_hints(page: Page, person: tuple[Rgb, Truth]) -> None:
    rgb = person[0]
    shade = np.interp(np.arange(WIDTH), (0.4 * WIDTH, 0.6 * WIDTH), (1.0, 0.4))[None, :, None]
    seen = {
        "good": rgb,
        "closer": moved(rgb, scale=0.6),
        "back": moved(rgb, scale=1.4),
        "centre": moved(rgb, right=0.2),
        "up": moved(rgb, down=0.2),
        "down": moved(rgb, down=-0.2),
        "straight": moved(rgb, turn=14),
        "dark": rgb * 0.3,
        "side-light": rgb * shade,
        "blurred": cv2.GaussianBlur(rgb, (0, 0), 14),
        "several": np.hstack([moved(rgb, scale=0.7)[:, WIDTH // 4 : 3 * WIDTH // 4]] * 2),
        "no-face": np.full((HEIGHT, WIDTH, 3), 128),
    }
    assert {wanted: looked_at(page, picture)["hint"] for wanted, picture in seen.items()} == {one: one for one in seen}


def test_hint_does_not_flicker(page: Page) -> None:
    told = page.evaluate("""async () => {
      const { Steady } = await import("/static/js/hints.js");
      const steady = new Steady(300, 900);
      return [["closer", 0], ["good", 100], ["closer", 200], ["good", 1000], ["good", 1200], ["good", 1400]]
        .map(([hint, now]) => steady.take(hint, now));
    }""")
    assert told == ["closer", "closer", "closer", "closer", "closer", "good"]


@pytest.mark.parametrize("faced", [True, False])
def test_camera(
    server: Running, chromium: Callable[..., Any], tmp_path: Path, person: tuple[Rgb, Truth], faced: bool
) -> None:
    """From the camera to the answer; without a face the camera takes a picture too, for people it does not find."""
    file = io.BytesIO()
    Image.fromarray(person[0] if faced else np.full((HEIGHT, WIDTH, 3), 128, np.uint8)).save(file, "JPEG", quality=95)
    film = tmp_path / "camera.mjpeg"
    film.write_bytes(file.getvalue() * 3)
    with chromium(*FAKE, f"--use-file-for-fake-video-capture={film}") as browser:
        watched = watch(browser.new_context(viewport=PHONE, locale="en-GB"), server.url)
        page = watched.page
        page.goto(f"{server.url}/check/cn-exit-entry")
        page.check("#agree")
        page.click("[data-camera]")
        hint = page.locator(".camera-hint")
        expect(hint).to_have_text(
            "Good. Take the picture" if faced else "Put your face into the oval", timeout=READY_MS
        )
        expect(page.locator(".camera-guide .line")).to_have_count(1)
        watched.faults += serious_findings(page)
        page.click('[data-do="take"]')
        expect(page.locator(".camera-shot")).to_be_visible()
        with page.expect_navigation(timeout=READY_MS):
            page.click('[data-do="use"]')
        expect(page.locator(".verdict-pass" if faced else ".verdict-fail")).to_be_visible()
        assert watched.faults == []
