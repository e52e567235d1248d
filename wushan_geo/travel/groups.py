"""Working through groups of different size without a loop over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def counted(sizes: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Count through groups.

    Parameters
    ----------
    sizes
        Number of members of each group.

    Returns
    -------
    tuple of numpy.ndarray
        For each member, group after group: its group, and its number within the group from 0.

    Raises
    ------
    ValueError
        If a size is negative.

    Examples
    --------
    >>> [one.tolist() for one in counted(np.array([2, 0, 1]))]
    [[0, 0, 2], [0, 1, 0]]
    """
    group = np.repeat(np.arange(sizes.size), sizes)
    return group, np.arange(group.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)


def starts(sorted_values: NDArray[Any]) -> NDArray[np.bool_]:
    """Say where each new value of a sorted array starts.

    Parameters
    ----------
    sorted_values
        Values, equal ones side by side.

    Returns
    -------
    numpy.ndarray
        True at the first of equal values.

    Raises
    ------
    TypeError
        If the values cannot be compared.

    Examples
    --------
    >>> starts(np.array([4, 4, 7])).tolist()
    [True, False, True]
    """
    found = np.ones(sorted_values.size, dtype=bool)
    found[1:] = sorted_values[1:] != sorted_values[:-1]
    return found
