"""Training scenes: flat cards pasted into backgrounds, small, at once with their corners.

Quicker and wilder than the camera simulator, whose captures are mixed in by `captures.py`: backgrounds are drawn, or
cut from photographs; light, hands, blur, noise and compression are only as good as a picture of 256 pixels shows.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Generator = np.random.Generator

WIDTH_MM, HEIGHT_MM = 85.60, 54.00
RADIUS_MM = 3.18
SKIN = np.array([(233, 190, 165), (215, 165, 135), (190, 140, 110), (150, 105, 80), (105, 70, 55)], dtype=np.float32)


@dataclass(frozen=True)
class Scene:
    """A picture and the cards in it.

    Attributes:
        rgb: H×W×3 uint8.
        cards: 4×2 pixels each, clockwise from the card's own top left; none where there is no card.
        chosen: which of the flat cards given each of them is.
    """

    rgb: Image
    cards: tuple[NDArray[np.float64], ...]
    chosen: tuple[int, ...]


def scene(flats: NDArray[np.uint8], backgrounds: NDArray[np.uint8], size: tuple[int, int], rng: Generator) -> Scene:
    """One scene.

    Args:
        flats: N×h×w×3 cards with square corners.
        backgrounds: M×h×w×3 photographs.
        size: width, height of the picture.
    """
    wanted = rng.choice([0, 1, 2], p=[0.1, 0.8, 0.1])
    chosen = tuple(int(index) for index in rng.integers(len(flats), size=wanted))
    ground = background(backgrounds, size, rng)
    if wanted and rng.random() < 0.2:  # a card on something of its own colour
        tone = flats[chosen[0]].reshape(-1, 3).mean(axis=0) + rng.normal(0, 12)
        ground = 0.12 * (ground - ground.mean()) + tone
    picture = ground.astype(np.float32)
    cards: list[NDArray[np.float64]] = []
    for index in chosen:
        corners = _pose(size, rng, small=wanted == 2)
        if any(_overlap(corners, other) for other in cards):
            continue
        picture = _pasted(picture, flats[index], corners, rng)
        cards.append(corners)
    for _ in range(rng.choice([0, 1, 2, 3], p=[0.5, 0.2, 0.2, 0.1])):
        add_finger(picture, cards, size, rng)
    picture = lit(picture, rng)
    return Scene(spoiled(picture, rng), tuple(cards), chosen[: len(cards)])


def background(backgrounds: NDArray[np.uint8], size: tuple[int, int], rng: Generator) -> NDArray[np.float32]:
    """A desk: a stretch of a photograph, or drawn."""
    width, height = size
    style = rng.choice(["photo", "plain", "noise", "planks", "paper", "boxes"], p=[0.35, 0.2, 0.15, 0.1, 0.1, 0.1])
    if style == "photo":
        return _stretch(backgrounds[rng.integers(len(backgrounds))], size, rng).astype(np.float32)
    tone = rng.uniform(20, 250) + rng.normal(0, 14, 3)
    ground = np.full((height, width, 3), tone, dtype=np.float32)
    if style in {"noise", "planks"}:
        cells = (int(rng.integers(2, 60)), int(rng.integers(2, 60)))
        grain = cv2.resize(rng.normal(0, 1, cells).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
        ground = ground + grain[..., None] * rng.uniform(3, 30) * rng.uniform(0.6, 1.0, 3)
    if style == "planks":
        for place in rng.uniform(0, 1, rng.integers(2, 8)):
            start, end = (place * width, -9), (place * width + rng.normal(0, 0.2) * width, height + 9)
            points = [tuple(int(v) for v in point) for point in (start, end)]
            if rng.random() < 0.5:
                points = [(int(x / width * height * width / height), int(y)) for x, y in points]
            cv2.line(ground, points[0], points[1], (tone * rng.uniform(0.4, 1.3)).tolist(), int(rng.integers(1, 4)))
    if style == "paper":
        ground = ground * 0 + rng.uniform(190, 255)
        pitch = int(rng.integers(6, 24))
        for y in range(int(rng.integers(pitch)), height, pitch):
            x = int(rng.integers(0, width // 3))
            while x < width * 0.95:
                end = x + int(rng.integers(4, 40))
                cv2.line(ground, (x, y), (end, y), (rng.uniform(20, 120),) * 3, max(1, pitch // 4))
                x = end + int(rng.integers(2, 12))
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.normal(0, 25), rng.uniform(1, 1.5))
        ground = cv2.warpAffine(ground, turn, size, borderMode=cv2.BORDER_REFLECT)
    if style == "boxes":
        for _ in range(rng.integers(3, 12)):
            box = (
                (rng.uniform(0, width), rng.uniform(0, height)),
                tuple(rng.uniform(0.05, 0.9, 2) * width),
                rng.uniform(0, 180),
            )
            cv2.fillPoly(ground, [cv2.boxPoints(box).astype(np.int32)], rng.uniform(0, 255, 3).tolist())
    return ground.astype(np.float32)


def _stretch(photo: Image, size: tuple[int, int], rng: Generator) -> Image:
    """A piece of the photograph, turned any way, its colours shifted."""
    width, height = size
    zoom = max(width / photo.shape[1], height / photo.shape[0]) * rng.uniform(1.0, 4.0)
    turn = cv2.getRotationMatrix2D(tuple(rng.uniform(0.2, 0.8, 2) * photo.shape[1::-1]), rng.uniform(0, 360), zoom)
    turn[:, 2] += np.array(size) / 2 - turn @ (photo.shape[1] / 2, photo.shape[0] / 2, 1)
    piece = cv2.warpAffine(photo, turn, size, borderMode=cv2.BORDER_REFLECT).astype(np.float32)
    return np.clip(piece * rng.uniform(0.7, 1.3, 3), 0, 255).astype(np.uint8)


def _pose(size: tuple[int, int], rng: Generator, *, small: bool) -> NDArray[np.float64]:
    """Corners of a card somewhere, turned and tilted; sometimes cut by the border, sometimes filling the picture."""
    width, height = size
    manner = rng.random()
    if manner < 0.12 and not small:
        margin = rng.choice([0.0, rng.uniform(0, 0.03), -rng.uniform(0, 0.03)])
        inset = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)]) * margin * width
        corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float64) + inset
        return np.roll(corners, -2 * rng.integers(2) if width > height else 1 - 2 * rng.integers(2), axis=0)
    turn = rng.uniform(0, 360) if rng.random() < 0.4 else 90 * rng.integers(4) + rng.normal(0, 6)
    tilt = rng.normal(0, 12, 2).clip(-40, 40)
    matrix = cv2.Rodrigues(np.radians([tilt[0], 0, 0]))[0] @ cv2.Rodrigues(np.radians([0, tilt[1], 0]))[0]
    matrix = matrix @ cv2.Rodrigues(np.radians([0, 0, turn]))[0]
    plane = np.array([(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)]) * (WIDTH_MM / 2, HEIGHT_MM / 2, 0)
    seen = plane @ matrix.T
    depth = rng.uniform(1.5, 6) * WIDTH_MM
    seen = seen[:, :2] * depth / (depth + seen[:, 2:])
    seen -= (seen.max(axis=0) + seen.min(axis=0)) / 2
    extent = seen.max(axis=0) - seen.min(axis=0)
    fit = float((np.array(size) / extent).min())
    share = rng.uniform(0.2, 0.5) if small else rng.choice([rng.uniform(0.3, 0.75), rng.uniform(0.6, 1.0)])
    seen *= fit * share
    room = (np.array(size) - extent * fit * share) / 2
    over = rng.uniform(-0.3, 0.3, 2) * extent * fit * share if 0.12 <= manner < 0.24 else 0.0
    return seen + np.array(size) / 2 + rng.uniform(-1, 1, 2) * room + over


def _overlap(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    common, _ = cv2.intersectConvexConvex(one.astype(np.float32), other.astype(np.float32))
    return bool(common > 0.01 * cv2.contourArea(one.astype(np.float32)))


def _pasted(
    picture: NDArray[np.float32], flat: Image, corners: NDArray[np.float64], rng: Generator
) -> NDArray[np.float32]:
    """The picture with the card on it, its corners round, a narrow shadow around it."""
    height, width = picture.shape[:2]
    sides = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    card = flat.astype(np.float32)
    shrink = max(1.0, flat.shape[1] / max(sides[0], sides[2]))
    if shrink > 1.2:
        card = cv2.resize(card, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA)
    high, wide = card.shape[:2]
    frame = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], dtype=np.float32) - 0.5
    onto = cv2.getPerspectiveTransform(frame, (corners - 0.5).astype(np.float32))
    shape = round_mask(wide * 4, high * 4, RADIUS_MM if rng.random() < 0.93 else 0.0)
    finer = cv2.getPerspectiveTransform(frame * 4 + 1.5, ((corners - 0.5) * 2 + 0.5).astype(np.float32))
    cover = cv2.warpPerspective(shape, finer, (width * 2, height * 2))
    cover = cv2.resize(cover, (width, height), interpolation=cv2.INTER_AREA)[..., None]
    if rng.random() < 0.7:
        soft = cv2.GaussianBlur(cover, (0, 0), rng.uniform(0.6, 5))
        soft = np.roll(soft, (int(rng.integers(-2, 3)), int(rng.integers(-2, 3))), axis=(0, 1))
        picture = picture * (1 - rng.uniform(0.05, 0.6) * soft[..., None])
    card = card * rng.uniform(0.75, 1.1) + rng.normal(0, 6, 3)
    if rng.random() < 0.12:
        card = np.broadcast_to(card.mean(axis=2, keepdims=True), card.shape)
    pasted = cv2.warpPerspective(card.astype(np.float32), onto, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return picture * (1 - cover) + pasted * cover


def round_mask(width: int, height: int, radius_mm: float) -> NDArray[np.float32]:
    """1 on a card of that many pixels, 0 outside its round corners."""
    radius = max(0, round(radius_mm / WIDTH_MM * width))
    mask = np.zeros((height, width), dtype=np.float32)
    if radius == 0:
        mask[:] = 1
        return mask
    cv2.rectangle(mask, (radius, 0), (width - 1 - radius, height - 1), 1, -1)
    cv2.rectangle(mask, (0, radius), (width - 1, height - 1 - radius), 1, -1)
    for x in (radius, width - 1 - radius):
        for y in (radius, height - 1 - radius):
            cv2.circle(mask, (x, y), radius, 1, -1)
    return mask


def add_finger(
    picture: NDArray[np.float32], cards: list[NDArray[np.float64]], size: tuple[int, int], rng: Generator
) -> None:
    """A finger (or sleeve, pen, phone edge) that reaches from outside onto the rim of a card, drawn in place."""
    width, height = size
    if cards:
        corners = cards[rng.integers(len(cards))]
        side = rng.integers(4)
        along = rng.uniform(0.05, 0.95)
        rim = corners[side] * (1 - along) + corners[(side + 1) % 4] * along
        middle = corners.mean(axis=0)
        tip = rim + (middle - rim) * rng.uniform(-0.05, 0.45)
        out = (rim - middle) / np.hypot(*(rim - middle))
        thick = np.hypot(*(corners[1] - corners[0])) * rng.uniform(0.1, 0.24)
    else:
        tip, out = rng.uniform(0, 1, 2) * size, rng.normal(0, 1, 2)
        thick = width * rng.uniform(0.05, 0.2)
    out = out @ cv2.getRotationMatrix2D((0, 0), rng.normal(0, 25), 1)[:, :2]
    tone = SKIN[rng.integers(len(SKIN))] if rng.random() < 0.75 else rng.uniform(10, 240, 3).astype(np.float32)
    tone = tone * rng.uniform(0.6, 1.1)
    layer = np.zeros((height, width), dtype=np.float32)
    end = tip + out * 2 * width
    cv2.line(layer, tuple(int(v) for v in tip), tuple(int(v) for v in end), 1.0, max(2, int(thick)), cv2.LINE_AA)
    shade = cv2.GaussianBlur(layer, (0, 0), max(0.6, thick / 5))
    layer = cv2.GaussianBlur(layer, (0, 0), 0.6)[..., None]
    colour = tone * (0.55 + 0.45 * shade[..., None]) + rng.normal(0, 4, (height, width, 1))
    picture *= 1 - 0.3 * rng.random() * shade[..., None]
    picture *= 1 - layer
    picture += colour * layer


def lit(picture: NDArray[np.float32], rng: Generator) -> NDArray[np.float32]:
    """Uneven light, a shadow, a glare spot."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / max(width, height)
    if rng.random() < 0.6:
        slope = rng.normal(0, 0.5, 2)
        picture = picture * np.clip(1 + slope[0] * (x - 0.5) + slope[1] * (y - 0.5), 0.2, 2)[..., None]
    if rng.random() < 0.3:
        normal = rng.normal(0, 1, 2)
        reach = (x - rng.uniform(0, 1)) * normal[0] + (y - rng.uniform(0, 1)) * normal[1]
        edge = 1 / (1 + np.exp(np.clip(-reach * rng.uniform(5, 120), -30, 30)))
        picture = picture * (1 - rng.uniform(0.1, 0.6) * edge[..., None])
    if rng.random() < 0.25:
        spot = ((x - rng.uniform(0, 1)) / rng.uniform(0.03, 0.2)) ** 2 + (
            (y - rng.uniform(0, 1)) / rng.uniform(0.03, 0.2)
        ) ** 2
        picture = picture + rng.uniform(60, 260) * np.exp(-(spot ** rng.uniform(0.7, 2)))[..., None]
    return picture


def spoiled(picture: NDArray[np.float32], rng: Generator) -> Image:
    """Colour, exposure, blur, noise, compression."""
    if rng.random() < 0.7:
        picture = picture * rng.uniform(0.85, 1.15, 3)
    if rng.random() < 0.6:
        picture = 255 * (np.clip(picture, 0, 255) / 255) ** rng.uniform(0.6, 1.7)
    if rng.random() < 0.5:
        picture = (picture - 128) * rng.uniform(0.5, 1.4) + 128 + rng.normal(0, 18)
    if rng.random() < 0.1:
        picture = picture * rng.uniform(0.15, 0.5)
    if rng.random() < 0.1:
        picture = np.broadcast_to(picture.mean(axis=2, keepdims=True), picture.shape)
    picture = np.ascontiguousarray(picture, dtype=np.float32)
    blur = rng.random()
    if blur < 0.3:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 2.2))
    elif blur < 0.4:
        length = int(rng.integers(2, 9))
        kernel = np.zeros((length * 2 + 1, length * 2 + 1), np.float32)
        angle = rng.uniform(0, np.pi)
        step = (length * np.cos(angle), length * np.sin(angle))
        cv2.line(
            kernel,
            (round(length - step[0]), round(length - step[1])),
            (round(length + step[0]), round(length + step[1])),
            1,
        )
        picture = cv2.filter2D(picture, -1, kernel / kernel.sum())
    if rng.random() < 0.5:
        picture = picture + rng.normal(0, rng.uniform(1, 14), picture.shape)
    rgb = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        packed = cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(15, 90))])[1]
        rgb = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)
    return rgb
