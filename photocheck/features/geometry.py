"""Plane geometry that features and checks share."""

from __future__ import annotations

from dataclasses import dataclass

from photocheck.finding import Point, Region


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in pixels of the upright image; it may reach beyond the image."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels."""
        return self.bottom - self.top

    @property
    def centre(self) -> Point:
        """(x, y) in pixels."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def area(self) -> float:
        """Square pixels, 0 for an empty box."""
        return max(0.0, self.width) * max(0.0, self.height)

    def region(self, label: str) -> Region:
        """This box as evidence."""
        return Region.box(label, self.left, self.top, self.right, self.bottom)

    def grown(self, share: float) -> Box:
        """Grown on every side by a share of its longer side."""
        step = share * max(self.width, self.height)
        return Box(self.left - step, self.top - step, self.right + step, self.bottom + step)

    def clipped(self, width: float, height: float) -> Box:
        """The part inside an image of that size."""
        return Box(max(0.0, self.left), max(0.0, self.top), min(width, self.right), min(height, self.bottom))

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0..1."""
        shared = Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )
        both = shared.area if shared.width > 0 and shared.height > 0 else 0.0
        union = self.area + other.area - both
        return both / union if union > 0 else 0.0
