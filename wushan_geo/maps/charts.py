"""Small charts as SVG, drawn in Python: the same on the screen, on paper and without a script."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from wushan_geo.maps.tables import LANGUAGE
from wushan_geo.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDE, HIGH = 460, 236
LEFT, RIGHT, TOP, BOTTOM = 14, 14, 30, 44  # margins
MOST_LABELS = 13  # bars that are labelled one by one


@dataclass(frozen=True, slots=True)
class Bars:
    """What each number of sites covers."""

    name: str
    """persons or places."""
    sites: Sequence[int]
    values: Sequence[float]
    now: float
    """Covered without any new site."""
    ceiling: float
    """Covered with every candidate open."""
    marked: int
    """Number of sites that is set off."""
    told: tuple[str, str]
    """The same in words, in Chinese and English."""


def bars_svg(bars: Bars) -> str:
    """Draw bars of what each number of sites covers, below the line of the ceiling.

    Parameters
    ----------
    bars
        What to draw.

    Returns
    -------
    str
        An ``<svg>`` element; its numbers are those of the values, and it is told in words to those
        who hear it.

    Raises
    ------
    ZeroDivisionError
        Never: without persons the bars are flat.

    Examples
    --------
    >>> told = "bars", "bars"
    >>> "<svg" in bars_svg(Bars("persons", [0, 1], [2, 4], 2, 4, 1, told))
    True
    """
    label = escape(bars.told[0 if LANGUAGE == "zh" else 1])
    tile = f"chart-{bars.name}"
    axis = escape(say("siting_map.chart.sites", LANGUAGE))
    return (
        f'<svg class="chart" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{label}"'
        f' data-t-label="siting_map.chart.told.{bars.name}">'
        f'<defs><pattern id="{tile}" width="8" height="8" patternUnits="userSpaceOnUse">'
        '<rect width="8" height="8" fill="#5b9fd0"/><circle cx="4" cy="4" r="2" fill="#ffffff"/>'
        "</pattern></defs>"
        f"{''.join(_drawn(bars, tile))}"
        f'<text class="axis" x="{WIDE / 2:g}" y="{HIGH - 6}" text-anchor="middle"'
        f' data-t="siting_map.chart.sites">{axis}</text></svg>'
    )


def _y(value: float, bars: Bars) -> float:
    most = max(bars.ceiling, *bars.values, 1)
    return HIGH - BOTTOM - value / most * (HIGH - BOTTOM - TOP)


def _drawn(bars: Bars, tile: str) -> Iterator[str]:
    """Draw each bar in two parts, the ceiling across them, and the numbers on top of all."""
    floor, line = _y(0, bars), _y(bars.ceiling, bars)
    step = (WIDE - LEFT - RIGHT) / max(len(bars.sites), 1)
    every = -(-len(bars.sites) // MOST_LABELS)
    texts = []
    for at, (sites, value) in enumerate(zip(bars.sites, bars.values, strict=True)):
        x, width, top = LEFT + (at + 0.14) * step, 0.72 * step, _y(value, bars)
        base = _y(min(bars.now, value), bars)
        mine = sites == bars.marked
        yield _rect((x, top, width, base - top), f'fill="url(#{tile})"')
        yield _rect((x, base, width, floor - base), 'fill="#dcebd8"')
        if mine:
            yield _rect((x, top, width, floor - top), 'class="marked" fill="none"')
        if at % every == 0 or mine:
            middle, kind = x + width / 2, "mine" if mine else "other"
            texts += [_text(middle, top - 5, value, kind), _text(middle, floor + 15, sites, kind)]
    yield f'<path class="floor" d="M{LEFT} {floor:.1f}H{WIDE - RIGHT}"/>'
    yield f'<path class="ceiling" d="M{LEFT} {line:.1f}H{WIDE - RIGHT}"/>'
    yield from texts
    yield _text(LEFT, line - 5, bars.ceiling, "end")


def _rect(box: tuple[float, float, float, float], looks: str) -> str:
    x, y, width, high = box
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{high:.1f}" {looks}/>'


def _text(x: float, y: float, value: float, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{value}</text>'
