"""The pinhole camera: where millimetres of the document come to lie in the picture."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from samples.maker.camera.shot import Points, Shot


def to_picture(shot: Shot, size_mm: tuple[float, float]) -> Points:
    """3×3 homography from mm on the document to pixels, the cut not yet made."""
    longer = max(shot.width, shot.height)
    focal = shot.focal * longer
    distance = focal * max(size_mm) / (shot.share * longer)
    about_x, about_y, turn = np.radians([shot.tilt_x, shot.tilt_y, shot.turn])
    turned = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    nod = np.array([[1, 0, 0], [0, np.cos(about_x), -np.sin(about_x)], [0, np.sin(about_x), np.cos(about_x)]])
    swing = np.array([[np.cos(about_y), 0, np.sin(about_y)], [0, 1, 0], [-np.sin(about_y), 0, np.cos(about_y)]])
    rotation = nod @ swing @ turned
    shift = np.array([shot.offset[0] * shot.width, shot.offset[1] * shot.height, focal]) * distance / focal
    camera = np.array([[focal, 0, (shot.width - 1) / 2], [0, focal, (shot.height - 1) / 2], [0, 0, 1]])
    middle = np.array([[1, 0, -size_mm[0] / 2], [0, 1, -size_mm[1] / 2], [0, 0, 1]])
    place = camera @ np.column_stack([rotation[:, :2], shift]) @ middle
    return np.asarray(place / place[2, 2])


def corners_of(size_mm: tuple[float, float]) -> Points:
    """4×2 mm, clockwise from the top left."""
    return np.array([(0, 0), (size_mm[0], 0), size_mm, (0, size_mm[1])], dtype=np.float64)


def project(place: Points, points: Points) -> Points:
    """N×2 points through a 3×3 homography."""
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    return np.asarray(cv2.perspectiveTransform(points[None], place)[0])


def scale_at(place: Points, point: tuple[float, float]) -> float:
    """Pixels a millimetre about a point of the document, the geometric mean of both directions."""
    x, y = point
    spots = project(place, np.array([(x, y), (x + 0.1, y), (x, y + 0.1)]))
    (a, b), (c, d) = (spots[1:] - spots[0]) / 0.1
    return float(np.sqrt(abs(a * d - b * c)))


def rotation_of(corners: Points) -> int:
    """The nearest clockwise quarter turn of a document whose corners are given in its own order."""
    across = corners[1] + corners[2] - corners[0] - corners[3]
    return round(np.degrees(np.arctan2(across[1], across[0])) / 90) % 4 * 90


def cut_off(place: Points, shot: Shot, size_mm: tuple[float, float]) -> Points:
    """The homography moved until the part that `shot.cut` names is outside the picture."""
    if shot.cut is None:
        return place
    corners = project(place, corners_of(size_mm))
    low, high = corners.min(axis=0), corners.max(axis=0)
    beyond = shot.cut.amount * (high - low)
    step = {
        "left": (-0.5 - low[0] - beyond[0], 0.0),
        "right": (shot.width - 0.5 - high[0] + beyond[0], 0.0),
        "top": (0.0, -0.5 - low[1] - beyond[1]),
        "bottom": (0.0, shot.height - 0.5 - high[1] + beyond[1]),
    }[shot.cut.side]
    return np.asarray(np.array([[1, 0, step[0]], [0, 1, step[1]], [0, 0, 1]]) @ place)


def fitted(shot: Shot, size_mm: tuple[float, float], margin: float = 0.02) -> Shot:
    """The shot from farther away, if need be, and moved until the whole document is in the picture.

    Args:
        margin: free space at each edge as a share of the picture's shorter side.
    """
    free = margin * min(shot.width, shot.height)
    room = np.array([shot.width - 1, shot.height - 1])
    for _ in range(6):
        corners = project(to_picture(shot, size_mm), corners_of(size_mm))
        low, high = corners.min(axis=0), corners.max(axis=0)
        fill = ((high - low) / (room - 2 * free)).max()
        if fill > 1.0:
            shot = replace(shot, share=shot.share * 0.99 / fill)
        move = np.maximum(free - low, 0.0) + np.minimum(room - free - high, 0.0)
        if fill <= 1.0 and np.abs(move).max() < 0.5:
            break
        x, y = np.array(shot.offset) + move / room
        shot = replace(shot, offset=(float(x), float(y)))
    return shot
