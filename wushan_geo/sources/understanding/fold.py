"""Counts by type, grade and age, folded into the groups of the contract, and checked on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.study.tables import AGES, ELIGIBLE, TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wushan_geo.sources.understanding.columns import Parts

GRADES = ("grade_1", "grade_2", "grade_3", "grade_4")
SEVERE_GRADES = GRADES[:2]
DIMENSIONS: dict[str, tuple[str, ...]] = {"type": TYPES, "grade": GRADES, "age": AGES}
"""Groups that together are all persons."""


@dataclass(frozen=True, slots=True)
class Sum:
    """The counts of one group."""

    group: str
    """Group of the contract."""
    counts: np.ndarray
    """One number a row; NaN where any of its parts is missing."""
    of: tuple[Parts, ...]
    """Columns that it was added up from; one alone is the column itself."""


@dataclass(frozen=True, slots=True)
class Apart:
    """A count that is not the sum of its parts."""

    of: Parts
    """The count."""
    by: str
    """Dimension over which its parts were added: ``type``, ``grade``, ``age`` or ``severe``."""
    rows: np.ndarray
    """Rows in which they differ."""
    stated: np.ndarray
    """The count as stated."""
    added: np.ndarray
    """The sum of its parts."""


@dataclass(slots=True)
class Fold:
    """Counts by group, or by several groups at once."""

    counts: Mapping[Parts, np.ndarray]
    _found: dict[Parts, Sum | None] = field(default_factory=dict)

    def groups(self) -> Iterator[Sum]:
        """Give the groups of the contract that can be told.

        Returns
        -------
        iterator of Sum
            All persons, types, severe, age bands and eligible persons, in this order.

        Raises
        ------
        ValueError
            If the counts are not equally long.

        Examples
        --------
        >>> one, two = np.array([3.0]), np.array([4.0])
        >>> fold = Fold({(("grade", "grade_1"),): one, (("grade", "grade_2"),): two})
        >>> [(found.group, found.counts.tolist()) for found in fold.groups()]
        [('severe', [7.0])]
        """
        wanted: list[tuple[str, Parts]] = [("all", ())]
        wanted += [(one, (("type", one),)) for one in TYPES]
        for group, parts in wanted:
            yield from self._told(group, self.total(parts))
        yield from self._told("severe", self.severe())
        for one in AGES:
            yield from self._told(one, self.total((("age", one),)))
        for parts in self.counts:
            if len(parts) == 1 and parts[0][1].startswith(ELIGIBLE):
                yield Sum(parts[0][1], self.counts[parts], (parts,))

    def _told(self, group: str, found: Sum | None) -> Iterator[Sum]:
        if found is not None:
            yield Sum(group, found.counts, found.of)

    def total(self, parts: Parts) -> Sum | None:
        """Give the counts of some parts: as stated, or added up over a whole dimension.

        Parameters
        ----------
        parts
            What is counted, such as one type.

        Returns
        -------
        Sum or None
            The counts; None if they can neither be read nor added up.

        Raises
        ------
        ValueError
            If the counts are not equally long.

        Examples
        --------
        >>> Fold({(): np.array([2.0])}).total(()).counts.tolist()
        [2.0]
        """
        if parts not in self._found:
            self._found[parts] = None  # what is being looked for is no part of itself
            self._found[parts] = self._look(parts)
        return self._found[parts]

    def _look(self, parts: Parts) -> Sum | None:
        if parts in self.counts:
            return Sum("", self.counts[parts], (parts,))
        for dimension in DIMENSIONS:
            found = self.over(parts, dimension)
            if found is not None:
                return found
        return None

    def over(self, parts: Parts, dimension: str) -> Sum | None:
        """Add the counts of some parts up over a dimension.

        Parameters
        ----------
        parts
            What is counted.
        dimension
            ``type``, ``grade`` or ``age``.

        Returns
        -------
        Sum or None
            The sum; None unless every part of the dimension is there.

        Raises
        ------
        KeyError
            If there is no such dimension.

        Examples
        --------
        >>> counts = {(("grade", one),): np.array([1.0]) for one in GRADES}
        >>> Fold(counts).over((), "grade").counts.tolist()
        [4.0]
        """
        if any(kind == dimension for kind, _ in parts):
            return None
        return self._added([_with(parts, dimension, one) for one in DIMENSIONS[dimension]])

    def _added(self, wanted: Sequence[Parts]) -> Sum | None:
        sums = [self.total(one) for one in wanted]
        known = [one for one in sums if one is not None]
        if len(known) < len(wanted):
            return None
        return Sum(
            "",
            np.sum([one.counts for one in known], axis=0),
            tuple(p for one in known for p in one.of),
        )

    def severe(self) -> Sum | None:
        """Give the counts of severely disabled persons.

        Returns
        -------
        Sum or None
            As stated, or grades 1 and 2 together, or added up over the types.

        Raises
        ------
        ValueError
            If the counts are not equally long.

        Examples
        --------
        >>> Fold({}).severe() is None
        True
        """
        stated: Parts = (("severe", "severe"),)
        if stated in self.counts:
            return Sum("", self.counts[stated], (stated,))
        return self.from_grades() or self._added([_with(stated, "type", one) for one in TYPES])

    def from_grades(self) -> Sum | None:
        """Give the sum of grades 1 and 2.

        Returns
        -------
        Sum or None
            The sum; None unless both are there.

        Raises
        ------
        ValueError
            If the counts are not equally long.

        Examples
        --------
        >>> Fold({}).from_grades() is None
        True
        """
        return self._added([(("grade", one),) for one in SEVERE_GRADES])

    def apart(self) -> Iterator[Apart]:
        """Find stated counts that are not the sum of their parts, where all of these are there.

        Returns
        -------
        iterator of Apart
            The counts and their rows.

        Raises
        ------
        ValueError
            If the counts are not equally long.

        Examples
        --------
        >>> counts = {(("grade", one),): np.array([1.0]) for one in GRADES}
        >>> [one.rows.tolist() for one in Fold({(): np.array([5.0]), **counts}).apart()]
        [[0]]
        """
        for parts, stated in self.counts.items():
            for dimension in DIMENSIONS:
                yield from _compare(parts, dimension, stated, self.over(parts, dimension))
        severe: Parts = (("severe", "severe"),)
        if severe in self.counts:
            yield from _compare(severe, "severe", self.counts[severe], self.from_grades())


def _compare(parts: Parts, by: str, stated: np.ndarray, added: Sum | None) -> Iterator[Apart]:
    if added is None:
        return
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero(np.abs(stated - added.counts) > 0)
    if rows.size:
        yield Apart(parts, by, rows, stated, added.counts)


def _with(parts: Parts, kind: str, one: str) -> Parts:
    return tuple(sorted([*parts, (kind, one)]))
