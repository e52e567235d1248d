"""What conditions close, against the roads that there are; and what a wrong id is most like."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import pandas as pd

from wushan_geo.study.faults import Where, fault, hint, rule, some

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from wushan_geo.errors import Fault
    from wushan_geo.study.faults import Pair
    from wushan_geo.study.travelling import TravelConfig

FEW = 20_000  # ids among which the most alike is looked for


def closing_faults(
    file: str,
    travel: TravelConfig,
    edges: NDArray[Any] | None,
    crossings: NDArray[Any] | None,
) -> Iterator[Fault]:
    """Find edges and crossings that a condition closes and that there are not.

    Parameters
    ----------
    file
        File that states the conditions.
    travel
        Travel settings.
    edges
        Ids of the edges; None where they are not known, and nothing is said.
    crossings
        Ids of the crossings, of the table and of the network; None likewise.

    Yields
    ------
    Fault
        One for each id.

    Raises
    ------
    TypeError
        If an id is no text.

    Examples
    --------
    See ``tests/test_study_fitting.py``.
    """
    for key, what in travel.conditions.items():
        for name, wanted, known, words in (
            ("closed_edges", what.closed_edges, edges, rule("closed_edge")),
            ("closed_crossings", what.closed_crossings, crossings, rule("closed_crossing")),
        ):
            there = pd.Index([] if known is None or not wanted else known)
            for one in dict.fromkeys(wanted):
                if known is not None and one not in there:
                    place = Where(file, None, f"travel.conditions.{key}.{name}", one)
                    yield fault(place, words, alike(one, known))


def alike(value: str, column: NDArray[Any]) -> Pair:
    """Suggest what looks most like a value; of very many only a few are named.

    Parameters
    ----------
    value
        What stands there and is not among them.
    column
        What may stand there, in any order; empty texts are none.

    Returns
    -------
    tuple of str
        The suggestion in Chinese and English.

    Raises
    ------
    TypeError
        If a value is no text.

    Examples
    --------
    >>> import numpy as np
    >>> alike("brigde", np.array(["bridge", "ferry"], dtype=object))[1]
    'Did you mean bridge?'
    """
    known = [str(one) for one in pd.unique(column) if one]
    if len(known) <= FEW:
        near = difflib.get_close_matches(value, known, n=3)
        return hint("scenario_alike", near=some(near)) if near else _some_known(known)
    return _some_known(known)


def _some_known(known: Sequence[str]) -> Pair:
    return hint("known", known=some(sorted(known))) if known else hint("none_known")
