"""Where things are in a drawn portrait: the camera, and what each pixel shows."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.maker import face as face_mesh

Array = NDArray[np.float32]
Points = NDArray[np.float64]

PIVOT = np.array([0.0, -5.0, -4.0])
"""The point of the neck about which the head turns, cm."""


def head_rotation(yaw: float, pitch: float, roll: float) -> Points:
    """3×3, degrees by ISO/IEC 39794-5: towards the own left, down, towards the own right shoulder."""
    y, p, r = np.radians([yaw, pitch, roll])
    turn = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    nod = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    tilt = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return np.asarray(tilt @ turn @ nod)


@dataclass(frozen=True)
class Ellipsoid:
    """An ellipsoid of a frame: its own centre and three radii, cm."""

    centre: tuple[float, float, float]
    radii: tuple[float, float, float]

    def surface(self, count: int = 48) -> Points:
        """N×3 points on it."""
        around, up = np.meshgrid(np.linspace(0, 2 * np.pi, 2 * count), np.linspace(-np.pi / 2, np.pi / 2, count))
        unit = np.stack([np.cos(up) * np.cos(around), np.sin(up), np.cos(up) * np.sin(around)], axis=-1)
        return np.asarray(self.centre + unit.reshape(-1, 3) * self.radii)


@dataclass(frozen=True)
class Frame:
    """A rigid body's place in the room: rotation about a pivot."""

    rotation: Points
    pivot: Points

    def to_room(self, points: Points) -> Points:
        """N×3 points of the body's frame, in the room."""
        return np.asarray((points - self.pivot) @ self.rotation.T + self.pivot)

    def to_body(self, points: Points) -> Points:
        """N×3 points of the room, in the body's frame."""
        return np.asarray((points - self.pivot) @ self.rotation + self.pivot)


@dataclass(frozen=True)
class Camera:
    """A pinhole `distance` cm in front of the face, looking along -z.

    Attributes:
        focal: pixels.
        middle: (x, y) pixels of the picture that the axis meets.
    """

    distance: float
    focal: float
    middle: tuple[float, float]

    def project(self, points: Points) -> Points:
        """N×2 pixels of N×3 points of the room."""
        depth = self.distance - points[:, 2]
        return np.stack(
            [self.middle[0] + self.focal * points[:, 0] / depth, self.middle[1] - self.focal * points[:, 1] / depth], 1
        )


@dataclass
class Hits:
    """What a kind of thing shows at the pixels where it is seen first.

    Attributes:
        mask: H×W bool.
        depth: cm from the camera's plane, per pixel of the mask.
        place: N×3, the point in the body's own frame.
        normal: N×3, unit, in the room.
    """

    mask: NDArray[np.bool_]
    depth: Array
    place: Array
    normal: Array


def see_ellipsoid(
    camera: Camera, free: NDArray[np.bool_], frame: Frame, shape: Ellipsoid, sway: Array | None = None
) -> Hits:
    """Where rays meet an ellipsoid.

    Args:
        free: H×W, the pixels to look at.
        sway: H×W×2 displacement of the rays in pixels, for rough outlines.
    """
    height, width = free.shape
    corners = camera.project(frame.to_room(shape.surface()))
    left, top = np.floor(corners.min(axis=0) - 8).astype(int).clip(0, (width, height))
    right, bottom = np.ceil(corners.max(axis=0) + 8).astype(int).clip(0, (width, height))
    y, x = np.nonzero(free[top:bottom, left:right])
    y, x = y + top, x + left
    u, v = x.astype(np.float32), y.astype(np.float32)
    if sway is not None:
        u, v = u + sway[y, x, 0], v + sway[y, x, 1]
    radii = np.array(shape.radii)
    origin = (frame.to_body(np.array([[0.0, 0.0, camera.distance]]))[0] - shape.centre) / radii
    rays = np.column_stack(
        [(u - camera.middle[0]) / camera.focal, (camera.middle[1] - v) / camera.focal, -np.ones_like(u)]
    )
    rays = (rays @ (frame.rotation / radii)).astype(np.float32)
    a = np.einsum("ij,ij->i", rays, rays)
    b = rays @ origin.astype(np.float32)
    root = b * b - a * np.float32(origin @ origin - 1.0)
    met = root > 0
    along = (-b[met] - np.sqrt(root[met])) / a[met]
    unit = origin.astype(np.float32) + rays[met] * along[:, None]
    normal = unit @ (frame.rotation / radii).T.astype(np.float32)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    mask = np.zeros(free.shape, bool)
    mask[y[met], x[met]] = True
    place = np.array(shape.centre, np.float32) + unit * radii.astype(np.float32)
    return Hits(mask, along, place, normal)


@dataclass
class FaceHits(Hits):
    """As `Hits`; `place` is the point of the face at rest, where its paint is.

    Attributes:
        moved: N×3, the point of the face as the expression moved it, in the head's frame.
        shows: N, `SKIN`, `EYE` or `MOUTH`.
    """

    moved: Array
    shows: NDArray[np.int64]


def see_face(camera: Camera, size: tuple[int, int], frame: Frame, points: Points) -> FaceHits:
    """Draw the triangles from the farthest to the nearest and look up what lies under each pixel."""
    corners, shows = face_mesh.triangles()
    room = frame.to_room(points)
    vertex_normals = face_mesh.normals(points) @ frame.rotation.T
    flat = camera.project(room)
    order = np.argsort(room[corners][:, :, 2].mean(axis=1))
    numbers = np.full(size, -1, np.int32)
    for number in order:
        outline = np.round(flat[corners[number]] * 16).astype(np.int32)
        cv2.fillConvexPoly(numbers, outline, (int(number),), shift=4)
    mask = numbers >= 0
    number = numbers[mask]
    y, x = np.nonzero(mask)
    first, second, third = (flat[corners[number, k]] for k in range(3))
    area = _cross(second - first, third - first)
    area = np.where(np.abs(area) < 1e-9, 1e-9, area)
    spot = np.stack([x, y], axis=1)
    shares = np.stack([_cross(second - spot, third - spot), _cross(third - spot, first - spot)], axis=1) / area[:, None]
    shares = np.clip(np.column_stack([shares, 1.0 - shares.sum(axis=1)]), -0.2, 1.2).astype(np.float32)
    vertices = np.hstack([vertex_normals, room[:, 2:], face_mesh.rest(), points]).astype(np.float32)
    seen = sum(vertices[corners[number, k]] * shares[:, k : k + 1] for k in range(3))
    normal = seen[:, :3] / np.linalg.norm(seen[:, :3], axis=1, keepdims=True).clip(1e-9)
    return FaceHits(mask, camera.distance - seen[:, 3], seen[:, 4:7], normal, seen[:, 7:], shows[number])


def _cross(a: Points, b: Points) -> NDArray[np.float64]:
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
