"""What is asked: places, persons, candidates and what is settled about them, by id and checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.errors import ParameterError, UnknownIdError, listed
from wushan_geo.siting.rules import rule_rows
from wushan_geo.travel.ids import align_counts, id_text, id_texts
from wushan_geo.travel.matrix import TravelMatrix, checked_limit

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import NDArray

    from wushan_geo.siting.rules import RuleRows, SiteRules


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
class Barred:
    """Forbidden sites, which no model may choose: kept to say which of them would help.

    Raises
    ------
    TypeError
        If a field is missing; `problem_of` makes it.

    Examples
    --------
    >>> Barred(np.empty((2, 0)), np.empty(0), None, None).prices.size
    0
    """

    costs: NDArray[np.float64]
    """Places x forbidden sites, sorted by id; infinity = unreachable."""
    prices: NDArray[np.float64]
    """What each of them costs; ones where no costs were given."""
    capacity: NDArray[np.float64] | None
    """Persons that each of them can take; None where capacities play no part."""
    asked: SiteRules | None
    """The rules as they were asked."""


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A request by id and checked, before any model; places, sites and groups are sorted.

    Because everything is in the order of the ids, the order of the rows and columns that the
    caller had plays no part in what follows.

    Raises
    ------
    TypeError
        If a field is missing; `problem_of` checks the request.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("B", "A"), ("H", "G"), "min", [[5, 40], [50, 30]])
    >>> problem = problem_of(times, {"A": 2, "B": 3}, existing=["H"])
    >>> problem.place_ids, problem.site_ids, problem.candidate_ids, problem.persons.tolist()
    (('A', 'B'), ('G', 'H'), ('G',), [2.0, 3.0])
    """

    place_ids: tuple[str, ...]
    """Origins, sorted."""
    groups: tuple[str, ...]
    """Groups of persons, sorted; one without a name where persons are not split."""
    group_persons: NDArray[np.float64]
    """Places x groups."""
    counted: bool
    """Whether persons were given; without, each place counts as one person."""
    site_ids: tuple[str, ...]
    """Existing sites and candidates together, sorted; forbidden ones are left out."""
    costs: NDArray[np.float64]
    """Places x sites; infinity = unreachable or beyond the limit of the matrix."""
    candidates: NDArray[np.intp]
    """Positions of the candidates among the sites, ascending: the columns of every model."""
    opened: NDArray[np.intp]
    """Positions of the existing sites among the sites, ascending."""
    given: NDArray[np.intp]
    """Positions of the required sites among the *candidates*, ascending."""
    prices: NDArray[np.float64]
    """What each candidate costs; ones where no costs were given."""
    capacity: NDArray[np.float64] | None
    """Persons that each site (existing ones too) can take; None where capacities play no part."""
    rules: RuleRows
    """Rules over the candidates."""
    roles: Roles
    """What was settled beforehand."""
    unit: str
    """Unit of the costs."""
    barred: Barred | None = None
    """The forbidden sites; None where nothing is known of them."""

    @property
    def persons(self) -> NDArray[np.float64]:
        """Persons at each place, all groups together."""
        total: NDArray[np.float64] = self.group_persons.sum(axis=1)
        return total

    @property
    def candidate_ids(self) -> tuple[str, ...]:
        """Ids of the candidates, in the order of the columns."""
        return tuple(self.site_ids[at] for at in self.candidates)

    def chosen_ids(self, columns: Iterable[int]) -> tuple[str, ...]:
        """Name candidates by their columns.

        Parameters
        ----------
        columns
            Positions among the candidates, in any order.

        Returns
        -------
        tuple of str
            Ids, sorted.

        Raises
        ------
        IndexError
            If there is no such column.

        Examples
        --------
        >>> from wushan_geo.travel.matrix import TravelMatrix
        >>> times = TravelMatrix(("A",), ("G", "H"), "min", [[5, 40]])
        >>> problem_of(times, {"A": 2}).chosen_ids([1, 0])
        ('G', 'H')
        """
        return tuple(self.site_ids[self.candidates[at]] for at in sorted(columns))

    def reach(self, limit: float | Mapping[str, float]) -> Reach:
        """Say who is reached from where within a limit.

        Parameters
        ----------
        limit
            Largest cost that is covered (exactly at it is covered), one for all or one by group.

        Returns
        -------
        Reach
            A row for each place, or for each place and group that has a limit of its own. A group
            of which nobody lives at a place has no row there, unless nobody at all does.

        Raises
        ------
        ParameterError
            If a limit is no finite number of at least 0, or groups and limits do not fit.

        Examples
        --------
        >>> from wushan_geo.travel.matrix import TravelMatrix
        >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
        >>> problem_of(times, {"A": 2, "B": 3}, existing=["G"]).reach(30).near.tolist()
        [[False], [True]]
        """
        limits = self.limits(limit)
        if not isinstance(limit, Mapping):
            near = self.costs <= limits[0]
            place = np.arange(len(self.place_ids))
            return Reach(place, self.persons, *self._split(near), limits)
        lived = self.group_persons > 0
        place, group = np.nonzero(lived | ~lived.any(axis=1, keepdims=True))
        near = self.costs[place] <= limits[group, np.newaxis]
        return Reach(place, self.group_persons[place, group], *self._split(near), limits)

    def limits(self, limit: float | Mapping[str, float]) -> NDArray[np.float64]:
        """Give the limit of each group.

        Parameters
        ----------
        limit
            One for all or one by group.

        Returns
        -------
        numpy.ndarray
            One number for each group.

        Raises
        ------
        ParameterError
            If a limit is no finite number of at least 0, or groups and limits do not fit.

        Examples
        --------
        >>> from wushan_geo.travel.matrix import TravelMatrix
        >>> times = TravelMatrix(("A",), ("G",), "min", [[5]])
        >>> problem_of(times, {"A": 2}).limits(30).tolist()
        [30.0]
        """
        if not isinstance(limit, Mapping):
            return np.full(len(self.groups), checked_limit(limit))
        given = {str(name): checked_limit(one, f"limit of {name}") for name, one in limit.items()}
        if set(given) != set(self.groups):
            message = (
                f"limit names the groups {listed(sorted(given))}, persons have "
                f"{listed(one or '(no groups)' for one in self.groups)}. Give each group a limit."
            )
            raise ParameterError(message)
        return np.array([given[one] for one in self.groups])

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
        >>> problem_of(times, {"A": 2}).checked_sites(2)
        2
        """
        return checked_number(sites, self.roles.required, len(self.candidates))

    def _split(self, near: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
        """Part what candidates reach from the number of existing sites in reach."""
        return near[:, self.candidates], near[:, self.opened].sum(axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Who is within the limit of which candidate; one row for each place (and group).

    Raises
    ------
    TypeError
        If a field is missing; `Problem.reach` makes it.

    Examples
    --------
    >>> one = np.zeros(1, dtype=np.intp)
    >>> Reach(one, np.ones(1), np.ones((1, 2), dtype=bool), one, np.array([30.0])).near.shape
    (1, 2)
    """

    place: NDArray[np.intp]
    """Place of each row."""
    persons: NDArray[np.float64]
    """Persons of each row."""
    near: NDArray[np.bool_]
    """Rows x candidates: whether the candidate is within the limit."""
    standing: NDArray[np.intp]
    """Existing sites within the limit of each row."""
    limits: NDArray[np.float64]
    """Limit of each group."""


def problem_of(  # noqa: PLR0913 -- the request is what it is; everything is by keyword
    matrix: TravelMatrix,
    persons: pd.DataFrame | pd.Series[Any] | Mapping[Any, float] | None,
    *,
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    rules: SiteRules | None = None,
    costs: pd.Series[Any] | Mapping[Any, float] | None = None,
    capacity: pd.Series[Any] | Mapping[Any, float] | None = None,
) -> Problem:
    """Check a request and put it in the order of the ids, once and for any model.

    Parameters
    ----------
    matrix
        Costs from places (origins) to sites (destinations).
    persons
        Persons at each origin, by id: at least 0, finite; fractions are allowed. As a table, one
        column for each group; a person stands in one column only. None counts places instead.
    existing, required, forbidden
        Ids of destinations that are open already, must be chosen, must not be chosen.
    rules
        Rules by township and on distance between sites.
    costs
        What each destination costs, by id: at least 0, finite; None counts each as 1.
    capacity
        Persons that each destination can take, by id: at least 0, finite.

    Returns
    -------
    Problem
        Everything sorted by id.

    Raises
    ------
    UnknownIdError
        If ids are unknown, there twice or in two roles at once (all of them are named), or
        `persons`, `costs` or `capacity` do not name exactly the places or sites.
    ParameterError
        If a number is NaN, negative or infinite, or an id is no id.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
    >>> problem_of(times, {"A": 2, "B": 3}, forbidden=["G"]).candidate_ids
    ('H',)
    """
    checked_matrix(matrix)
    roles = roles_of(matrix.destination_ids, existing, required, forbidden)
    groups, counts = _by_group(persons, matrix.origin_ids)
    rows, columns = _sorting(matrix.origin_ids), _sorting(matrix.destination_ids)
    closed = np.array([matrix.destination_ids[at] in set(roles.forbidden) for at in columns], bool)
    shut, columns = columns[closed], columns[~closed]
    site_ids = tuple(matrix.destination_ids[at] for at in columns)
    opened = np.array([one in set(roles.existing) for one in site_ids], dtype=bool)
    candidates = np.flatnonzero(~opened)
    candidate_ids = [site_ids[at] for at in candidates]
    prices = np.ones(len(matrix.destination_ids))
    if costs is not None:
        prices = align_counts(costs, matrix.destination_ids, "costs")
    every = None
    if capacity is not None:
        every = align_counts(capacity, matrix.destination_ids, "capacity")
    wanted = set(roles.required)
    return Problem(
        place_ids=tuple(matrix.origin_ids[at] for at in rows),
        groups=groups,
        group_persons=counts[rows],
        counted=persons is not None,
        site_ids=site_ids,
        costs=matrix.dense()[np.ix_(rows, columns)],
        candidates=candidates,
        opened=np.flatnonzero(opened),
        given=np.flatnonzero(np.array([one in wanted for one in candidate_ids], dtype=bool)),
        prices=prices[columns][candidates],
        capacity=None if every is None else every[columns],
        rules=rule_rows(rules, candidates=candidate_ids, existing=roles.existing),
        roles=roles,
        unit=matrix.unit,
        barred=Barred(
            costs=matrix.dense()[np.ix_(rows, shut)],
            prices=prices[shut],
            capacity=None if every is None else every[shut],
            asked=rules,
        ),
    )


def checked_matrix(matrix: Any) -> None:
    """Make sure that costs are a `TravelMatrix`.

    Parameters
    ----------
    matrix
        What the caller gave.

    Raises
    ------
    ParameterError
        If it is something else.

    Examples
    --------
    >>> checked_matrix([[1]])
    Traceback (most recent call last):
    wushan_geo.errors.ParameterError: matrix must be a TravelMatrix. Got list instead.
    """
    if not isinstance(matrix, TravelMatrix):
        message = f"matrix must be a TravelMatrix. Got {type(matrix).__name__} instead."
        raise ParameterError(message)


def checked_number(sites: Any, required: tuple[str, ...], most: int) -> int:
    """Make sure that a number of new sites can be met.

    Parameters
    ----------
    sites
        Number of new sites.
    required
        Sites that must be among them.
    most
        Number of candidates.

    Returns
    -------
    int
        The number.

    Raises
    ------
    ParameterError
        If it is no whole number, negative, smaller than the number of required sites or larger
        than the number of candidates.

    Examples
    --------
    >>> checked_number(2, ("G",), 3)
    2
    """
    if isinstance(sites, bool) or not isinstance(sites, (int, np.integer)) or sites < 0:
        message = f"sites must be a whole number of at least 0. Got {sites!r} instead."
        raise ParameterError(message)
    if sites < len(required):
        message = (
            f"sites is {sites}, but {len(required)} are required: {listed(required)}. "
            f"Ask for at least {len(required)}."
        )
        raise ParameterError(message)
    if sites > most:
        message = (
            f"sites is {sites}, but there are only {most} candidates (destinations that are "
            f"neither existing nor forbidden). Ask for at most {most}."
        )
        raise ParameterError(message)
    return int(sites)


def _by_group(persons: Any, places: tuple[str, ...]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Give persons by place and group."""
    import pandas as pd

    if persons is None:
        return ("",), np.ones((len(places), 1))
    if not isinstance(persons, pd.DataFrame):
        return ("",), align_counts(persons, places, "persons")[:, np.newaxis]
    names = sorted(id_texts(persons.columns, "groups of persons"))
    if not names:
        message = "persons has no column: give one for each group."
        raise ParameterError(message)
    table = persons.set_axis([str(one) for one in persons.columns], axis=1)
    counts = [align_counts(table[one], places, f"persons ({one})") for one in names]
    return tuple(names), np.column_stack(counts)


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
