"""What is where: the desk, things on it, the document or its copy or its display, a second document, hands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np

from samples.maker.camera import clutter, copier, desk, display, geometry, hand, layers
from samples.maker.camera.shot import Copy, Finger, Image, Plane, Points, Screen, Shot


@dataclass
class Scene:
    """A picture before light falls on it.

    Attributes:
        canvas: H×W×3 uint8 sRGB of surfaces in full light.
        place: mm on the document to pixels.
        card: H×W uint8, the document's cover, what lies on it included.
        faults: facts by name.
        masks: H×W uint8 by name.
        glow: None, or the cover of a lit display, H×W uint8, and the factor of its light per channel in `window`.
    """

    canvas: Image
    place: Points
    size_mm: tuple[float, float]
    card: Image
    faults: dict[str, dict[str, Any]] = field(default_factory=dict)
    masks: dict[str, Image] = field(default_factory=dict)
    glow: Image | None = None
    window: layers.Window | None = None
    factors: list[Plane] = field(default_factory=list)

    @property
    def scale(self) -> float:
        """Pixels a millimetre in the middle of the document."""
        return geometry.scale_at(self.place, (self.size_mm[0] / 2, self.size_mm[1] / 2))


@dataclass(frozen=True)
class Body:
    """The document as a thing: its picture and sizes in mm."""

    flat: Image
    size_mm: tuple[float, float]
    radius: float
    thickness: float


def compose(body: Body, shot: Shot, random: np.random.Generator) -> Scene:
    """Everything in its place, in 8-bit codes."""
    place = geometry.cut_off(geometry.to_picture(shot, body.size_mm), shot, body.size_mm)
    canvas = _desk(shot, place, random)
    scene = Scene(canvas, place, body.size_mm, np.zeros(canvas.shape[:2], np.uint8))
    clutter.scatter(canvas, place, body.size_mm, shot.world, shot.clutter, random)
    if shot.second is not None and not shot.second.above:
        _second(scene, shot)
    if isinstance(shot.medium, Copy):
        _copy(scene, body, shot.medium, shot, random)
    elif isinstance(shot.medium, Screen):
        _screen(scene, body, shot.medium, shot, random)
    else:
        scene.card = _lay_body(canvas, body, place, shot)
    if shot.second is not None and shot.second.above:
        _second(scene, shot)
    for finger in shot.fingers:
        _finger(scene, finger, shot, random)
    return scene


def _desk(shot: Shot, place: Points, random: np.random.Generator) -> Image:
    """H×W×3: the texture somewhere, somehow turned, at up to 1.4 times its size, in a slightly other tone."""
    zoom, turn = random.uniform(0.8, 1.4), random.uniform(0, 2 * np.pi)
    middle = random.uniform(0.2, 0.8, 2) * desk.PIXELS / desk.PER_MM
    scale = geometry.scale_at(place, (0.0, 0.0)) * zoom
    level = int(np.clip(np.floor(np.log2(desk.PER_MM / scale) + 0.3), 0, 4))
    tile = desk.texture(shot.desk, shot.world, shot.variant, level)
    per_mm = desk.PER_MM / 2**level
    spin = zoom * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    onto = np.eye(3)
    onto[:2, :2] = spin / per_mm
    onto[:2, 2] = -spin @ middle
    size = (shot.width, shot.height)
    ground = cv2.warpPerspective(tile, place @ onto, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    tint = random.uniform(0.98, 1.02, 3) * random.uniform(0.85, 1.06)
    table = np.clip(np.arange(256)[:, None] * tint, 0, 255).round().astype(np.uint8)
    return np.asarray(cv2.LUT(ground, table[None]))


def _lay_body(canvas: Image, body: Body, place: Points, shot: Shot) -> Image:
    """Lay a document and its thin shadow into the canvas; its cover as H×W uint8."""
    seen = layers.fine_enough(body.flat, body.size_mm, place)
    alpha = layers.round_alpha(seen.shape[1], seen.shape[0], body.radius * seen.shape[1] / body.size_mm[0])
    flat_place = place @ layers.pixels_to_mm(seen.shape, body.size_mm, 2)
    _contact_shadow(canvas, alpha, flat_place, shot, body.thickness * geometry.scale_at(place, (0.0, 0.0)))
    cover = np.zeros(canvas.shape[:2], np.uint8)
    window, inside = layers.lay(canvas, seen, alpha, flat_place)
    if not window.empty:
        window.of(cover)[:] = inside
    return cover


def _contact_shadow(canvas: Image, alpha: Image, place: Points, shot: Shot, thickness: float) -> None:
    """Darken the desk just beside the document, away from the light; `thickness` in pixels."""
    if thickness < 0.3:
        return
    away = np.radians(shot.light.azimuth + 180)
    move = np.array([[1, 0, 0.55 * thickness * np.cos(away)], [0, 1, 0.55 * thickness * np.sin(away)], [0, 0, 1]])
    outline = geometry.project(place, geometry.corners_of((alpha.shape[1], alpha.shape[0])))
    window = layers.Window(canvas, outline, margin=2 + 2 * thickness)
    if window.empty:
        return
    half = np.diag([0.5, 0.5, 1.0]) @ window.to_window @ move @ place
    size = (max(1, window.size[0] // 2), max(1, window.size[1] // 2))
    cast = cv2.warpPerspective(alpha, half, size, flags=cv2.INTER_LINEAR)
    cast = cv2.GaussianBlur(cast, (0, 0), max(0.4, 0.3 * thickness))
    layers.darken(window.of(canvas), np.asarray(cv2.resize(cast, window.size)), 0.38)


def _second(scene: Scene, shot: Shot) -> None:
    second = shot.second
    if second is None:
        return
    turn, (x, y) = np.radians(second.turn), second.centre
    move = np.array([[np.cos(turn), -np.sin(turn), x], [np.sin(turn), np.cos(turn), y], [0, 0, 1]])
    middle = np.array([[1, 0, -second.size_mm[0] / 2], [0, 1, -second.size_mm[1] / 2], [0, 0, 1]])
    place = scene.place @ move @ middle
    body = Body(second.flat, second.size_mm, second.corner_radius_mm, 0.76)
    scene.masks["second"] = _lay_body(scene.canvas, body, place, shot)
    corners = geometry.project(place, geometry.corners_of(second.size_mm))
    scene.faults["two-cards"] = {"strength": 1.0, "corners": corners, "above": second.above}


def _around(size_mm: tuple[float, float], margin: tuple[float, float, float, float], skew: float = 0.0) -> Points:
    """4×2 mm: the document's box widened by a margin, turned back about its middle by `skew` degrees."""
    left, top, right, bottom = margin
    box = np.array([(-left, -top), (size_mm[0] + right, -top), (size_mm[0] + right, size_mm[1] + bottom),
                    (-left, size_mm[1] + bottom)])  # fmt: skip
    turn, middle = np.radians(-skew), np.array(size_mm) / 2
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.asarray((box - middle) @ spin + middle)


def _copy(scene: Scene, body: Body, copy: Copy, shot: Shot, random: np.random.Generator) -> None:
    """A sheet of paper, then the print's ink on it."""
    sheet = _around(body.size_mm, copy.margin, copy.skew)
    tone = int(random.integers(234, 250))
    clutter.fill(scene.canvas, geometry.project(scene.place, sheet), (tone, tone, tone - 2), 3.0)
    per_mm = float(np.clip(2.0 * scene.scale, 7.0, 15.0))
    ink, printed, structure = copier.print_of(body.flat, body.size_mm, copy, per_mm, body.radius, shot.world, random)
    bleed = (printed[0] - body.size_mm[0]) / 2
    place = scene.place @ np.array([[1, 0, -bleed], [0, 1, -bleed], [0, 0, 1]])
    ink = layers.fine_enough(ink, printed, place)
    window = layers.Window(scene.canvas, geometry.project(place, geometry.corners_of(printed)))
    if not window.empty:
        onto = window.to_window @ place @ layers.pixels_to_mm(ink.shape, printed)
        seen = cv2.warpPerspective(ink, onto, window.size, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,) * 3)
        view = window.of(scene.canvas)
        view[:] = cv2.multiply(view, seen, scale=1 / 255)
    scene.card = _cover_of(scene, body)
    name = "colour-copy" if copy.colour else "grey-copy"
    scene.faults[name] = {"strength": 1.0, "structure": structure, "sheet": [(float(x), float(y)) for x, y in sheet]}


def _cover_of(scene: Scene, body: Body) -> Image:
    """H×W uint8: where the document is, nothing drawn."""
    wide, high = (max(8, round(edge * scene.scale)) for edge in body.size_mm)
    alpha = layers.round_alpha(wide, high, body.radius * wide / body.size_mm[0])
    place = scene.place @ layers.pixels_to_mm((high, wide), body.size_mm, 2)
    height, width = scene.canvas.shape[:2]
    return np.asarray(cv2.warpPerspective(alpha, place, (width, height)))


def _screen(scene: Scene, body: Body, screen: Screen, shot: Shot, random: np.random.Generator) -> None:
    """A display with its bezel; its light is kept apart for the exposure."""
    chosen = display.setup(screen, body.size_mm, shot.world, random)
    left, top, right, bottom = chosen.box
    margin = (-left, -top, right - body.size_mm[0], bottom - body.size_mm[1])
    rim = random.uniform(3, 16) / screen.scale
    frame = _around(body.size_mm, tuple(edge + rim for edge in margin))  # type: ignore[arg-type]
    tone = int(random.choice([16, 24, 40, 190]))
    clutter.fill(scene.canvas, geometry.project(scene.place, frame), (tone, tone, tone), 12.0)
    page = display.shown(body.flat, body.size_mm, screen, chosen, body.radius, random)
    extent = (right - left, bottom - top)
    place = scene.place @ np.array([[1, 0, left], [0, 1, top], [0, 0, 1]])
    if scene.scale * chosen.pitch < 1.0:
        page = layers.fine_enough(page, extent, place)
    elif scene.scale * chosen.pitch > 2.0:
        # Seen so near, the display's pixels have edges of their own.
        page = np.asarray(cv2.resize(page, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST))
    alpha = layers.round_alpha(page.shape[1], page.shape[0], 0.0)
    window, cover = layers.lay(scene.canvas, page, alpha, place @ layers.pixels_to_mm(page.shape, extent, 2))
    scene.glow = np.zeros(scene.canvas.shape[:2], np.uint8)
    window.of(scene.glow)[:] = cover
    scene.window = window
    scene.factors = display.modulation(window.to_window @ scene.place, window.size, chosen, scene.scale, screen.grid)
    scene.card = _cover_of(scene, body)
    facts = {"strength": 1.0, "pitch_px": scene.scale * chosen.pitch, "layout": chosen.layout}
    scene.faults["screen"] = {**facts, "display": [(float(x), float(y)) for x, y in _around(body.size_mm, margin)]}


def _finger(scene: Scene, finger: Finger, shot: Shot, random: np.random.Generator) -> None:
    sprite = hand.sprite(shot.world, int(random.integers(2)))
    onto = hand.to_document(finger)
    place = scene.place @ onto @ hand.pixels_to_frame()
    outline = geometry.project(scene.place @ onto, sprite.outline)
    window = layers.Window(scene.canvas, outline, margin=4 + 6 * scene.scale)
    if window.empty:
        return
    cover = cv2.copyMakeBorder(sprite.cover, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=0)
    away = np.radians(shot.light.azimuth + 180)
    reach = 3.5 * scene.scale
    move = np.array([[1, 0, reach * np.cos(away)], [0, 1, reach * np.sin(away)], [0, 0, 1]])
    quarter = np.diag([0.25, 0.25, 1.0]) @ window.to_window @ move @ place
    size = (max(1, window.size[0] // 4), max(1, window.size[1] // 4))
    cast = cv2.GaussianBlur(cv2.warpPerspective(cover, quarter, size), (0, 0), max(0.5, 0.35 * reach / 4))
    layers.darken(window.of(scene.canvas), np.asarray(cv2.resize(cast, window.size)), 0.45)
    window, inside = layers.lay(scene.canvas, hand.coloured(sprite, finger), cover, place)
    if window.empty:
        return
    mask = scene.masks.setdefault("finger", np.zeros(scene.canvas.shape[:2], np.uint8))
    np.maximum(window.of(mask), inside, out=window.of(mask))
    if scene.glow is not None:
        view = window.of(scene.glow)
        view[:] = np.minimum(view, 255 - inside)
    polygon = geometry.project(onto, sprite.outline)
    facts = scene.faults.setdefault("finger", {"strength": 0.0, "polygons": []})
    facts["polygons"].append([(float(x), float(y)) for x, y in polygon])
    facts["covered"] = facts["strength"] = share_under(mask, scene.card)


def share_under(mask: Image, card: Image) -> float:
    """Share of the seen document under a mask of more than a fifth."""
    inside = card > 127
    return float((mask[inside] > 51).mean()) if inside.any() else 0.0
