"""The signature: everything that is seen on one, each thing once."""

from __future__ import annotations

from typing import ClassVar

from photocheck.decode import Picture
from photocheck.features.lazy import feature
from photocheck.features.signature.corrections import see_patch
from photocheck.features.signature.groups import Groups, see_groups
from photocheck.features.signature.layout import Box, Line
from photocheck.features.signature.light import PaperLight, see_paper_light
from photocheck.features.signature.look import Look, see_look
from photocheck.features.signature.panel import Panel, cut_panel
from photocheck.features.signature.reading import Reading, name_agreement, plain_name, read_signature
from photocheck.features.signature.seal import Seal, see_seal
from photocheck.features.signature.sheet import Sheet, see_sheet
from photocheck.features.signature.strokes import Strokes, see_strokes
from photocheck.features.subject import Affine, Subject
from photocheck.features.text import can_read
from photocheck.finding import Field, NotAssessable, Region

_AS_LARGE = 0.5
"""Size of another line of writing, as a share of the signature's, from which it is another signature and no print."""

_TYPED = 0.9
"""Probability from which one of several lines is print."""
_MOST_LINES = 6
"""Lines that are looked at for that."""


class Signature(Subject):
    """A picture of a handwritten name. Lengths in pixels of the upright image at native resolution.

    Attributes:
        name: the name that should be written; None where nobody said.
    """

    kind: ClassVar[str] = "signature"

    def __init__(self, picture: Picture, to_upload: Affine | None = None, *, name: str | None = None) -> None:
        super().__init__(picture, to_upload)
        self.name = name

    @feature
    def sheet(self) -> Sheet:
        """The whole picture at a glance."""
        return see_sheet(self.rgb)

    @feature
    def line(self) -> Line:
        """The line of writing that is taken for the signature; `no-signature` where there is none."""
        return self._lines[0][0]

    @property
    def writing(self) -> tuple[Line, ...]:
        """Every line of writing about as large as the signature, which is the first."""
        return self._lines[0]

    @property
    def print(self) -> tuple[Line, ...]:
        """Lines that are set in type, or much smaller than the signature: print, or notes."""
        return self._lines[1]

    @feature
    def _lines(self) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
        """The lines of writing, and the others."""
        lines = self.sheet.lines
        if not lines:
            raise NotAssessable("no-signature")
        large = [line for line in lines if line.size >= _AS_LARGE * lines[0].size][:_MOST_LINES]
        written = [line for line in large if not self._is_typed(line)] if len(large) > 1 else large
        first = (written or large)[0]
        typed = [line for line in large if line not in written and line is not first]
        writing = [line for line in lines if line not in typed and line.size >= _AS_LARGE * first.size]
        writing = [first, *(line for line in writing if line is not first)]
        return tuple(writing), tuple(line for line in lines if line not in writing)

    def _is_typed(self, line: Line) -> bool:
        """Whether a level line is set in type beyond doubt."""
        if line.upright:
            return False
        panel = cut_panel(self.rgb, self.sheet, line)
        return bool(panel.ink.mask.any()) and see_look(panel, see_groups(panel), 0).printed > _TYPED

    @feature
    def panel(self) -> Panel:
        """The signature cut out, with its ink; `no-signature` where there is none."""
        panel = cut_panel(self.rgb, self.sheet, self.line)
        if not panel.ink.mask.any():
            raise NotAssessable("no-signature")
        return panel

    @feature
    def strokes(self) -> Strokes:
        """How dark, of which colour and how sharp the strokes are."""
        return see_strokes(self.panel)

    @feature
    def groups(self) -> Groups:
        """The characters along the line."""
        return see_groups(self.panel)

    @feature
    def reading(self) -> Reading:
        """What it says, read the best way up."""
        return read_signature(self.panel, self.groups)

    @feature
    def look(self) -> Look:
        """How the shapes of the strokes look: printed, corrected."""
        return see_look(self.panel, self.groups, self.reading.turn)

    @feature
    def patch(self) -> float:
        """Length of the edges of a patch of correction fluid, in characters' heights."""
        return see_patch(self.panel, self.groups)

    @feature
    def agreement(self) -> float:
        """How well it agrees with the name given, see `name_agreement`.

        `no-name` where no name was given, `rare-character` where the text net does not know one of its characters.
        """
        name = plain_name(self.name or "")
        if not name:
            raise NotAssessable("no-name")
        if not can_read(name):
            raise NotAssessable("rare-character")
        return name_agreement(self.panel, self.groups, self.reading, name)

    @property
    def fields(self) -> dict[str, Field]:
        """What the line was read as."""
        line = self.reading.line
        return {"name": Field(line.text, line.confidence, self.ink_region(), personal=True)}

    @feature
    def paper_light(self) -> PaperLight:
        """The light on the paper."""
        return see_paper_light(self.sheet)

    @feature
    def seal(self) -> Seal | None:
        """A red mark beside or across the writing."""
        return see_seal(self.sheet) if self.sheet.lines else None

    def region(self, label: str, box: Box) -> Region:
        """A box of the sheet's copy as a region of the picture."""
        scale = self.sheet.scale
        return Region.box(label, box.left / scale, box.top / scale, box.right / scale, box.bottom / scale)

    def ink_region(self) -> Region:
        """The box around the signature's ink."""
        return Region.box("signature", *self.panel.native_box(self.panel.box))
