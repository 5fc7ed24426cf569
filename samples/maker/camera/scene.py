"""`photograph`: a flat document, its surroundings, light, lens, sensor and file, in the order of nature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from samples.maker.camera import electronic, geometry, lens, light, sensor
from samples.maker.camera.compose import Body, Scene, compose, share_under
from samples.maker.camera.edits import Edit, Worn, apply_edits
from samples.maker.camera.shot import Capture, Electronic, Image, Plane, Points, Screen, Shot

_ROOM = 0.4
"""Light of the room beside a lit display, in units of its white."""


def photograph(
    flat_rgb: Image,
    size_mm: tuple[float, float],
    *,
    seed: int,
    shot: Shot | None = None,
    edits: Sequence[Edit] = (),
    corner_radius_mm: float = 3.18,
    thickness_mm: float = 0.76,
    **changes: Any,
) -> Capture:
    """Photograph a flat document.

    Args:
        flat_rgb: H×W×3 uint8 sRGB with square corners; they are cut round here.
        size_mm: width and height of the document.
        seed: everything random follows from it.
        shot: the settings; `Shot()` if None.
        edits: what was done to the document before, in order.
        corner_radius_mm: 3.18 for an ID-1 card, 0 for paper.
        thickness_mm: casts a thin shadow; about 0.1 for paper.
        changes: fields of `Shot` to be replaced, such as `desk="stone"` or `fingers=(Finger((80, 50)),)`.
    """
    wanted = replace(shot or Shot(), **changes)
    random = np.random.default_rng(seed)
    done = (*edits, Worn(wanted.scratched)) if wanted.scratched else tuple(edits)
    flat_rgb, edited = apply_edits(flat_rgb, size_mm, done, random)
    if isinstance(wanted.medium, Electronic):
        picture, card, place = electronic.draw(flat_rgb, size_mm, wanted.medium, wanted, corner_radius_mm, random)
        faults: dict[str, dict[str, Any]] = {"electronic": {"strength": 1.0, "page": wanted.medium.page}}
        masks = {"card": card}
    else:
        taken = _before_enlarging(wanted)
        scene = compose(Body(flat_rgb, size_mm, corner_radius_mm, thickness_mm), taken, random)
        picture = _expose(scene, taken, random)
        faults, masks, place = scene.faults, {**scene.masks, "card": scene.card}, scene.place
        if wanted.enlarged != 1.0:
            size = (wanted.width, wanted.height)
            place = _enlarged_by(wanted.width / taken.width, wanted.height / taken.height) @ place
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC))
            masks = {name: np.asarray(cv2.resize(mask, size)) for name, mask in masks.items()}
            faults["enlarged"] = {"strength": wanted.enlarged}
    data = None
    if wanted.jpeg is not None:
        data, picture = sensor.encode(picture, wanted.jpeg, wanted.subsample)
    corners = geometry.project(place, geometry.corners_of(size_mm))
    faults.update(edited)
    _tell_geometry(wanted, picture.shape, corners, faults)
    return Capture(picture, corners, geometry.rotation_of(corners), place, faults, masks, data, wanted)


def _before_enlarging(shot: Shot) -> Shot:
    if shot.enlarged == 1.0:
        return shot
    return replace(shot, width=round(shot.width / shot.enlarged), height=round(shot.height / shot.enlarged))


def _enlarged_by(across: float, down: float) -> Points:
    return np.array([[across, 0, 0.5 * across - 0.5], [0, down, 0.5 * down - 0.5], [0, 0, 1]])


def _expose(scene: Scene, shot: Shot, random: np.random.Generator) -> Image:
    """Light, lens and sensor: the developed picture; tells the scene the masks and facts of glare and shadow."""
    grid = light.Grid(scene.place, shot.width, shot.height)
    factor, taken = light.illumination(shot, grid, random)
    if shot.shadows:
        mask = scene.masks["shadow"] = _mask(grid.to_full(taken))
        depth = max(shadow.depth for shadow in shot.shadows)
        scene.faults["shadow"] = {"strength": depth, "covered": share_under(mask, scene.card)}
    mirror = _mirror(scene, shot, grid, random)
    kernels = _kernels(scene, shot, random)
    canvas = lens.lens_blur(scene.canvas, shot.lens)
    lamp = grid.to_full(factor)
    bands = _bands(shot, random)
    planes = []
    offset = (int(random.integers(1024)), int(random.integers(1024)))
    room = _ROOM if scene.glow is not None else 1.0
    for channel, gain in enumerate(sensor.gains(shot.light)):
        codes = np.ascontiguousarray(canvas[..., channel])
        plane = np.asarray(cv2.multiply(sensor.linear_plane(codes, gain * room), lamp))
        if scene.glow is not None:
            _shine(plane, codes, scene, shot, channel, bands)
        if mirror is not None:
            plane = np.asarray(cv2.add(plane, mirror))
        for kernel in kernels:
            plane = lens.spread(plane, kernel)
        planes.append(sensor.develop(sensor.add_noise(plane, channel, shot.noise, offset)))
    return sensor.sharpen(np.asarray(cv2.merge(planes)), shot.sharpen)


def _shine(plane: Plane, codes: Image, scene: Scene, shot: Shot, channel: int, bands: Plane) -> None:
    """Replace the room's light by the display's own where the display is seen, in place."""
    screen, window = shot.medium, scene.window
    if not isinstance(screen, Screen) or window is None or window.empty or scene.glow is None:
        return
    tint = (1 - 0.10 * screen.white, 1.0, 1 + 0.14 * screen.white)[channel]
    lit = sensor.linear_plane(np.ascontiguousarray(window.of(codes)), 2.0**shot.light.exposure * tint)
    lit = cv2.add(lit, screen.black)
    lit = cv2.multiply(lit, scene.factors[channel])
    lit *= bands[window.top : window.bottom]
    view = window.of(plane)
    weight = window.of(scene.glow).astype(np.float32) * np.float32(1 / 255)
    view[:] = cv2.blendLinear(lit, np.ascontiguousarray(view), weight, 1 - weight)


def _bands(shot: Shot, random: np.random.Generator) -> Plane:
    """H×1: the rolling shutter's view of a flickering backlight."""
    strength = shot.medium.bands if isinstance(shot.medium, Screen) else 0.0
    rows = np.arange(shot.height, dtype=np.float32)[:, None] / shot.height
    wave = np.sin(2 * np.pi * random.uniform(2, 7) * rows + random.uniform(0, 6))
    return np.asarray(1 - 0.5 * strength * (1 + wave), dtype=np.float32)


def _mirror(scene: Scene, shot: Shot, grid: light.Grid, random: np.random.Generator) -> Plane | None:
    """Light that lamps and films add on the document, H×W, or None."""
    if not shot.glare and not shot.laminated:
        return None
    added = np.zeros(grid.x.shape, np.float32)
    spots = []
    for glare in shot.glare:
        spot, shape = light.mirrored(glare, grid, shot.world, random)
        added += spot
        place = {"at": glare.at, "size": glare.size, "angle": glare.angle}
        spots.append({**place, "shape": shape, "strength": glare.strength})
    if shot.laminated:
        added += light.film(shot.laminated, grid, random)
        scene.faults["laminated"] = {"strength": shot.laminated}
    bare = cv2.subtract(scene.card, scene.masks["finger"]) if "finger" in scene.masks else scene.card
    mirror = np.asarray(cv2.multiply(grid.to_full(added), bare.astype(np.float32), scale=1 / 255))
    mask = scene.masks["glare"] = _mask(mirror)
    strength = max([glare.strength for glare in shot.glare], default=shot.laminated)
    scene.faults["glare"] = {"strength": strength, "spots": spots, "covered": share_under(mask, scene.card)}
    return mirror


def _kernels(scene: Scene, shot: Shot, random: np.random.Generator) -> list[Plane]:
    kernels = []
    radius = shot.defocus * scene.scale
    if radius > 0.4:
        kernels.append(lens.disc(radius))
        scene.faults["defocus"] = {"strength": shot.defocus, "radius_px": radius}
    if shot.motion is not None and shot.motion[0] * scene.scale > 1:
        length, angle = shot.motion[0] * scene.scale, shot.motion[1]
        kernels.append(lens.streak(length, angle, random))
        scene.faults["motion"] = {"strength": shot.motion[0], "length_px": length, "angle": angle}
    return kernels


def _mask(values: Plane) -> Image:
    return np.asarray(cv2.convertScaleAbs(cv2.min(values, 1.0), alpha=255), dtype=np.uint8)


def _tell_geometry(shot: Shot, shape: tuple[int, ...], corners: Points, faults: dict[str, dict[str, Any]]) -> None:
    """Facts that every capture has, and what of the document is outside the picture."""
    edges = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    faults["size"] = {"strength": float(edges.max()), "pixels": float(edges.max())}
    faults["jpeg"] = {"strength": shot.jpeg}
    if not isinstance(shot.medium, Electronic):
        faults["perspective"] = {"strength": float(np.hypot(shot.tilt_x, shot.tilt_y))}
        faults["exposure"] = {"strength": shot.light.exposure}
        faults["noise"] = {"strength": shot.noise}
    right, bottom = shape[1] - 0.5, shape[0] - 0.5
    frame = np.array([(-0.5, -0.5), (right, -0.5), (right, bottom), (-0.5, bottom)], np.float32)
    whole = cv2.contourArea(corners.astype(np.float32))
    inside, _ = cv2.intersectConvexConvex(corners.astype(np.float32), frame)
    if inside < 0.998 * whole:
        faults["cut"] = {"strength": 1 - inside / whole, "side": shot.cut.side if shot.cut else None}
