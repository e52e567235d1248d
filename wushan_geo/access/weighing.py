"""From costs to weights: how much each pair of place and facility counts, as a sparse array."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.access.arguments import checked_kind
from wushan_geo.access.decay import Decay
from wushan_geo.travel.matrix import CompressedRows

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from wushan_geo.travel.matrix import TravelMatrix

BLOCK = 1 << 16  # costs weighed at once: what comes in between stays in the processor's cache
SMALLEST = 1e-290
"""A quotient above 1 / SMALLEST is taken for a division by nothing, before it overflows."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """How much each pair counts, origins down and facilities across; sums over either side.

    Examples
    --------
    >>> from wushan_geo.access.decay import linear
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> matrix = TravelMatrix(("a",), ("x", "y"), "min", np.array([[15.0, np.inf]]))
    >>> weights = weighed(matrix, linear(60))
    >>> weights.over_facilities(np.array([4.0, 4.0])).tolist()
    [3.0]
    >>> weights.over_places(np.array([4.0])).tolist()
    [3.0, 0.0]
    """

    array: csr_array[np.float64, tuple[int, int]]
    """The weights; a pair that is not stored, or stored as 0, does not count."""

    def over_facilities(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up weight times value over the facilities of each place.

        Parameters
        ----------
        values
            One number for each facility.

        Returns
        -------
        numpy.ndarray
            One sum for each place.

        Raises
        ------
        ValueError
            If there are not as many values as facilities.

        Examples
        --------
        See :class:`Weights`.
        """
        return np.asarray(self.array @ values, dtype=np.float64)

    def over_places(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up weight times value over the places of each facility.

        Parameters
        ----------
        values
            One number for each place.

        Returns
        -------
        numpy.ndarray
            One sum for each facility.

        Raises
        ------
        ValueError
            If there are not as many values as places.

        Examples
        --------
        See :class:`Weights`.
        """
        return np.asarray(self.array.transpose() @ values, dtype=np.float64)

    def square(self) -> None:
        """Square each weight, in place: at millions of pairs a copy is what takes the time.

        Raises
        ------
        Never
            The weights are this object's own.

        Examples
        --------
        >>> from scipy.sparse import csr_array
        >>> weights = Weights(csr_array(np.array([[0.5]])))
        >>> weights.square()
        >>> weights.array.toarray().tolist()
        [[0.25]]
        """
        np.square(self.array.data, out=self.array.data)


def weighed(matrix: TravelMatrix, decay: Decay) -> Weights:
    """Weigh every pair of a matrix by its cost.

    Dense costs and compressed rows of the same pairs give the same sums to the last bit: both are
    added up in the same order, and a pair without weight adds an exact zero.

    Parameters
    ----------
    matrix
        Costs from origins to facilities.
    decay
        Weight by cost; it must not reach past the matrix's limit.

    Returns
    -------
    Weights
        Weights of its own, at positions that may be those of the matrix.

    Raises
    ------
    ParameterError
        If `decay` is no :class:`Decay`, or reaches past the matrix's limit.

    Examples
    --------
    >>> from wushan_geo.access.decay import linear
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> matrix = TravelMatrix(("a",), ("x", "y"), "min", np.array([[15.0, np.inf]]))
    >>> weighed(matrix, linear(60)).array.toarray().tolist()
    [[0.75, 0.0]]
    """
    from scipy.sparse import csr_array

    checked_kind(decay, Decay, "decay", "such as decay.binary(30)").checked_on(matrix)
    shape = (len(matrix.origin_ids), len(matrix.destination_ids))
    rows = matrix.costs
    if isinstance(rows, CompressedRows):
        found = _in_blocks(rows.data, BLOCK, decay)
        return Weights(csr_array((found, rows.indices, rows.indptr), shape=shape))
    found = _in_blocks(rows, max(1, BLOCK // max(1, shape[1])), decay).reshape(-1)
    # The narrowest whole numbers that hold the positions: half the memory, and faster to read.
    kind = np.promote_types(np.int32, np.min_scalar_type(-found.size - 1))
    across: NDArray[Any] = np.tile(np.arange(shape[1], dtype=kind), shape[0])
    starts: NDArray[Any] = np.arange(shape[0] + 1, dtype=kind) * shape[1]
    return Weights(csr_array((found, across, starts), shape=shape))


def quotient(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide, where there is something to divide by.

    Parameters
    ----------
    above, below
        Numbers of at least 0, of the same shape.

    Returns
    -------
    numpy.ndarray
        ``above / below``; 0 where `below` is 0, or so small that the quotient has no sense.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> quotient(np.array([6.0, 6.0, 0.0]), np.array([3.0, 0.0, 0.0])).tolist()
    [2.0, 0.0, 0.0]
    """
    return np.divide(above, below, out=np.zeros_like(above), where=below > above * SMALLEST)


def told(matrix: TravelMatrix, **parameters: Any) -> str:
    """Write the parameters of a measure, the unit of the matrix last.

    Parameters
    ----------
    matrix
        The matrix that was measured on.
    parameters
        Values by name; a decay is written by its label.

    Returns
    -------
    str
        Such as ``"decay=binary, 30; unit=min"``.

    Raises
    ------
    AttributeError
        If `matrix` has no unit.

    Examples
    --------
    >>> from wushan_geo.access.decay import binary
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> told(TravelMatrix((), (), "min", np.empty((0, 0))), decay=binary(30))
    'decay=binary, 30; unit=min'
    """
    return "; ".join(f"{name}={_text(value)}" for name, value in parameters.items()) + (
        f"; unit={matrix.unit}" if parameters else f"unit={matrix.unit}"
    )


def _text(value: Any) -> str:
    if isinstance(value, Decay):
        return value.label
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _in_blocks(costs: NDArray[np.float64], block: int, decay: Decay) -> NDArray[np.float64]:
    """Weigh costs some rows at a time."""
    found = np.empty(costs.shape)
    for start in range(0, len(costs), block):
        found[start : start + block] = decay.weights(costs[start : start + block])
    return found
