"""The one place that touches mediapipe: long-lived objects, one set per thread, their native logging silenced."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from photocheck.features.subject import Image

os.environ.setdefault("GLOG_minloglevel", "3")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

_objects = threading.local()
_silencing = threading.Lock()


@contextlib.contextmanager
def _native_stderr_silenced() -> Iterator[None]:
    """Send file descriptor 2 nowhere: the runtime logs there while it starts, before any setting is read."""
    with _silencing:
        kept = os.dup(2)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(nowhere)
            os.close(kept)


def _run(name: str, rgb: Image, answer: str) -> Any:
    """One attribute of what this thread's object of that name sees; mediapipe objects die when threads share them.

    The runtime logs while an object starts, and once more when it first finds something: until then it is silenced.
    """
    known = getattr(_objects, name, None)
    if known is None:
        with _native_stderr_silenced():
            known = _make(name)
            known._graph.wait_until_idle()  # its nodes open, and log, on threads of their own
            setattr(_objects, name, known)
    if getattr(_objects, f"{name}-has-answered", False):
        return getattr(known.process(rgb), answer)
    with _native_stderr_silenced():
        seen = getattr(known.process(rgb), answer)
    setattr(_objects, f"{name}-has-answered", seen is not None)
    return seen


def _make(name: str) -> Any:
    # Imported late: the modules take about a second, and `photocheck --help` needs none of them.
    from mediapipe.python.solutions import face_detection, face_mesh, selfie_segmentation

    if name == "near":
        return face_detection.FaceDetection(model_selection=0, min_detection_confidence=0.4)
    if name == "far":
        return face_detection.FaceDetection(model_selection=1, min_detection_confidence=0.4)
    if name == "mesh":
        return face_mesh.FaceMesh(
            static_image_mode=True, max_num_faces=1, refine_landmarks=True, min_detection_confidence=0.3
        )
    return selfie_segmentation.SelfieSegmentation(model_selection=0)


class Detection(NamedTuple):
    """One face as the detector sees it.

    Attributes:
        corners: left, top, right, bottom in pixels; the box runs from the brows to the chin and from ear to ear.
        keypoints: 6×2 pixels: right eye, left eye (the person's own), nose tip, mouth, right ear, left ear.
        score: 0..1; the nets report nothing below 0.5.
    """

    corners: NDArray[np.float64]
    keypoints: NDArray[np.float64]
    score: float


def detect_faces(rgb: Image, *, far: bool) -> list[Detection]:
    """Faces of one image, in no particular order.

    Args:
        rgb: H×W×3 uint8; the net sees it scaled to 128×128 (near) or 192×192 (far).
        far: whether the net for faces beyond two metres is used. On the training images near found faces from
            16 % of the picture's width up, far those of 5 % to 40 %.
    """
    height, width = rgb.shape[:2]
    answer = _run("far" if far else "near", rgb, "detections") or []
    faces = []
    for found in answer:
        place = found.location_data
        box = place.relative_bounding_box
        corners = np.array([box.xmin, box.ymin, box.xmin + box.width, box.ymin + box.height], dtype=np.float64)
        keypoints = np.array([(point.x, point.y) for point in place.relative_keypoints], dtype=np.float64)
        score = float(found.score[0])
        if np.isfinite(corners).all() and np.isfinite(keypoints).all():
            faces.append(Detection(corners * (width, height, width, height), keypoints * (width, height), score))
    return faces


def face_landmarks(rgb: Image) -> NDArray[np.float64] | None:
    """The 478×3 landmarks of the most prominent face, in pixels (z in the scale of x); None without a face.

    None too where a landmark is not a finite number.
    """
    faces = _run("mesh", rgb, "multi_face_landmarks")
    if not faces:
        return None
    height, width = rgb.shape[:2]
    points = np.array([(mark.x, mark.y, mark.z) for mark in faces[0].landmark], dtype=np.float64)
    return points * (width, height, width) if np.isfinite(points).all() else None


def person_probability(rgb: Image) -> NDArray[np.float32]:
    """For each pixel the probability that it is a person: H×W float32, 0..1, smooth (the net sees 256×256)."""
    return np.asarray(_run("person", rgb, "segmentation_mask"), dtype=np.float32)
