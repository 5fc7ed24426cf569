"""Cards photographed sideways are shown upright: points to and fro, all as shares of width and height."""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[float, float]


def turned(points: Sequence[Sequence[float]], rotation: int) -> list[Point]:
    """Points of a picture whose card is turned clockwise by `rotation` degrees, as they lie once it is upright."""
    return [_turned(float(point[0]), float(point[1]), rotation) for point in points]


def unturned(points: Sequence[Sequence[float]], rotation: int) -> list[Point]:
    """The way back."""
    return turned(points, -rotation % 360)


def _turned(x: float, y: float, rotation: int) -> Point:
    if rotation == 90:
        return y, 1.0 - x
    if rotation == 180:
        return 1.0 - x, 1.0 - y
    if rotation == 270:
        return 1.0 - y, x
    return x, y


def transform(rotation: int, width: int, height: int) -> str:
    """What SVG does to a picture of that size to show it upright; empty where it is."""
    return {
        90: f"translate(0 {width}) rotate(-90)",
        180: f"translate({width} {height}) rotate(180)",
        270: f"translate({height} 0) rotate(90)",
    }.get(rotation, "")
