"""Pose against rotations that are known exactly."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from photocheck.features.faces import FaceMesh
from photocheck.features.mean_face import mean_face, rigid_points
from photocheck.features.perspective import camera_nearness
from photocheck.features.pose import angles, see_pose

Points = NDArray[np.float64]
PIXELS_PER_MM = 2.5
ANGLES = [
    (0, 0, 0),
    (5, 0, 0),
    (-20, 0, 0),
    (0, 8, 0),
    (0, -25, 0),
    (0, 0, 30),
    (0, 0, -170),
    (15, -10, 45),
    (-30, 20, 5),
]


def rotation(yaw: float, pitch: float, roll: float) -> Points:
    """Roll after yaw after pitch; x to the picture's right, y up, z towards the camera."""
    a, b, c = np.radians((roll, yaw, pitch))
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(c), -np.sin(c)], [0, np.sin(c), np.cos(c)]])
    turned: Points = about_z @ about_y @ about_x
    return turned


def seen(yaw: float = 0, pitch: float = 0, roll: float = 0, distance_mm: float = np.inf) -> FaceMesh:
    """The average face so turned, as its landmarks would be seen by a camera that far away."""
    points = mean_face() @ rotation(yaw, pitch, roll).T
    nearer = 1.0 / (1.0 - points[:, 2:] / distance_mm)
    points = points * PIXELS_PER_MM * np.hstack([nearer, nearer, np.ones_like(nearer)])
    return FaceMesh(points * (1, -1, -1) + (300, 400, 0))


@pytest.mark.parametrize(("yaw", "pitch", "roll"), ANGLES)
def test_known_rotations_are_measured(yaw: float, pitch: float, roll: float) -> None:
    pose = see_pose(seen(yaw, pitch, roll))
    assert (pose.yaw, pose.pitch, pose.roll) == pytest.approx((yaw, pitch, roll), abs=0.1)
    assert pose.scale == pytest.approx(PIXELS_PER_MM, rel=0.01)


@pytest.mark.parametrize(("yaw", "pitch", "roll"), [(0, 0, 0), (10, 0, 0), (-10, 5, 10), (0, 10, 0), (0, -10, 0)])
def test_the_perspective_of_a_usual_distance_moves_angles_little(yaw: float, pitch: float, roll: float) -> None:
    pose = see_pose(seen(yaw, pitch, roll, distance_mm=1000))
    assert (pose.yaw, pose.pitch, pose.roll) == pytest.approx((yaw, pitch, roll), abs=2)


def test_directions_are_those_of_the_standard() -> None:
    # The person's own left is the picture's right; pixels count downwards.
    facing = seen().xy(1)[0]
    assert seen(yaw=15).xy(1)[0][0] > facing[0]
    assert seen(pitch=15).xy(1)[0][1] > facing[1]
    assert seen(roll=15).xy(10)[0][0] < seen().xy(10)[0][0]


def test_a_mirrored_face_turns_the_other_way() -> None:
    one, other = see_pose(seen(yaw=12, roll=7)), see_pose(seen(yaw=-12, roll=-7))
    assert (one.yaw, one.pitch, one.roll) == pytest.approx((-other.yaw, other.pitch, -other.roll), abs=1e-6)


def test_angles_undo_a_rotation() -> None:
    assert angles(rotation(20, -15, 40)) == pytest.approx((20, -15, 40))


def test_depth_that_smiles_change_does_not_move_the_pose() -> None:
    mesh = seen(yaw=5)
    mesh.points[:, 2] += 20 * np.sin(mesh.points[:, 1] / 50)
    assert see_pose(mesh).yaw == pytest.approx(5, abs=0.2)


def test_the_average_face_is_symmetric_and_read_only() -> None:
    face = mean_face()
    assert face.shape == (478, 3)
    assert np.linalg.norm(face[468] - face[473]) == pytest.approx(63, abs=0.1)
    mirrored = face[rigid_points()] * (-1, 1, 1)
    nearest = np.linalg.norm(mirrored[:, None] - face[None], axis=2).min(axis=1)
    assert nearest.max() < 0.02
    with pytest.raises(ValueError, match="read-only"):
        face[0, 0] = 1.0


def test_nearer_cameras_have_more_dioptres() -> None:
    told = [camera_nearness(mesh, see_pose(mesh)) for mesh in (seen(distance_mm=d) for d in (2000, 1000, 500, 300))]
    assert told == sorted(told)
    assert told[0] < 2.5 < told[-1]
