"""The moves from a cell to others nearby: which cells each passes, and how long in each."""

from __future__ import annotations

import functools
import itertools
import math
from fractions import Fraction
from typing import NamedTuple

from wushan_geo.errors import ParameterError

NEIGHBOURS = (16, 32)
HALF = Fraction(1, 2)
# One eighth of the directions (rows, columns), from straight ahead to the diagonal; the others
# mirror them. 16 directions are those of chess: king and knight.
EIGHTH: dict[int, tuple[tuple[int, int], ...]] = {
    16: ((0, 1), (1, 2), (1, 1)),
    32: ((0, 1), (1, 3), (1, 2), (2, 3), (1, 1)),
}

Cell = tuple[int, int]  # rows and columns from the start of the move


class Share(NamedTuple):
    """A cell and how much it counts."""

    cell: Cell
    """Rows and columns from the start of the move."""
    weight: float
    """Its part of the whole, above 0."""


class Move(NamedTuple):
    """A straight way from the middle of a cell to the middle of another, in equal pieces."""

    rows: int
    """Rows to the south."""
    columns: int
    """Columns to the east."""
    heights: tuple[tuple[Share, ...], ...]
    """Cells of whose elevations each end of a piece has the mean; the nearest first."""
    passed: tuple[tuple[Share, ...], ...]
    """Cells that each piece passes, by their share of its length."""
    corners: tuple[tuple[Cell, Cell], ...]
    """Cells on both sides of each corner that the way passes through."""

    @property
    def length(self) -> float:
        """Length in sides of a cell."""
        return math.hypot(self.rows, self.columns)


@functools.cache
def moves(neighbours: int) -> tuple[Move, ...]:
    """Give the moves that leave a cell, by rows and then columns.

    Parameters
    ----------
    neighbours
        Number of directions, 16 or 32.

    Returns
    -------
    tuple of Move
        One for each direction.

    Raises
    ------
    ParameterError
        If the number of directions is another one.

    Examples
    --------
    >>> knight = next(one for one in moves(16) if (one.rows, one.columns) == (1, 2))
    >>> [[(one.cell, one.weight) for one in piece] for piece in knight.passed]
    [[((0, 0), 0.5), ((0, 1), 0.5)], [((1, 1), 0.5), ((1, 2), 0.5)]]
    >>> len(moves(32))
    32
    """
    if neighbours not in NEIGHBOURS:
        message = (
            f"neighbours must be 16 or 32, the number of directions in which a cell is left. "
            f"Got {neighbours!r} instead."
        )
        raise ParameterError(message)
    steps = {
        (down * up_down, across * left_right)
        for one in EIGHTH[neighbours]
        for down, across in (one, one[::-1])
        for up_down, left_right in itertools.product((1, -1), repeat=2)
    }
    return tuple(_move(*one) for one in sorted(steps))


def metrication_error(neighbours: int) -> float:
    """Tell by how much a way over a flat plane can come out too long, since directions are few.

    Between two neighbouring directions that enclose the angle g, a way is put together from both.
    It is longest half-way between them: a unit there takes sin(g/2) / sin(g) of each, together
    1 / cos(g/2). The widest gap lies beside the straight directions: 26.565 degrees (arctan 1/2)
    for 16 directions and 18.435 degrees (arctan 1/3) for 32. Times are never too short for this
    reason. Of a place only its cell is known, which adds up to half a diagonal at each end.

    Parameters
    ----------
    neighbours
        Number of directions, 16 or 32.

    Returns
    -------
    float
        Largest excess as a share of the true length.

    Raises
    ------
    ParameterError
        If the number of directions is another one.

    Examples
    --------
    >>> [f"{metrication_error(one):.4%}" for one in (16, 32)]
    ['2.7486%', '1.3081%']
    """
    angles = sorted(math.atan2(one.rows, one.columns) for one in moves(neighbours))
    widest = max(after - before for before, after in itertools.pairwise(angles))
    return 1 / math.cos(widest / 2) - 1


def _move(rows: int, columns: int) -> Move:
    """Work a move out exactly, in fractions."""
    count = max(abs(rows), abs(columns))  # a piece for each row or column that is gone ahead
    ends = [Fraction(one, count) for one in range(count + 1)]
    over_row, over_column = _borders(rows), _borders(columns)
    borders = sorted({*over_row, *over_column, *ends})
    passed = []
    for start, end in itertools.pairwise(ends):
        cuts = [one for one in borders if start <= one <= end]
        passed.append(
            tuple(
                Share(_cell((one + two) / 2, rows, columns), float((two - one) / (end - start)))
                for one, two in itertools.pairwise(cuts)
            )
        )
    corners = [_sides(at, rows, columns) for at in sorted(over_row & over_column)]
    heights = tuple(_mixture(at, rows, columns) for at in ends)
    return Move(rows, columns, heights, tuple(passed), tuple(corners))


def _borders(steps: int) -> set[Fraction]:
    """Tell where along a move the borders between rows (or columns) are."""
    return {(one + HALF) / abs(steps) for one in range(abs(steps))}


def _cell(at: Fraction, rows: int, columns: int) -> Cell:
    """Give the cell at a place along a move that lies on no border."""
    return math.floor(at * rows + HALF), math.floor(at * columns + HALF)


def _sides(at: Fraction, rows: int, columns: int) -> tuple[Cell, Cell]:
    """Give the two cells beside a corner that a move passes through."""
    down, across = (HALF if one > 0 else -HALF for one in (rows, columns))
    row, column = at * rows, at * columns
    return (int(row + down), int(column - across)), (int(row - down), int(column + across))


def _mixture(at: Fraction, rows: int, columns: int) -> tuple[Share, ...]:
    """Tell from which cells the elevation at a place comes: those across the way, by nearness."""
    row, column = at * rows, at * columns
    found = {
        (one, two): (1 - abs(row - one)) * (1 - abs(column - two))
        for one in (math.floor(row), math.ceil(row))
        for two in (math.floor(column), math.ceil(column))
    }
    nearest_first = sorted(found, key=lambda one: (-found[one], one))
    return tuple(Share(one, float(found[one])) for one in nearest_first)
