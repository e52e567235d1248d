"""The chart of stability: what two plans cover in each draw, by the speed of the draw, as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from wushan_geo.maps.tables import LANGUAGE
from wushan_geo.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDE, HIGH = 460, 250
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 28, 44  # margins
HALF = 4.5  # of a square
STEPS = 5  # lines of the scale at most
NICE = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Draws:
    """What the best and the safe plan cover in each draw."""

    speeds: Sequence[float]
    best: Sequence[float]
    safe: Sequence[float]
    told: tuple[str, str]
    """The same in words, in Chinese and English."""


def draws_svg(draws: Draws) -> str:
    """Draw a disc for the best and a hollow square for the safe plan of each draw.

    Parameters
    ----------
    draws
        What to draw.

    Returns
    -------
    str
        An ``<svg>`` element, told in words to those who hear it.

    Raises
    ------
    ValueError
        If the numbers of speeds and persons differ.

    Examples
    --------
    >>> "<svg" in draws_svg(Draws([0.9, 1.1], [10, 12], [11, 11], ("甲", "A")))
    True
    """
    label = escape(draws.told[0 if LANGUAGE == "zh" else 1])
    axes = "".join(
        f'<text class="axis" {where} data-t="siting_map.draws.{name}">'
        f"{escape(say(f'siting_map.draws.{name}', LANGUAGE))}</text>"
        for name, where in (
            ("speed", f'x="{(LEFT + WIDE - RIGHT) / 2:g}" y="{HIGH - 8}"'),
            ("persons", f'style="text-anchor: start" x="6" y="{TOP - 12}"'),
        )
    )
    return (
        f'<svg class="chart dots" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{label}"'
        f' data-t-label="siting_map.draws.told">{"".join(_drawn(draws))}{axes}</svg>'
    )


def ticks(low: float, high: float, steps: int = STEPS) -> list[float]:
    """Find round numbers for a scale that holds everything from the lowest to the highest.

    Parameters
    ----------
    low, high
        Ends.
    steps
        Steps at most.

    Returns
    -------
    list of float
        At least two numbers, evenly spaced.

    Raises
    ------
    ValueError
        If an end is no number.

    Examples
    --------
    >>> ticks(107, 139), ticks(0.8, 1.25), ticks(3, 3)
    ([100.0, 110.0, 120.0, 130.0, 140.0], [0.8, 0.9, 1.0, 1.1, 1.2, 1.3], [3.0, 4.0])
    """
    size = 10.0**-3 if high > low else 1.0  # one value alone gets a step that can be read
    while True:
        for nice in NICE[:-1]:
            step = nice * size
            first, last = int((low + 1e-9) // step), -int(-(high - 1e-9) // step)
            if last - first <= steps:
                last = max(last, first + 1)
                return [round(at * step, 9) for at in range(first, last + 1)]
        size *= NICE[-1]


def _drawn(draws: Draws) -> Iterator[str]:
    across, up = ticks(min(draws.speeds), max(draws.speeds)), _scale(draws)
    floor, wall = HIGH - BOTTOM, WIDE - RIGHT

    def x(value: float) -> float:
        return LEFT + (value - across[0]) / (across[-1] - across[0]) * (wall - LEFT)

    def y(value: float) -> float:
        return floor - (value - up[0]) / (up[-1] - up[0]) * (floor - TOP)

    for value in up:
        yield f'<path class="line" d="M{LEFT} {y(value):.1f}H{wall}"/>'
        yield f'<text class="tick" x="{LEFT - 6}" y="{y(value) + 4:.1f}">{value:g}</text>'
    for value in across:
        yield f'<text class="across" x="{x(value):.1f}" y="{floor + 16}">{value:g}</text>'
    yield f'<path class="floor" d="M{LEFT} {floor}H{wall}"/>'
    for speed, best, safe in sorted(zip(draws.speeds, draws.best, draws.safe, strict=True)):
        yield f'<circle class="best" cx="{x(speed):.1f}" cy="{y(best):.1f}" r="4"/>'
        left, top = x(speed) - HALF, y(safe) - HALF
        yield (
            f'<rect class="safe" x="{left:.1f}" y="{top:.1f}" width="{2 * HALF}"'
            f' height="{2 * HALF}"/>'
        )


def _scale(draws: Draws) -> list[float]:
    return ticks(min(*draws.best, *draws.safe), max(*draws.best, *draws.safe))
