"""What is asked: places, persons, candidates and what is settled about them, by id and checked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from wushan_geo.errors import ParameterError, UnknownIdError, listed
from wushan_geo.travel.ids import align_counts, id_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from wushan_geo.travel.matrix import TravelMatrix


@dataclass(frozen=True, slots=True)
class Roles:
    """What is settled about destinations before a model chooses.

    Every destination that is neither existing nor forbidden is a candidate.

    Raises
    ------
    TypeError
        If a field is missing; `roles_of` checks the ids.

    Examples
    --------
    >>> Roles(existing=("G",), required=(), forbidden=()).existing
    ('G',)
    """

    existing: tuple[str, ...]
    """Open already; they cover, and do not count as new sites. Sorted."""
    required: tuple[str, ...]
    """New sites that must be in the plan. Sorted."""
    forbidden: tuple[str, ...]
    """Must not be in the plan. Sorted."""


@dataclass(frozen=True, slots=True, eq=False)
class CoverageProblem:
    """Who is reached from where within a limit; all ids are sorted.

    Because everything is in the order of the ids, the order of the rows and columns that the
    caller had plays no part in what follows.

    Raises
    ------
    TypeError
        If a field is missing; `coverage_problem` checks the request.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("B", "A"), ("H", "G"), "min", [[5, 40], [50, 30]])
    >>> problem = coverage_problem(times, {"A": 2, "B": 3}, limit=30)
    >>> problem.place_ids, problem.candidate_ids, problem.persons.tolist()
    (('A', 'B'), ('G', 'H'), [2.0, 3.0])
    """

    place_ids: tuple[str, ...]
    """Origins, sorted."""
    persons: NDArray[np.float64]
    """Persons at each place."""
    candidate_ids: tuple[str, ...]
    """Destinations that are neither existing nor forbidden, sorted."""
    reach: sparse.csc_array
    """Places x candidates, true where the candidate is within the limit of the place."""
    already: NDArray[np.bool_]
    """Places within the limit of an existing site."""
    costs: NDArray[np.float64]
    """Places x open sites that may be assigned (`site_ids`); infinity = unreachable."""
    site_ids: tuple[str, ...]
    """Existing sites and candidates together, sorted."""
    roles: Roles
    """What was settled beforehand."""
    limit: float
    """Largest cost that is covered, in the unit of the matrix."""

    def required_at(self) -> NDArray[np.intp]:
        """Give the positions of the required sites among the candidates.

        Returns
        -------
        numpy.ndarray
            Ascending positions.

        Raises
        ------
        KeyError
            Never: `roles_of` has checked the ids.

        Examples
        --------
        >>> from wushan_geo.travel.matrix import TravelMatrix
        >>> times = TravelMatrix(("A",), ("G", "H"), "min", [[5, 40]])
        >>> coverage_problem(times, {"A": 2}, limit=30, required=["H"]).required_at().tolist()
        [1]
        """
        wanted = set(self.roles.required)
        at = [place for place, one in enumerate(self.candidate_ids) if one in wanted]
        return np.array(at, dtype=np.intp)

    def checked_sites(self, sites: Any) -> int:
        """Make sure that a number of new sites can be met.

        Parameters
        ----------
        sites
            Number of new sites, from the number of required ones to the number of candidates.

        Returns
        -------
        int
            The number.

        Raises
        ------
        ParameterError
            If it is no whole number, negative, smaller than the number of required sites or
            larger than the number of candidates.

        Examples
        --------
        >>> from wushan_geo.travel.matrix import TravelMatrix
        >>> times = TravelMatrix(("A",), ("G", "H"), "min", [[5, 40]])
        >>> coverage_problem(times, {"A": 2}, limit=30).checked_sites(2)
        2
        """
        if isinstance(sites, bool) or not isinstance(sites, (int, np.integer)) or sites < 0:
            message = f"sites must be a whole number of at least 0. Got {sites!r} instead."
            raise ParameterError(message)
        least, most = len(self.roles.required), len(self.candidate_ids)
        if sites < least:
            message = (
                f"sites is {sites}, but {least} are required: {listed(self.roles.required)}. "
                f"Ask for at least {least}."
            )
            raise ParameterError(message)
        if sites > most:
            message = (
                f"sites is {sites}, but there are only {most} candidates (destinations that are "
                f"neither existing nor forbidden). Ask for at most {most}."
            )
            raise ParameterError(message)
        return int(sites)


def coverage_problem(
    matrix: TravelMatrix,
    persons: pd.Series[Any] | Mapping[Any, float],
    *,
    limit: float,
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
) -> CoverageProblem:
    """Describe a covering problem by id, once and for any number of new sites.

    Parameters
    ----------
    matrix
        Costs from places (origins) to sites (destinations).
    persons
        Persons at each origin, by id: at least 0, finite; fractions are allowed.
    limit
        Largest cost that is covered (exactly at it is covered), in the unit of the matrix.
    existing, required, forbidden
        Ids of destinations that are open already, must be chosen, must not be chosen.

    Returns
    -------
    CoverageProblem
        Everything sorted by id.

    Raises
    ------
    UnknownIdError
        If ids are unknown, there twice or in two roles at once (all of them are named), or
        `persons` does not name exactly the origins.
    ParameterError
        If a count is NaN, negative or infinite, an id is no id, or the limit is not a finite
        number of at least 0 that the matrix reaches.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
    >>> problem = coverage_problem(times, {"A": 2, "B": 3}, limit=30, existing=["G"])
    >>> problem.already.tolist(), problem.candidate_ids
    ([True, False], ('H',))
    """
    roles = roles_of(matrix.destination_ids, existing, required, forbidden)
    counts = align_counts(persons, matrix.origin_ids, "persons")
    rows = _sorting(matrix.origin_ids)
    columns = _sorting(matrix.destination_ids)
    names = [matrix.destination_ids[at] for at in columns]
    inside = matrix.within(limit)[np.ix_(rows, columns)]
    open_now = np.isin(names, roles.existing) if names else np.zeros(0, dtype=bool)
    closed = np.isin(names, roles.forbidden) if names else np.zeros(0, dtype=bool)
    free = ~open_now & ~closed
    return CoverageProblem(
        place_ids=tuple(matrix.origin_ids[at] for at in rows),
        persons=counts[rows],
        candidate_ids=tuple(one for one, keep in zip(names, free, strict=True) if keep),
        reach=sparse.csc_array(inside[:, free]),
        already=np.asarray(inside[:, open_now].any(axis=1)),
        costs=matrix.dense()[np.ix_(rows, columns[~closed])],
        site_ids=tuple(one for one, shut in zip(names, closed, strict=True) if not shut),
        roles=roles,
        limit=float(limit),
    )


def roles_of(
    known: Iterable[str],
    existing: Iterable[Any],
    required: Iterable[Any],
    forbidden: Iterable[Any],
) -> Roles:
    """Check what is settled about destinations, and name every fault at once.

    Parameters
    ----------
    known
        Ids of all destinations, as text.
    existing, required, forbidden
        Ids: texts or whole numbers, in any order.

    Returns
    -------
    Roles
        Ids as text, sorted.

    Raises
    ------
    UnknownIdError
        If ids are unknown, there twice, or in two roles at once.
    ParameterError
        If a role is a single text, or an id is neither text nor whole number.

    Examples
    --------
    >>> roles_of(("G", "H", "J"), ["J"], [], ["H", "G"])
    Roles(existing=('J',), required=(), forbidden=('G', 'H'))
    """
    given = {
        name: _texts(ids, name)
        for name, ids in (("existing", existing), ("required", required), ("forbidden", forbidden))
    }
    everything = set(known)
    faults = []
    for name, ids in given.items():
        unknown = sorted(set(ids) - everything)
        if unknown:
            faults.append(f"{name} has ids that are no destinations: {listed(unknown)}")
        twice = sorted(one for one, times in Counter(ids).items() if times > 1)
        if twice:
            faults.append(f"{name} has ids more than once: {listed(twice)}")
    for one, other in (
        ("existing", "required"),
        ("existing", "forbidden"),
        ("required", "forbidden"),
    ):
        both = sorted(set(given[one]) & set(given[other]))
        if both:
            faults.append(f"{one} and {other} both have {listed(both)}")
    if faults:
        message = "; ".join(faults) + ". Give each destination one role, by its id."
        raise UnknownIdError(message)
    return Roles(**{name: tuple(sorted(ids)) for name, ids in given.items()})


def _texts(ids: Iterable[Any], name: str) -> list[str]:
    """Write the ids of one role as text."""
    if isinstance(ids, (str, bytes)):
        message = f"{name} must be several ids, not the single text {ids!r}. Use [{ids!r}]."
        raise ParameterError(message)
    return [id_text(one, name) for one in ids]


def _sorting(ids: tuple[str, ...]) -> NDArray[np.intp]:
    """Give the positions that put ids in order."""
    return np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.intp)
