"""What it costs to get from every origin to every destination, whichever engine worked it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, get_args

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError, UnknownIdError, listed, shown
from wushan_geo.travel.ids import align, align_counts, id_texts, positions
from wushan_geo.travel.pairs import Pairs, read_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["CompressedRows", "Pairs", "TravelMatrix", "Unit", "align", "align_counts"]

Unit = Literal["min", "m"]
Scalar = TypeVar("Scalar", bound=np.generic)
UNIT_WORDS = {"min": "minutes", "m": "metres"}
LARGEST = float(np.finfo(np.float64).max)


@dataclass(frozen=True, slots=True, eq=False)
class CompressedRows:
    """Costs of the pairs within a limit, row after row (the layout of a CSR matrix).

    Row `i` has the destinations ``indices[indptr[i]:indptr[i + 1]]`` at the costs in `data` at the
    same places. An absent pair lies beyond the limit or cannot be reached; a stored zero is a real
    zero.

    Raises
    ------
    ParameterError
        If the arrays do not fit each other, a row names a destination twice or not in ascending
        order, or a cost is NaN, infinite or negative.

    Examples
    --------
    >>> rows = CompressedRows(np.array([0, 1]), np.array([2]), np.array([0.0]))
    >>> rows.data.tolist()
    [0.0]
    """

    indptr: NDArray[np.intp]
    """Where each row starts, and the end of the last: one more than there are origins."""
    indices: NDArray[np.intp]
    """Position of the destination, ascending within a row."""
    data: NDArray[np.float64]
    """Cost, finite and at least 0."""

    def __post_init__(self) -> None:
        """Check the layout and make the arrays read-only."""
        for name, kind in (("indptr", np.intp), ("indices", np.intp), ("data", np.float64)):
            object.__setattr__(self, name, _locked(np.asarray(getattr(self, name), dtype=kind)))
        steps = np.diff(self.indptr)
        fits = (
            self.indptr.ndim == self.indices.ndim == self.data.ndim == 1
            and self.indptr.size > 0
            and self.indptr[0] == 0
            and (steps >= 0).all()
            and self.indptr[-1] == self.indices.size == self.data.size
        )
        if not fits:
            message = "the arrays of compressed rows must fit each other: see CompressedRows."
            raise ParameterError(message)
        first = np.zeros(self.indices.size, dtype=bool)
        first[self.indptr[:-1][steps > 0]] = True
        if not (first[1:] | (np.diff(self.indices) > 0)).all():
            message = "each compressed row must name its destinations once and in ascending order."
            raise ParameterError(message)
        if not (np.isfinite(self.data) & (self.data >= 0)).all():
            message = (
                "compressed costs must be finite and at least 0: leave out what is unreachable."
            )
            raise ParameterError(message)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TravelMatrix:
    """Costs from origins to destinations, in minutes or metres, with ids on both sides.

    Dense costs hold every pair, infinity where a destination cannot be reached. Compressed rows
    hold the pairs within `limit`; an absent pair is beyond it or unreachable, and both read as
    infinity. A cost above `limit` counts as beyond it; a cost of exactly `limit` is within.
    Costs run from origin to destination and need not be the same the other way round. Measures
    never ask which engine made a matrix. Nothing in it can be changed.

    Raises
    ------
    ParameterError
        If the unit, the limit or the shape is wrong, or a cost is NaN or negative.
    UnknownIdError
        If an id is there twice.

    Examples
    --------
    >>> TravelMatrix(("A", "B"), ("H",), "min", np.array([[12.5], [np.inf]]))
    TravelMatrix: 2 origins x 1 destination, in minutes; 1 of 2 pairs reached, 12.5 to 12.5 min
    """

    origin_ids: tuple[str, ...]
    """Where trips start (text, unique); rows."""
    destination_ids: tuple[str, ...]
    """Where trips end (text, unique); columns."""
    unit: Unit
    """``"min"`` or ``"m"``."""
    costs: NDArray[np.float64] | CompressedRows
    """Dense costs (infinity = unreachable) or compressed rows up to `limit`."""
    limit: float | None = None
    """Largest cost that is known, in `unit`; None if every pair is known."""

    def __post_init__(self) -> None:
        """Check everything once, so that an invalid matrix cannot exist."""
        settle = object.__setattr__
        settle(self, "origin_ids", id_texts(self.origin_ids, "origins"))
        settle(self, "destination_ids", id_texts(self.destination_ids, "destinations"))
        if self.unit not in get_args(Unit):
            message = f"unit must be 'min' or 'm'. Got {self.unit!r} instead."
            raise ParameterError(message)
        if self.limit is not None:
            settle(self, "limit", checked_limit(self.limit))
        rows = isinstance(self.costs, CompressedRows)
        settle(self, "costs", self._checked_rows() if rows else self._checked_dense())

    def _checked_rows(self) -> CompressedRows:
        """Check compressed rows against ids and limit; cut off what lies beyond the limit."""
        rows = cast("CompressedRows", self.costs)
        if self.limit is None:
            message = "compressed rows need the limit up to which they are complete."
            raise ParameterError(message)
        least = int(rows.indices.min(initial=0))
        most = int(rows.indices.max(initial=-1))
        if (
            rows.indptr.size != len(self.origin_ids) + 1
            or least < 0
            or most >= len(self.destination_ids)
        ):
            message = (
                f"compressed rows must have {len(self.origin_ids)} rows and at most "
                f"{len(self.destination_ids)} columns, as the ids say."
            )
            raise ParameterError(message)
        keep = rows.data <= self.limit
        return rows if keep.all() else _kept(rows, keep)

    def _checked_dense(self) -> NDArray[np.float64]:
        """Check dense costs against ids and limit; beyond the limit is infinite."""
        costs = np.asarray(self.costs, dtype=np.float64)
        shape = (len(self.origin_ids), len(self.destination_ids))
        if costs.shape != shape:
            message = f"costs must have shape {shape}, as the ids say. Got {costs.shape} instead."
            raise ParameterError(message)
        for wrong, text in (
            (np.isnan(costs), "are NaN for {}. Give infinity where there is no way"),
            (costs < 0, "are negative for {}. Give 0 or more"),
        ):
            if wrong.any():
                message = "costs " + text.format(self._named(*np.nonzero(wrong))) + "."
                raise ParameterError(message)
        if self.limit is not None and bool((costs[np.isfinite(costs)] > self.limit).any()):
            costs = np.where(costs > self.limit, np.inf, costs)
        return _locked(costs)

    def _named(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> str:
        """Name pairs by their ids."""
        return listed(
            f"{self.origin_ids[row]} -> {self.destination_ids[column]}"
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        )

    @classmethod
    def from_table(  # noqa: PLR0913 - the public signature of the design; all but one are options
        cls,
        table: pd.DataFrame,
        *,
        unit: Unit,
        origin: str = "origin",
        destination: str = "destination",
        cost: str = "cost",
        origins: Iterable[Any] | None = None,
        destinations: Iterable[Any] | None = None,
        limit: float | None = None,
    ) -> TravelMatrix:
        """Bring your own costs: a table with one row for each pair.

        Without a limit every pair must be there (infinity = unreachable). With a limit an absent
        pair is beyond it or unreachable, and so is a cost above it. Rows may come in any order.

        Parameters
        ----------
        table
            Table of pairs; not changed.
        unit
            ``"min"`` or ``"m"``: numbers without a unit are how seconds pass for minutes.
        origin, destination, cost
            Names of the columns. Ids are text or whole numbers (5 is ``"5"``); costs are numbers
            from 0 to infinity.
        origins, destinations
            All ids, in the order wanted; None takes those of the table in first-seen order.
        limit
            Largest cost that the table is complete for, in `unit`.

        Returns
        -------
        TravelMatrix
            Dense without a limit, compressed rows with one.

        Raises
        ------
        InputError
            With all faults at once: missing columns, ids that are missing or no ids, pairs there
            twice, pairs missing, ids that are not among the stated ones, costs that are NaN,
            negative, no numbers, or what another tool writes where no way leads (4294967.295,
            2147483647).
        ParameterError
            If unit or limit is out of range, or a stated id is neither text nor whole number.
        UnknownIdError
            If a stated id is there twice.

        Examples
        --------
        >>> import pandas as pd
        >>> pairs = pd.DataFrame({"origin": ["A", "B"], "destination": ["H", "H"], "cost": [5, 9]})
        >>> TravelMatrix.from_table(pairs, unit="min").dense().tolist()
        [[5.0], [9.0]]
        """
        # Unit and limit are checked before the long table is read.
        cls((), (), unit, np.empty((0, 0)), limit)
        known = read_pairs(
            table,
            (origin, destination, cost),
            None if origins is None else id_texts(origins, "origins"),
            None if destinations is None else id_texts(destinations, "destinations"),
            limit,
        )
        shape = (len(known.origin_ids), len(known.destination_ids))
        if limit is None:
            dense = np.full(shape, np.inf)
            dense[known.pairs.origin, known.pairs.destination] = known.pairs.cost
            dense.flags.writeable = False  # so that it is not copied
            return cls(known.origin_ids, known.destination_ids, unit, dense)
        rows = compressed(known.pairs, shape[0])
        return cls(known.origin_ids, known.destination_ids, unit, rows, limit)

    def to_table(self) -> pd.DataFrame:
        """Write the matrix as a table with one row for each pair, by origin and then destination.

        Without a limit every pair is there, infinity for those that cannot be reached, and
        ``from_table(table, unit=...)`` gives the same matrix again. With a limit only the pairs
        within it are there, so that ``from_table`` needs `origins`, `destinations` and `limit` too.

        Returns
        -------
        pandas.DataFrame
            Columns ``origin``, ``destination`` (text) and ``cost`` in the unit of the matrix.

        Raises
        ------
        MemoryError
            If it does not fit into memory.

        Examples
        --------
        >>> TravelMatrix(("A",), ("H",), "min", np.array([[5.0]])).to_table()
          origin destination  cost
        0      A           H   5.0
        """
        if self.limit is None:
            count = len(self.destination_ids)
            origin = np.repeat(np.arange(len(self.origin_ids)), count)
            destination = np.tile(np.arange(count), len(self.origin_ids))
            cost = self.dense().ravel()
        else:
            origin, destination, cost = self.pairs()
        return pd.DataFrame(
            {
                "origin": pd.array(self.origin_ids, dtype="str").take(origin),
                "destination": pd.array(self.destination_ids, dtype="str").take(destination),
                "cost": np.array(cost),
            }
        )

    def dense(self) -> NDArray[np.float64]:
        """Give all costs as one array, origins down and destinations across.

        Returns
        -------
        numpy.ndarray
            Read-only; infinity where a pair is unreachable or beyond the limit. Copy it to change
            it.

        Raises
        ------
        MemoryError
            If compressed rows are too large to be written out.

        Examples
        --------
        >>> TravelMatrix(("A",), ("H",), "m", np.array([[np.inf]])).dense().tolist()
        [[inf]]
        """
        if not isinstance(self.costs, CompressedRows):
            return self.costs
        full = np.full((len(self.origin_ids), len(self.destination_ids)), np.inf)
        origin, destination, cost = self.pairs()
        full[origin, destination] = cost
        return _locked(full)

    def pairs(self) -> Pairs:
        """Give the pairs that can be reached, by origin and then destination.

        Returns
        -------
        Pairs
            Positions and costs; zeros are real, infinite costs are left out.

        Raises
        ------
        MemoryError
            If there are too many of them.

        Examples
        --------
        >>> TravelMatrix(("A",), ("G", "H"), "m", np.array([[np.inf, 0]])).pairs().cost.tolist()
        [0.0]
        """
        if isinstance(self.costs, CompressedRows):
            count = np.diff(self.costs.indptr)
            origin = np.repeat(np.arange(count.size), count)
            return Pairs(origin, self.costs.indices, self.costs.data)
        origin, destination = np.nonzero(np.isfinite(self.costs))
        return Pairs(origin, destination, self.costs[origin, destination])

    def within(self, limit: float) -> NDArray[np.bool_]:
        """Say which pairs are within a limit; a pair exactly at it is.

        Parameters
        ----------
        limit
            In the unit of the matrix, from 0 to the matrix's own limit.

        Returns
        -------
        numpy.ndarray
            True where cost <= limit, origins down and destinations across; a new array.

        Raises
        ------
        ParameterError
            If the limit is not a finite number of at least 0, or beyond the matrix's own.

        Examples
        --------
        >>> TravelMatrix(("A",), ("G", "H"), "min", np.array([[30, 30.1]])).within(30).tolist()
        [[True, False]]
        """
        reach = self.checked_reach(limit, "limit")
        if not isinstance(self.costs, CompressedRows):
            return self.costs <= reach
        inside = np.zeros((len(self.origin_ids), len(self.destination_ids)), dtype=bool)
        origin, destination, cost = self.pairs()
        near = cost <= reach
        inside[origin[near], destination[near]] = True
        return inside

    def checked_reach(self, reach: float, what: str) -> float:
        """Make sure that a measure does not look further than the matrix knows.

        Parameters
        ----------
        reach
            How far the measure looks, in the unit of the matrix.
        what
            What it is, for the message, such as ``"limit"``.

        Returns
        -------
        float
            The reach.

        Raises
        ------
        ParameterError
            If it is not a finite number of at least 0, or beyond the matrix's own limit.

        Examples
        --------
        >>> TravelMatrix((), (), "min", np.empty((0, 0)), limit=60).checked_reach(30, "limit")
        30.0
        """
        value = checked_limit(reach, what)
        if self.limit is not None and value > self.limit:
            message = (
                f"{what} {value:g} {self.unit} is beyond {self.limit:g} {self.unit}, up to which "
                f"the matrix is known. Make the matrix with a larger limit."
            )
            raise ParameterError(message)
        return value

    def select(
        self, origins: Iterable[Any] | None = None, destinations: Iterable[Any] | None = None
    ) -> TravelMatrix:
        """Keep some places, in the order given.

        Parameters
        ----------
        origins, destinations
            Ids to keep; None keeps all in their order.

        Returns
        -------
        TravelMatrix
            A new matrix, dense or compressed as this one.

        Raises
        ------
        UnknownIdError
            If an id is unknown or given twice; all such ids are named.
        ParameterError
            If an id is neither text nor whole number.

        Examples
        --------
        >>> both = TravelMatrix(("A", "B"), ("H",), "min", np.array([[5.0], [9.0]]))
        >>> both.select(origins=["B"]).dense().tolist()
        [[9.0]]
        """
        rows = self.origin_ids if origins is None else id_texts(origins, "origins")
        columns = (
            self.destination_ids if destinations is None else id_texts(destinations, "destinations")
        )
        row_at = positions(rows, self.origin_ids, "the origins of the matrix")
        column_at = positions(columns, self.destination_ids, "the destinations of the matrix")
        if not isinstance(self.costs, CompressedRows):
            chosen = self.costs[np.ix_(row_at, column_at)]
            return TravelMatrix(rows, columns, self.unit, chosen, self.limit)
        origin = _places(row_at, len(self.origin_ids))
        destination = _places(column_at, len(self.destination_ids))
        pairs = self.pairs()
        moved = Pairs(origin[pairs.origin], destination[pairs.destination], pairs.cost)
        keep = (moved.origin >= 0) & (moved.destination >= 0)
        kept = Pairs(moved.origin[keep], moved.destination[keep], moved.cost[keep])
        return TravelMatrix(rows, columns, self.unit, compressed(kept, len(rows)), self.limit)

    def mask(self, allowed: NDArray[np.bool_] | pd.DataFrame) -> TravelMatrix:
        """Make pairs that are not allowed unreachable, such as facilities that do not admit.

        Parameters
        ----------
        allowed
            True where the pair is allowed: an array in the order of the matrix, or a DataFrame
            with origins as index and destinations as columns, in any order.

        Returns
        -------
        TravelMatrix
            A new matrix; costs of pairs that are not allowed are infinite.

        Raises
        ------
        ParameterError
            If it is not boolean, or the shape is not that of the matrix.
        UnknownIdError
            If a DataFrame lacks ids of the matrix, has others, or has one twice.

        Examples
        --------
        >>> both = TravelMatrix(("A",), ("G", "H"), "min", np.array([[5.0, 9.0]]))
        >>> both.mask(np.array([[False, True]])).dense().tolist()
        [[inf, 9.0]]
        """
        answer = self._by_position(allowed)
        if not isinstance(self.costs, CompressedRows):
            costs = np.where(answer, self.costs, np.inf)
            return TravelMatrix(self.origin_ids, self.destination_ids, self.unit, costs, self.limit)
        origin, destination, _ = self.pairs()
        rows = _kept(self.costs, answer[origin, destination])
        return TravelMatrix(self.origin_ids, self.destination_ids, self.unit, rows, self.limit)

    def _by_position(self, allowed: NDArray[np.bool_] | pd.DataFrame) -> NDArray[np.bool_]:
        """Bring a boolean table into the order of the matrix."""
        _check_table(allowed)
        if isinstance(allowed, np.ndarray):
            answer = allowed
        else:
            rows = id_texts(allowed.index, "the index of allowed")
            columns = id_texts(allowed.columns, "the columns of allowed")
            for names, known in ((rows, self.origin_ids), (columns, self.destination_ids)):
                extra = set(names) - set(known)
                if extra:
                    message = f"allowed has ids that the matrix has not: {listed(sorted(extra))}."
                    raise UnknownIdError(message)
            row_at = positions(self.origin_ids, rows, "the index of allowed")
            column_at = positions(self.destination_ids, columns, "the columns of allowed")
            answer = allowed.to_numpy()[np.ix_(row_at, column_at)]
        shape = (len(self.origin_ids), len(self.destination_ids))
        if answer.dtype != np.bool_ or answer.shape != shape:
            message = (
                f"allowed must be true or false for each pair, in shape {shape}. "
                f"Got {answer.dtype} in shape {answer.shape} instead."
            )
            raise ParameterError(message)
        return answer

    def reversed(self) -> TravelMatrix:
        """See the same trips from their other end: origins become destinations.

        The costs are those of the trips as they were; on one-way roads the cost of going back is
        another one, and only the engine knows it.

        Returns
        -------
        TravelMatrix
            A new matrix.

        Raises
        ------
        MemoryError
            If it does not fit into memory.

        Examples
        --------
        >>> TravelMatrix(("A",), ("H",), "min", np.array([[5.0]])).reversed().origin_ids
        ('H',)
        """
        costs: NDArray[np.float64] | CompressedRows
        if isinstance(self.costs, CompressedRows):
            origin, destination, cost = self.pairs()
            costs = compressed(Pairs(destination, origin, cost), len(self.destination_ids))
        else:
            costs = self.costs.T
        return TravelMatrix(self.destination_ids, self.origin_ids, self.unit, costs, self.limit)

    def __eq__(self, other: object) -> bool:
        """Compare ids (in order), unit, limit and every cost, however they are stored."""
        if not isinstance(other, TravelMatrix):
            return NotImplemented
        mine = (self.origin_ids, self.destination_ids, self.unit, self.limit)
        return mine == (other.origin_ids, other.destination_ids, other.unit, other.limit) and all(
            np.array_equal(one, two) for one, two in zip(self.pairs(), other.pairs(), strict=True)
        )

    def __hash__(self) -> int:
        """Agree with equality; the costs are too many to go through."""
        return hash((self.origin_ids, self.destination_ids, self.unit, self.limit))

    def __repr__(self) -> str:
        """Say in one line what the matrix holds."""
        origins = _counted(len(self.origin_ids), "origin")
        destinations = _counted(len(self.destination_ids), "destination")
        upto = "" if self.limit is None else f" up to {self.limit:g}"
        cost = self.pairs().cost
        total = len(self.origin_ids) * len(self.destination_ids)
        spread = f", {cost.min():.1f} to {cost.max():.1f} {self.unit}" if cost.size else ""
        return (
            f"TravelMatrix: {origins} x {destinations}, in {UNIT_WORDS[self.unit]}{upto}; "
            f"{cost.size:,} of {total:,} pairs reached{spread}"
        )


def checked_limit(limit: float, what: str = "limit") -> float:
    """Make sure that a limit is a finite number of at least 0.

    Parameters
    ----------
    limit
        Largest cost that counts, in the unit of the matrix.
    what
        What it is, for the message.

    Returns
    -------
    float
        The limit.

    Raises
    ------
    ParameterError
        If it is no number, NaN, infinite or negative.

    Examples
    --------
    >>> checked_limit(30)
    30.0
    """
    number = isinstance(limit, (int, float, np.integer, np.floating))
    # A short float is widened before it is compared; a whole number may be too large to be.
    value: Any = limit.item() if isinstance(limit, np.generic) else limit
    if not number or isinstance(limit, bool) or not 0 <= value <= LARGEST:
        message = f"{what} must be a finite number of at least 0. Got {shown(limit)} instead."
        raise ParameterError(message)
    return float(limit)


def checked_matrix(matrix: Any, what: str = "matrix") -> TravelMatrix:
    """Make sure that what is to be measured on is a TravelMatrix.

    Parameters
    ----------
    matrix
        The argument.
    what
        Its name, for the message.

    Returns
    -------
    TravelMatrix
        The matrix, which was checked when it was made.

    Raises
    ------
    ParameterError
        If it is anything else, such as a table of pairs.

    Examples
    --------
    >>> checked_matrix(TravelMatrix((), (), "min", np.empty((0, 0)))).unit
    'min'
    """
    if isinstance(matrix, TravelMatrix):
        return matrix
    message = (
        f"{what} must be a TravelMatrix, such as travel_matrix or TravelMatrix.from_table gives. "
        f"Got {shown(matrix)} instead."
    )
    raise ParameterError(message)


def compressed(pairs: Pairs, count: int) -> CompressedRows:
    """Sort pairs into compressed rows.

    Parameters
    ----------
    pairs
        Positions and finite costs, in any order, each pair once.
    count
        Number of origins.

    Returns
    -------
    CompressedRows
        Rows in order, destinations ascending.

    Raises
    ------
    ParameterError
        If a pair is there twice, or a cost is not finite.

    Examples
    --------
    >>> rows = compressed(Pairs(np.array([1, 0]), np.array([0, 0]), np.array([2.0, 0.0])), 2)
    >>> rows.data.tolist()
    [0.0, 2.0]
    """
    indptr = np.zeros(count + 1, dtype=np.intp)
    np.cumsum(np.bincount(pairs.origin, minlength=count), out=indptr[1:])
    key = pairs.origin * (int(pairs.destination.max(initial=0)) + 1) + pairs.destination
    if (key[1:] > key[:-1]).all():  # as tables and engines mostly give them
        return CompressedRows(indptr, pairs.destination, pairs.cost)
    # Keys are unique, or the rows are refused: which sort it is does not matter.
    order = np.argsort(key)
    del key
    indices, data = pairs.destination[order], pairs.cost[order]
    for one in (indptr, indices, data):
        one.flags.writeable = False  # so that it is not copied
    return CompressedRows(indptr, indices, data)


def _check_table(allowed: object) -> None:
    """Refuse what can say nothing of pairs."""
    if not isinstance(allowed, (np.ndarray, pd.DataFrame)):
        message = (
            "allowed must be an array of true and false, or a DataFrame with origins as index and "
            f"destinations as columns. Got {shown(allowed)} instead."
        )
        raise ParameterError(message)


def _kept(rows: CompressedRows, keep: NDArray[np.bool_]) -> CompressedRows:
    """Keep some pairs of compressed rows."""
    before = np.concatenate([[0], np.cumsum(keep)])
    return CompressedRows(before[rows.indptr], rows.indices[keep], rows.data[keep])


def _places(chosen: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Give for each old position the new one, or -1."""
    place = np.full(count, -1, dtype=np.intp)
    place[chosen] = np.arange(chosen.size)
    return place


def _locked(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """Give a read-only array that nobody else can change."""
    owned = array.base is None and not array.flags.writeable
    safe = array if owned else array.copy()
    safe.flags.writeable = False
    return safe


def _counted(count: int, noun: str) -> str:
    """Write a number with its noun."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
