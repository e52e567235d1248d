"""Rows with weights and the columns that cover them, in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from scipy import sparse


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """Rows with weights, and the columns that cover them.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> from scipy import sparse
    >>> cover = Cover(np.array([3, 2]), sparse.csc_array(np.array([[1, 0], [1, 1]])))
    >>> cover.weight_of([1])
    2
    """

    weights: NDArray[np.int64]
    """Weight of each row, whole and positive."""
    reach: sparse.csc_array
    """Rows x columns (whole numbers), 1 where the column covers the row."""

    def weight_of(self, columns: Iterable[int]) -> int:
        """Add up the rows that some columns cover.

        Parameters
        ----------
        columns
            Positions of columns.

        Returns
        -------
        int
            Weight of the rows covered at least once.

        Raises
        ------
        IndexError
            If there is no such column.

        Examples
        --------
        >>> from scipy import sparse
        >>> cover = Cover(np.array([3, 2]), sparse.csc_array(np.array([[1, 0], [1, 1]])))
        >>> cover.weight_of([0, 1])
        5
        """
        return int(self.weights[self.covered(columns)].sum())

    def covered(self, columns: Iterable[int]) -> NDArray[np.bool_]:
        """Say which rows some columns cover.

        Parameters
        ----------
        columns
            Positions of columns.

        Returns
        -------
        numpy.ndarray
            True where at least one of them covers the row.

        Raises
        ------
        IndexError
            If there is no such column.

        Examples
        --------
        >>> from scipy import sparse
        >>> cover = Cover(np.array([3, 2]), sparse.csc_array(np.array([[1, 0], [1, 1]])))
        >>> cover.covered([1]).tolist()
        [False, True]
        """
        rows = np.zeros(self.weights.size, dtype=bool)
        start, members = self.reach.indptr, self.reach.indices
        for one in columns:
            rows[members[start[one] : start[one + 1]]] = True
        return rows

    def greedy(self, count: int) -> list[int]:
        """Take the column that adds most, again and again; the first of equals.

        Parameters
        ----------
        count
            Number of columns to take, at most all.

        Returns
        -------
        list of int
            Columns in the order in which they were taken.

        Raises
        ------
        ValueError
            If there are not so many columns.

        Examples
        --------
        >>> from scipy import sparse
        >>> cover = Cover(np.array([3, 2]), sparse.csc_array(np.array([[1, 0], [1, 1]])))
        >>> cover.greedy(2)
        [0, 1]
        """
        open_weights = self.weights.copy()
        columns = self.reach.T
        taken: list[int] = []
        left = np.ones(self.reach.shape[1], dtype=bool)
        for _ in range(count):
            gain = np.where(left, columns @ open_weights, -1)
            best = int(np.argmax(gain))
            left[best] = False
            taken.append(best)
            open_weights[self.covered([best])] = 0
        return taken
