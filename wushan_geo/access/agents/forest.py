"""Exact prices and flows on the pairs in use: along the trees that these pairs form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Used:
    """The pairs in use of origins that use several facilities."""

    row: Places
    """Origin of each pair, ascending from 0."""
    column: Places
    """Facility of each pair."""
    cost: Floats
    """Travel cost of each pair."""


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees that span the pairs in use, walked from one facility each."""

    part: Places
    """By facility, the first facility of its tree."""
    offset: Floats
    """By facility, its price above that of the first, if no pair in the tree is dearer."""
    steps: tuple[Places, ...]
    """Pairs by distance from the first facility: to origins, on to facilities, and so on."""
    free: int
    """Pairs in no tree: each closes a ring, along which flows may turn at no cost."""


def parts(first: Places, second: Places, size: int) -> Places:
    """Find the connected parts of a graph.

    Every part's number is hooked to the smallest it touches until none touches another (Shiloach &
    Vishkin 1982).

    Parameters
    ----------
    first, second
        Ends of each edge.
    size
        How many nodes there are.

    Returns
    -------
    numpy.ndarray
        By node, the smallest node of its part.

    Raises
    ------
    IndexError
        If an end is no node.

    Examples
    --------
    >>> parts(np.array([3, 1]), np.array([1, 0]), 5).tolist()
    [0, 0, 2, 0, 4]
    """
    label = np.arange(size)
    while True:
        one, two = label[first], label[second]
        apart = one != two
        if not apart.any():
            return label
        first, second, one, two = first[apart], second[apart], one[apart], two[apart]
        np.minimum.at(label, np.maximum(one, two), np.minimum(one, two))
        while (label != label[label]).any():
            label = label[label]


def forest(used: Used, size: int) -> Forest:
    """Walk through the pairs in use, breadth first, from the first facility of each part.

    Parameters
    ----------
    used
        Pairs in use of the origins that use several facilities.
    size
        How many facilities there are.

    Returns
    -------
    Forest
        Trees, with what each facility's price must be above that of the first.

    Raises
    ------
    IndexError
        If a pair names a facility that is none.

    Examples
    --------
    >>> pairs = Used(np.zeros(2, int), np.array([0, 1]), np.array([0.0, 30.0]))
    >>> forest(pairs, 2).offset.tolist()
    [0.0, -30.0]
    """
    row, column, cost = used.row, used.column, used.cost
    count = int(row.max()) + 1 if row.size else 0
    part = parts(column, size + row, size + count)[:size]
    seen, met = part == np.arange(size), np.zeros(count, dtype=bool)
    offset, level = np.zeros(size), np.zeros(count)
    new, steps = seen.copy(), []
    while True:
        reach = np.flatnonzero(new[column] & ~met[row])
        out = reach[np.unique(row[reach], return_index=True)[1]]
        level[row[out]] = offset[column[out]] + cost[out]
        come = np.zeros(count, dtype=bool)
        come[row[out]] = True
        met |= come
        reach = np.flatnonzero(come[row] & ~seen[column])
        on = reach[np.unique(column[reach], return_index=True)[1]]
        offset[column[on]] = level[row[on]] - cost[on]
        new = np.zeros(size, dtype=bool)
        new[column[on]] = True
        seen |= new
        steps += [out, on]
        if not on.size:
            return Forest(part, offset, tuple(steps), row.size - sum(map(len, steps)))


def balanced(
    trees: Forest, used: Used, flow: Floats, demand: Floats, room: Floats
) -> tuple[Floats, Floats]:
    """Work out the prices at which no pair in use is dearer, and flows that bring them about.

    In each tree the prices are the first one plus the offsets; all demand there, sum_j c_j q_j,
    fixes the first. What a facility then lacks goes along its tree, from the leaves up, so that
    nothing but rounding of single sums is left. Pairs in no tree keep their flow.

    Parameters
    ----------
    trees, used
        Pairs in use and the trees in them.
    flow
        Persons on each pair.
    demand
        Persons at each facility, with those who use one only.
    room
        Persons by facility at a price of 1.

    Returns
    -------
    tuple
        Flows, some of which may be below 0 if the pairs are not those of the optimum; and prices.

    Raises
    ------
    ValueError
        If the arrays do not fit each other.

    Examples
    --------
    >>> pairs = Used(np.zeros(2, int), np.array([0, 1]), np.array([0.0, 30.0]))
    >>> half, room = np.array([5.0, 5.0]), np.full(2, 10 / 60)
    >>> [found.round(9).tolist() for found in balanced(forest(pairs, 2), pairs, half, half, room)]
    [[7.5, 2.5], [45.0, 15.0]]
    """
    size = room.size
    prices = exact_prices(trees, demand, room)
    lack, flow = room * prices - demand, flow.copy()
    owed = np.zeros(int(used.row.max()) + 1 if used.row.size else 0)
    for out, on in zip(trees.steps[-2::-2], trees.steps[::-2], strict=True):
        more = lack[used.column[on]]
        flow[on] += more
        owed -= np.bincount(used.row[on], more, owed.size)
        more = owed[used.row[out]]
        flow[out] += more
        lack -= np.bincount(used.column[out], more, size)
    return flow, prices


def exact_prices(trees: Forest, demand: Floats, room: Floats) -> Floats:
    """Work out the prices at which no pair in use is dearer than another of its origin.

    In each tree the prices are the first one plus the offsets; all demand there, sum_j c_j q_j,
    fixes the first.

    Parameters
    ----------
    trees
        The trees in the pairs in use.
    demand
        Persons at each facility; only their sum in each tree matters.
    room
        Persons by facility at a price of 1.

    Returns
    -------
    numpy.ndarray
        Price by facility.

    Raises
    ------
    ValueError
        If the arrays do not fit each other.

    Examples
    --------
    >>> pairs = Used(np.zeros(2, int), np.array([0, 1]), np.array([0.0, 30.0]))
    >>> exact_prices(forest(pairs, 2), np.array([10.0, 0.0]), np.full(2, 10 / 60)).round(9).tolist()
    [45.0, 15.0]
    """
    size = room.size
    left = np.bincount(trees.part, demand - room * trees.offset, size)
    total = np.bincount(trees.part, room, size)
    first = np.divide(left, total, where=total > 0, out=np.zeros(size))
    return np.asarray(first[trees.part] + trees.offset)
