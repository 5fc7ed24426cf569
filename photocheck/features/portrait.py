"""The portrait: everything that is seen on one, each thing once."""

from __future__ import annotations

from typing import ClassVar

from photocheck.features.background import Background, see_background
from photocheck.features.edges import Edges, see_edges
from photocheck.features.eyes import Eyes, see_eyes
from photocheck.features.faces import DetectedFace, FaceMesh, fit_mesh
from photocheck.features.grain import Grain, see_grain
from photocheck.features.grid import Grid, see_grid
from photocheck.features.head import Head, see_head
from photocheck.features.head_look import HeadLook, see_head_look
from photocheck.features.identity import Identity, see_identity
from photocheck.features.lazy import feature
from photocheck.features.light import FaceLight, see_light
from photocheck.features.marks import Marks, see_marks
from photocheck.features.mouth import Mouth, see_mouth
from photocheck.features.person import PersonMask, see_person
from photocheck.features.pose import Pose, see_pose
from photocheck.features.raster import Raster, see_raster
from photocheck.features.retouch.signs import Retouch, see_retouch
from photocheck.features.rim import FrameBand, frame_bands
from photocheck.features.shading import Shading, see_shading
from photocheck.features.skin import Skin, see_skin
from photocheck.features.subject import Subject
from photocheck.features.texture import Texture, see_texture
from photocheck.features.tones import see_tones
from photocheck.finding import NotAssessable


class Portrait(Subject):
    """A portrait photo. Lengths in pixels of the upright image at native resolution."""

    kind: ClassVar[str] = "portrait"

    @feature
    def face(self) -> DetectedFace:
        """The main face; `no-face` where there is none."""
        if not self.faces:
            raise NotAssessable("no-face")
        return self.faces[0]

    @feature
    def mesh(self) -> FaceMesh:
        """Landmarks of the main face; `no-face` where none can be fitted."""
        return fit_mesh(self)

    @feature
    def identity(self) -> Identity:
        """The main face aligned, and as a vector to compare people by."""
        return see_identity(self.rgb, self.mesh)

    @feature
    def pose(self) -> Pose:
        """Which way the head is turned."""
        return see_pose(self.mesh)

    @feature
    def eyes(self) -> Eyes:
        """Both eyes with lids and irises."""
        return see_eyes(self.mesh)

    @feature
    def mouth(self) -> Mouth:
        """The lips."""
        return see_mouth(self.mesh)

    @feature
    def person(self) -> PersonMask:
        """Where the person is, on the work copy."""
        return see_person(self)

    @feature
    def head(self) -> Head:
        """Head box, crown with hair, crown of the skull, chin."""
        return see_head(self)

    @feature
    def head_look(self) -> HeadLook:
        """What is on and before the head."""
        return see_head_look(self)

    @feature
    def skin(self) -> Skin:
        """Skin of cheeks, forehead, nose and chin, and its colour."""
        return see_skin(self)

    @feature
    def light(self) -> FaceLight:
        """How much light is on the face, and of what colour."""
        return see_light(self)

    @feature
    def shading(self) -> Shading:
        """How light and shade lie on the face."""
        return see_shading(self)

    @feature
    def frame(self) -> tuple[FrameBand, ...]:
        """Bands of one colour along the picture's edges."""
        return frame_bands(self.rgb)

    @feature
    def background(self) -> Background:
        """What is behind the person, clear of the hair fringe."""
        return see_background(self)

    @feature
    def texture(self) -> Texture:
        """The face as the file holds it, at most 512 pixels a side."""
        return see_texture(self)

    @feature
    def edges(self) -> Edges:
        """How wide edges are, and in which direction they are smeared."""
        return see_edges(self)

    @feature
    def grain(self) -> Grain:
        """Noise on the skin."""
        return see_grain(self.texture)

    @feature
    def grid(self) -> Grid:
        """Grids of JPEG blocks and of mosaic cells."""
        return see_grid(self.texture)

    @feature
    def tones(self) -> float:
        """Share of a smooth picture's tones that the face uses, 0..1."""
        return see_tones(self.texture)

    @feature
    def raster(self) -> Raster:
        """The strongest fine periodic pattern."""
        return see_raster(self.texture)

    @feature
    def retouch(self) -> Retouch:
        """Whether the skin looks smoothed."""
        return see_retouch(self)

    @feature
    def marks(self) -> Marks:
        """Thin marks on face and background."""
        return see_marks(self)
