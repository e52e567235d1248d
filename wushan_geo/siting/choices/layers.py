"""Covering programs of one or several layers: the sites of one phase stand in all later ones.

    y_it <= sum_{j in N_i} x_jt,    sum_j x_jt = p_t,    x_jt <= x_j,t+1,
    x_jt in {0, 1},  0 <= y_it <= 1

for every place `i` and phase `t`. What is made large of it is said by `Layers.aim`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy import sparse

from wushan_geo.siting.aims import Aim, rows_of, whole_numbers
from wushan_geo.siting.solver import Program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from wushan_geo.siting.covers.cover_rows import CoverRows

HALF = 0.5  # columns are 0 or 1


@dataclass(frozen=True, slots=True, eq=False)
class Scaled:
    """An aim, and what its values are multiplied by.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Scaled(Aim(np.zeros(1), exact=True), 1.0).scale
    1.0
    """

    aim: Aim
    scale: float
    """Solver's numbers for one person or place."""


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """A covering program in layers; the candidates of all layers are the first columns.

    Raises
    ------
    TypeError
        If a field is missing; `Layers.of` makes it.

    Examples
    --------
    See ``tests/test_siting_phases.py``.
    """

    rows: CoverRows
    counts: tuple[int, ...]
    """New sites that stand in each layer, required ones among them."""
    program: Program
    """Without costs."""

    @classmethod
    def of(cls, rows: CoverRows, counts: Sequence[int]) -> Layers:
        """Build the program.

        The rules on most sites and on distance hold in every layer, those on least sites in the
        last one only: they are what the phases lead to.

        Parameters
        ----------
        rows
            Who is reached from where.
        counts
            New sites that stand in each layer, required ones among them; none less than the one
            before.

        Returns
        -------
        Layers
            The program.

        Raises
        ------
        ValueError
            If the shapes do not fit.

        Examples
        --------
        See ``tests/test_siting_phases.py``.
        """
        layers, patterns, width = len(counts), *rows.cover.reach.shape
        first = layers * width
        total = first + layers * patterns
        each, later = sparse.eye_array(layers), sparse.eye_array(layers - 1, layers, k=1)
        nested = later - sparse.eye_array(layers - 1, layers)
        cover = sparse.hstack(
            [
                sparse.kron(each, rows.cover.reach.astype(np.float64)),
                -sparse.eye_array(layers * patterns),
            ]
        )
        lower, upper = _rule_bounds(rows, layers)
        given = rows.problem.given.size
        number = np.array(counts, dtype=np.float64) - given
        matrix, bounds = rows_of(
            [
                sparse.kron(each, rows.problem.rules.matrix[:, rows.open]),
                sparse.kron(each, np.ones((1, width))),
                sparse.kron(nested, sparse.eye_array(width)),
                cover,
            ],
            [lower, number, np.zeros((layers - 1) * width), np.zeros(layers * patterns)],
            [
                upper,
                number,
                np.full((layers - 1) * width, np.inf),
                np.full(layers * patterns, np.inf),
            ],
            columns=total,
        )
        box = np.vstack([np.zeros(total), np.ones(total)])
        return cls(rows, tuple(counts), Program(np.zeros(total), box, bounds, matrix))

    @property
    def width(self) -> int:
        """Columns of each layer."""
        return int(self.rows.open.size)

    @property
    def candidates(self) -> int:
        """Whole columns, which come first."""
        return self.width * len(self.counts)

    def aim(self, what: Literal["persons", "places"], weights: Sequence[float]) -> Scaled:
        """Say that the weighted sum over the layers of those covered is to be large.

        Parameters
        ----------
        what
            Who is counted.
        weights
            Weight of each layer, at least 0.

        Returns
        -------
        Scaled
            The aim; its costs are negative.

        Raises
        ------
        ValueError
            If there is not one weight for each layer.

        Examples
        --------
        See ``tests/test_siting_phases.py``.
        """
        cover = self.rows.cover.weights
        own = cover // self.rows.step if what == "persons" else cover % self.rows.step
        spread = np.kron(np.array(weights, dtype=np.float64), own)
        numbers = whole_numbers(spread.astype(np.float64))
        unit = 10.0**self.rows.decimals if what == "persons" else 1.0
        costs = np.concatenate([np.zeros(self.candidates), -numbers.numbers])
        return Scaled(Aim(costs, exact=numbers.exact), numbers.scale * unit)

    def columns_of(self, values: NDArray[np.float64]) -> list[list[int]]:
        """Read the candidates of each layer, required ones among them.

        Parameters
        ----------
        values
            Values of the columns.

        Returns
        -------
        list of list of int
            Positions among the candidates of the problem, ascending.

        Raises
        ------
        ValueError
            If there are too few values.

        Examples
        --------
        See ``tests/test_siting_phases.py``.
        """
        if not self.candidates:
            return [self.rows.problem.given.tolist() for _ in self.counts]
        inside = values[: self.candidates].reshape(len(self.counts), self.width) > HALF
        return [self.rows.columns_of(np.flatnonzero(one).tolist()) for one in inside]

    def in_order(self, columns: Sequence[int]) -> NDArray[np.float64]:
        """Spread the candidates of the last layer over all, those first that add most.

        Parameters
        ----------
        columns
            Candidates of the last layer, as positions among the candidates of the problem.

        Returns
        -------
        numpy.ndarray
            Values of the candidates of all layers.

        Raises
        ------
        IndexError
            If there is no such candidate.

        Examples
        --------
        See ``tests/test_siting_phases.py``.
        """
        back = {int(one): at for at, one in enumerate(self.rows.open)}
        left = [back[one] for one in columns if one in back]
        reach: Any = self.rows.cover.reach.tocsc()
        covered = np.zeros(reach.shape[0], dtype=bool)
        order: list[int] = []
        while left:
            gains = (self.rows.cover.weights * ~covered) @ reach[:, left]
            order.append(left.pop(int(np.argmax(gains))))
            covered |= reach[:, [order[-1]]].toarray().ravel() > 0
        values = np.zeros((len(self.counts), self.width))
        for at, count in enumerate(self.counts):
            values[at, order[: count - self.rows.problem.given.size]] = 1.0
        return values.ravel()


def _rule_bounds(rows: CoverRows, layers: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the bounds of the rules in all layers; required sites are counted already."""
    rules = rows.problem.rules
    inside = np.asarray(rules.matrix[:, rows.problem.given].sum(axis=1)).ravel()
    lower = np.full((layers, inside.size), -np.inf)
    lower[-1] = rules.lower - inside
    return lower.ravel(), np.tile(rules.upper - inside, layers)
