"""`photograph`: a flat document, its surroundings, light, lens, sensor and file, in the order of nature."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from samples.maker.camera import desk, geometry, layers, lens, light, sensor
from samples.maker.camera.shot import Capture, Image, Plane, Points, Shot

Facts = dict[str, dict[str, Any]]


def photograph(
    flat_rgb: Image,
    size_mm: tuple[float, float],
    *,
    seed: int,
    shot: Shot | None = None,
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
        corner_radius_mm: 3.18 for an ID-1 card, 0 for paper.
        thickness_mm: casts a thin shadow; about 0.1 for paper.
        changes: fields of `Shot` to be replaced, such as `desk="stone"` or `fingers=(Finger((80, 50)),)`.
    """
    wanted = replace(shot or Shot(), **changes)
    shot = _before_enlarging(wanted)
    random = np.random.default_rng(seed)
    place = geometry.cut_off(geometry.to_picture(shot, size_mm), shot, size_mm)
    faults: Facts = {}
    canvas = _desk(shot, place, random)
    card = _document(canvas, flat_rgb, size_mm, place, shot, corner_radius_mm, thickness_mm)
    picture, masks = _expose(canvas, card, shot, place, size_mm, faults, random)
    masks["card"] = card
    place = _enlarged_by(wanted.enlarged) @ place
    if wanted.enlarged != 1.0:
        size = (wanted.width, wanted.height)
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC))
        masks = {name: np.asarray(cv2.resize(mask, size)) for name, mask in masks.items()}
        faults["enlarged"] = {"strength": wanted.enlarged}
    data = None
    if shot.jpeg is not None:
        data, picture = sensor.encode(picture, shot.jpeg, shot.subsample)
    corners = geometry.project(place, geometry.corners_of(size_mm))
    _tell_geometry(wanted, corners, faults)
    return Capture(picture, corners, geometry.rotation_of(corners), place, faults, masks, data, wanted)


def _before_enlarging(shot: Shot) -> Shot:
    if shot.enlarged == 1.0:
        return shot
    return replace(shot, width=round(shot.width / shot.enlarged), height=round(shot.height / shot.enlarged))


def _enlarged_by(factor: float) -> Points:
    shift = 0.5 * factor - 0.5
    return np.array([[factor, 0, shift], [0, factor, shift], [0, 0, 1]])


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
    ground = cv2.warpPerspective(
        tile, place @ onto, (shot.width, shot.height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    tint = np.append(random.uniform(0.94, 1.06, 3) * random.uniform(0.85, 1.08), 1.0)
    return np.asarray(cv2.multiply(ground, tint))


def _document(
    canvas: Image,
    flat: Image,
    size_mm: tuple[float, float],
    place: Points,
    shot: Shot,
    radius: float,
    thickness: float,
) -> Image:
    """Lay the document and its thin shadow into the canvas; its cover as H×W uint8."""
    seen = layers.fine_enough(flat, size_mm, place)
    alpha = layers.round_alpha(seen.shape[1], seen.shape[0], radius * seen.shape[1] / size_mm[0])
    flat_place = place @ layers.pixels_to_mm(seen.shape, size_mm, 2)
    _contact_shadow(canvas, alpha, flat_place, shot, thickness * geometry.scale_at(place, (0.0, 0.0)))
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


def _expose(
    canvas: Image,
    card: Image,
    shot: Shot,
    place: Points,
    size_mm: tuple[float, float],
    faults: Facts,
    random: np.random.Generator,
) -> tuple[Image, dict[str, Image]]:
    """Light, lens and sensor: the developed picture and the masks of glare and shadow."""
    masks: dict[str, Image] = {}
    grid = light.Grid(place, shot.width, shot.height)
    factor, taken = light.illumination(shot, grid, random)
    if shot.shadows:
        masks["shadow"] = _mask(grid.to_full(taken))
        faults["shadow"] = {
            "strength": max(shadow.depth for shadow in shot.shadows),
            "covered": _share(masks["shadow"], card),
        }
    added = _added_light(shot, grid, faults, random)
    canvas = lens.lens_blur(canvas, shot.lens)
    kernels = _kernels(shot, place, size_mm, faults, random)
    lamp = grid.to_full(factor)
    mirror = None
    if added is not None:
        mirror = np.asarray(cv2.multiply(grid.to_full(added), card.astype(np.float32), scale=1 / 255))
        masks["glare"] = _mask(mirror)
        faults["glare"]["covered"] = _share(masks["glare"], card)
    planes = []
    offset = (int(random.integers(1024)), int(random.integers(1024)))
    for channel, gain in enumerate(sensor.gains(shot.light)):
        plane = cv2.multiply(sensor.linear_plane(np.ascontiguousarray(canvas[..., channel]), gain), lamp)
        if mirror is not None:
            plane = cv2.add(plane, mirror)
        for kernel in kernels:
            plane = lens.spread(np.asarray(plane), kernel)
        planes.append(sensor.develop(sensor.add_noise(np.asarray(plane), channel, shot.noise, offset)))
    picture = sensor.sharpen(np.asarray(cv2.merge(planes)), shot.sharpen)
    return picture, masks


def _added_light(shot: Shot, grid: light.Grid, faults: Facts, random: np.random.Generator) -> Plane | None:
    if not shot.glare and not shot.laminated:
        return None
    added = np.zeros(grid.x.shape, np.float32)
    spots = []
    for glare in shot.glare:
        spot, shape = light.mirrored(glare, grid, shot.world, random)
        added += spot
        spots.append(
            {"at": glare.at, "size": glare.size, "angle": glare.angle, "shape": shape, "strength": glare.strength}
        )
    if shot.laminated:
        added += light.film(shot.laminated, grid, random)
        faults["laminated"] = {"strength": shot.laminated}
    faults["glare"] = {
        "strength": max([glare.strength for glare in shot.glare], default=shot.laminated),
        "spots": spots,
    }
    return added


def _kernels(
    shot: Shot, place: Points, size_mm: tuple[float, float], faults: Facts, random: np.random.Generator
) -> list[Plane]:
    scale = geometry.scale_at(place, (size_mm[0] / 2, size_mm[1] / 2))
    kernels = []
    if shot.defocus * scale > 0.4:
        kernels.append(lens.disc(shot.defocus * scale))
        faults["defocus"] = {"strength": shot.defocus, "radius_px": shot.defocus * scale}
    if shot.motion is not None and shot.motion[0] * scale > 1:
        kernels.append(lens.streak(shot.motion[0] * scale, shot.motion[1], random))
        faults["motion"] = {"strength": shot.motion[0], "length_px": shot.motion[0] * scale, "angle": shot.motion[1]}
    return kernels


def _mask(values: Plane) -> Image:
    return np.asarray(cv2.convertScaleAbs(cv2.min(values, 1.0), alpha=255), dtype=np.uint8)


def _share(mask: Image, card: Image) -> float:
    """Share of the document under a mask of more than a fifth."""
    inside = card > 127
    return float((mask[inside] > 51).mean()) if inside.any() else 0.0


def _tell_geometry(shot: Shot, corners: Points, faults: Facts) -> None:
    tilt = float(np.hypot(shot.tilt_x, shot.tilt_y))
    if tilt > 0:
        faults["perspective"] = {"strength": tilt}
    frame = np.array(
        [(-0.5, -0.5), (shot.width - 0.5, -0.5), (shot.width - 0.5, shot.height - 0.5), (-0.5, shot.height - 0.5)]
    )
    whole = cv2.contourArea(corners.astype(np.float32))
    inside, _ = cv2.intersectConvexConvex(corners.astype(np.float32), frame.astype(np.float32))
    if inside < 0.9999 * whole:
        faults["cut"] = {"strength": 1 - inside / whole, "side": shot.cut.side if shot.cut else None}
