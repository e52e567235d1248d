"""Persons counted by village and group, and how surely.

Each person is in one of 96 states: a type or none known, severe or not or not known, a band of
ages or none known. For each group a state says surely yes, surely no, or maybe; a count is exact
where no person is a maybe.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.sources.registers.eligible import SHAPE
from wushan_geo.study.tables import AGES, ELIGIBLE, TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wushan_geo.sources.registers.people import People

STATES = tuple(product(*(range(-1, one) for one in SHAPE)))
_AXES = ("type", "severe", "age")


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of persons, and who belongs to each."""

    names: tuple[str, ...]
    """Keys of the groups."""
    surely: np.ndarray
    """Whether each state (row) surely belongs to each group (column)."""
    maybe: np.ndarray
    """Whether it may belong."""
    rests_on: tuple[frozenset[str], ...]
    """Which of type, severe and age each group rests on."""


def groups(eligible: Mapping[str, np.ndarray]) -> Groups:
    """Lay out who belongs to which group.

    Parameters
    ----------
    eligible
        For each service an array of type, severity and age, as :func:`eligible.truth` gives it.

    Returns
    -------
    Groups
        ``all``, the seven types, ``severe``, the three bands of ages, ``eligible_<service>``.

    Raises
    ------
    ValueError
        If an array has another shape.

    Examples
    --------
    >>> found = groups({})
    >>> len(found.names), found.surely.shape
    (12, (96, 12))
    """
    members: dict[str, np.ndarray] = {"all": np.ones(SHAPE, dtype=bool)}
    for axis, words in ((0, TYPES), (1, ("", "severe")), (2, AGES)):
        for at, word in enumerate(words):
            if word:
                one = np.zeros(SHAPE, dtype=bool)
                one[(slice(None),) * axis + (at,)] = True
                members[word] = one
    members |= {ELIGIBLE + service: table for service, table in eligible.items()}
    parts = [
        tuple(slice(None) if one < 0 else slice(one, one + 1) for one in state) for state in STATES
    ]
    surely = [[one[part].all() for one in members.values()] for part in parts]
    maybe = [[one[part].any() for one in members.values()] for part in parts]
    rests = tuple(
        frozenset(
            name for axis, name in enumerate(_AXES) if (one != one.take([0], axis=axis)).any()
        )
        for one in members.values()
    )
    return Groups(tuple(members), np.array(surely), np.array(maybe), rests)


def counted(
    people: People, found: Groups, zones: int, places: int
) -> tuple[np.ndarray, np.ndarray]:
    """Count persons by village, place of residence and group.

    Parameters
    ----------
    people
        The persons; each has a village.
    found
        The groups.
    zones
        Number of villages.
    places
        Number of places of residence; 1 where they are not told apart.

    Returns
    -------
    tuple of numpy.ndarray
        Least and greatest number, by village, place of residence and group.

    Raises
    ------
    IndexError
        If a village is beyond the number.

    Examples
    --------
    See ``tests/test_sources_registers_count.py``.
    """
    size = len(STATES)
    state = (
        ((people.type + 1) * (SHAPE[1] + 1) + people.severe + 1) * (SHAPE[2] + 1) + people.age + 1
    )
    # Place 0 holds those of whom it is not known where they live.
    where = people.residence + 1 if places > 1 else np.zeros(len(people.zone), dtype=int)
    wide = places + 1 if places > 1 else 1
    cells = (people.zone * wide + where) * size + state
    table = np.bincount(cells, minlength=zones * wide * size).reshape(zones, wide, size)
    low = table @ found.surely.astype(int)
    high = table @ found.maybe.astype(int)
    if places == 1:
        return low, high
    return low[:, 1:], high[:, 1:] + high[:, :1]
