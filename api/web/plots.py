"""Plots for pages, as SVG made on the server; each stands beside a table with the same numbers."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

_WIDTH, _HEIGHT = 560, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 10, 14, 30
_ROW = 24
_NAMES = 210
_STEPS = (1, 2, 2.5, 5, 10)
_LABELS = 8


def columns(labels: Sequence[str], values: Sequence[float], *, about: str) -> Markup:
    """A bar for each label from left to right, such as days.

    Args:
        about: what it shows, for whoever cannot see it.
    """
    top = _round_up(max(values, default=0))
    step = _across() / max(1, len(values))
    parts = [_grid(top)]
    for place, value in enumerate(values):
        high = _down() * value / top
        x = _LEFT + place * step + step * 0.15
        y = _TOP + _down() - high
        parts.append(f'<rect class="bar" x="{x:.1f}" y="{y:.1f}" width="{step * 0.7:.1f}" height="{high:.1f}"/>')
    parts.append(_below(labels, step))
    return _svg(parts, _HEIGHT, about)


def lines(labels: Sequence[str], series: Sequence[Sequence[float | None]], *, about: str) -> Markup:
    """One line a series, the second one dashed; broken where there is no value."""
    every = [value for one in series for value in one if value is not None]
    top = _round_up(max(every, default=0))
    step = _across() / max(1, len(labels))
    parts = [_grid(top)]
    for number, one in enumerate(series):
        points = [
            (_LEFT + (place + 0.5) * step, _TOP + _down() * (1 - value / top))
            for place, value in enumerate(one)
            if value is not None
        ]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) if points else ""
        name, dot = ("line", "bar") if number == 0 else ("line-2", "bar-2")
        parts.append(f'<path class="{name}" d="{path}"/>')
        parts += [f'<circle class="{dot}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points]
    parts.append(_below(labels, step))
    return _svg(parts, _HEIGHT, about)


def rows(labels: Sequence[str], values: Sequence[float], *, about: str) -> Markup:
    """A bar for each label from top to bottom, such as reasons, with its number."""
    top = max(values, default=0) or 1
    height = max(1, len(labels)) * _ROW + 6
    across = _WIDTH - _NAMES - 50
    parts = []
    for place, (label, value) in enumerate(zip(labels, values, strict=True)):
        y = place * _ROW + 4
        wide = across * value / top
        parts.append(f'<text x="{_NAMES - 8}" y="{y + 14}" text-anchor="end">{escape(_short(label))}</text>')
        parts.append(f'<rect class="bar" x="{_NAMES}" y="{y}" width="{wide:.1f}" height="{_ROW - 7}"/>')
        parts.append(f'<text x="{_NAMES + wide + 6:.1f}" y="{y + 14}">{value:g}</text>')
    return _svg(parts, height, about)


def _svg(parts: Sequence[str], height: int, about: str) -> Markup:
    body = "".join(parts)
    return Markup(  # noqa: S704  labels are escaped, the rest is numbers
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(about)}">{body}</svg>'
    )


def _grid(top: float) -> str:
    lines_ = []
    for part in range(5):
        y = _TOP + _down() * part / 4
        value = top * (1 - part / 4)
        lines_.append(f'<path class="axis" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>')
        lines_.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
    return "".join(lines_)


def _below(labels: Sequence[str], step: float) -> str:
    every = max(1, -(-len(labels) // _LABELS))
    return "".join(
        f'<text x="{_LEFT + (place + 0.5) * step:.1f}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(label)}</text>'
        for place, label in enumerate(labels)
        if place % every == 0
    )


def _round_up(value: float) -> float:
    """A round number at or above a value, for the top of an axis."""
    size = 1.0
    while size * 10 < value:
        size *= 10
    while size > value > 0 and size > 0.01:
        size /= 10
    return next((step * size for step in _STEPS if step * size >= value), 10 * size) or 1.0


def _across() -> float:
    return _WIDTH - _LEFT - _RIGHT


def _down() -> float:
    return _HEIGHT - _TOP - _BOTTOM


def _short(label: str, most: int = 30) -> str:
    return label if len(label) <= most else label[: most - 1] + "…"
