"""How much a facility counts the farther away it is: decay functions, checked when they are made.

Each factory gives a :class:`Decay`, which turns costs into weights and carries the label that
stands in tables and legends. Costs and parameters are in the unit of the matrix (minutes or
metres). A place exactly at a limit or a step still counts; what cannot be reached has weight 0. No
decay here was calibrated for persons with disabilities: they are assumptions, named with results.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from wushan_geo.access.arguments import above_zero, at_least_zero, one_of, several
from wushan_geo.errors import ParameterError, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from wushan_geo.travel.matrix import TravelMatrix

    Weigher = Callable[[NDArray[np.float64]], NDArray[np.float64]]

__all__ = [
    "Decay",
    "binary",
    "dai",
    "e2sfca",
    "exponential",
    "gaussian",
    "kernel",
    "linear",
    "logistic",
    "power",
    "stepped",
]

Speed = Literal["slow", "fast"]
E2SFCA_WEIGHTS: dict[Speed, tuple[float, float, float]] = {
    "slow": (1.0, 0.68, 0.22),
    "fast": (1.0, 0.42, 0.09),
}
"""Weights of three travel zones in Luo & Qi 2009, for slow and for fast decay."""
FEW_STEPS = 12  # up to here counting steps is faster than searching them


@dataclass(frozen=True, slots=True, eq=False)
class Decay:
    """Weights by cost: 1 or less near by, never rising with cost, 0 where unreachable.

    Made by the factories of this module. Called with costs it gives their weights.

    Examples
    --------
    >>> near = binary(30)
    >>> near([0.0, 30.0, 30.5, np.inf]).tolist()
    [1.0, 1.0, 0.0, 0.0]
    >>> near.label
    'binary, 30'
    """

    kind: str
    """Name of the family, such as ``"exponential"``."""
    parameters: tuple[tuple[str, float], ...]
    """Names and values of the parameters, in order."""
    reach: float
    """Largest cost that can have a weight above 0; infinity if there is none."""
    weigher: Weigher
    """Weights of costs from 0 to infinity in a new array: finite, and 0 beyond `reach`."""

    @property
    def label(self) -> str:
        """Family and parameters, for tables and legends; numbers are in the matrix's unit."""
        values = ", ".join(_shown(name, value) for name, value in self.parameters)
        return f"{self.kind}, {values}"

    def __call__(self, cost: ArrayLike) -> NDArray[np.float64]:
        """Give the weight of each cost.

        Parameters
        ----------
        cost
            Costs of at least 0 in the matrix's unit, of any shape; infinity is unreachable.

        Returns
        -------
        numpy.ndarray
            Weights of the same shape, 0 beyond `reach` and where unreachable.

        Raises
        ------
        ParameterError
            If a cost is NaN, negative or no number.

        Examples
        --------
        >>> linear(40)([10.0, 40.0, 50.0]).tolist()
        [0.75, 0.0, 0.0]
        """
        try:
            costs = np.asarray(cost, dtype=np.float64)
        except (TypeError, ValueError) as error:
            message = f"cost must be a number, or an array of numbers. Got {shown(cost)} instead."
            raise ParameterError(message) from error
        if not (costs >= 0).all():
            message = "costs must be at least 0 and not NaN; infinity is unreachable."
            raise ParameterError(message)
        return np.asarray(self.weights(costs))

    def weights(self, costs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the weight of each cost, unchecked: for costs out of a matrix, which checked them.

        Parameters
        ----------
        costs
            Costs of at least 0; infinity is unreachable.

        Returns
        -------
        numpy.ndarray
            Weights of the same shape.

        Raises
        ------
        Never
            Costs are taken as they are.

        Examples
        --------
        >>> binary(30).weights(np.array([12.0, 31.0])).tolist()
        [1.0, 0.0]
        """
        # A cost so large that its square overflows is as good as infinite: its weight is 0.
        with np.errstate(over="ignore"):
            return self.weigher(costs)

    def within(self, limit: float) -> Decay:
        """Cut the weights off beyond a limit; a cost of exactly the limit keeps its weight.

        Parameters
        ----------
        limit
            Largest cost that counts, above 0.

        Returns
        -------
        Decay
            The same weights up to the limit, 0 beyond it. A decay that does not reach past the
            limit is given back as it is.

        Raises
        ------
        ParameterError
            If the limit is not a finite number above 0.

        Examples
        --------
        >>> exponential(0.1).within(60).label
        'exponential, rate 0.1, up to 60'
        """
        upto = above_zero(limit, "limit")
        if upto >= self.reach:
            return self
        inner = self.weigher

        def weigher(costs: NDArray[np.float64]) -> NDArray[np.float64]:
            return inner(costs) * (costs <= upto)

        kept = tuple(one for one in self.parameters if one[0] != "up to")
        return replace(self, parameters=(*kept, ("up to", upto)), reach=upto, weigher=weigher)

    def checked_on(self, matrix: TravelMatrix) -> None:
        """Make sure that a matrix knows every pair that this decay counts.

        Parameters
        ----------
        matrix
            Costs up to its limit.

        Raises
        ------
        ParameterError
            If the decay reaches past the matrix's limit.

        Examples
        --------
        >>> from wushan_geo.travel.matrix import TravelMatrix
        >>> known = TravelMatrix(("A",), ("H",), "min", np.array([[5.0]]), limit=30.0)
        >>> binary(30).checked_on(known)
        """
        if matrix.limit is None or self.reach <= matrix.limit:
            return
        far = "has no end" if np.isinf(self.reach) else f"reaches to {self.reach:g}"
        message = (
            f"the decay ({self.label}) {far}, beyond the {matrix.limit:g} {matrix.unit} up to "
            "which the matrix is known. Cut it with .within(limit), or give a matrix that "
            "reaches farther."
        )
        raise ParameterError(message)


def binary(limit: float) -> Decay:
    """Count everything up to a limit fully and nothing beyond: f(t) = 1 for t <= limit, else 0.

    The original two-step floating catchment (Luo & Wang 2003) weighs so.

    Parameters
    ----------
    limit
        Largest cost that counts, at least 0, in the matrix's unit.

    Returns
    -------
    Decay
        Weights 1 and 0.

    Raises
    ------
    ParameterError
        If the limit is not a finite number of at least 0.

    Examples
    --------
    >>> binary(30)([30.0, 30.1]).tolist()
    [1.0, 0.0]
    """
    upto = at_least_zero(limit, "limit")

    def weigher(costs: NDArray[np.float64]) -> NDArray[np.float64]:
        return (costs <= upto).astype(np.float64)

    return Decay("binary", (("", upto),), upto, weigher)


def stepped(steps: Mapping[float, float]) -> Decay:
    """Count in steps: f(t) = weight of the smallest step that is at least t, 0 beyond the last.

    Parameters
    ----------
    steps
        Weight by the upper end of each zone; ends above 0, weights between 0 and 1 that never
        rise, the first above 0.

    Returns
    -------
    Decay
        A cost of exactly a step's end still belongs to the step.

    Raises
    ------
    ParameterError
        If it is no mapping, there is no step, or an end or a weight is out of range.

    Examples
    --------
    >>> stepped({10: 1, 20: 0.68, 30: 0.22})([0.0, 10.0, 10.5, 30.0, 31.0]).tolist()
    [1.0, 1.0, 0.68, 0.22, 0.0]
    """
    ends, heights = np.array(_steps_in_order(steps)).T
    if heights[0] == 0 or heights[0] > 1 or (np.diff(heights) > 0).any():
        message = (
            "the weights of the steps must start above 0 and at most at 1, and never rise with "
            f"cost. Got {dict(zip(ends.tolist(), heights.tolist(), strict=True))} instead."
        )
        raise ParameterError(message)
    counted = np.flatnonzero(heights > 0)
    table = np.append(heights, 0.0)

    def weigher(costs: NDArray[np.float64]) -> NDArray[np.float64]:
        # Counting the steps passed is four times as fast as a search, for as few as there are.
        if ends.size > FEW_STEPS:
            return table[np.searchsorted(ends, costs, side="left")]
        passed = np.zeros(costs.shape, dtype=np.uint8)
        for end in ends:
            passed += costs > end
        return table.take(passed)

    words = tuple(
        (f"{end:.12g}:", height)
        for end, height in zip(ends.tolist(), heights.tolist(), strict=True)
    )
    return Decay("stepped", words, float(ends[counted[-1]]), weigher)


def e2sfca(limits: tuple[float, float, float], weights: Speed) -> Decay:
    """Count in three zones by the weights of the enhanced floating catchment (Luo & Qi 2009).

    Parameters
    ----------
    limits
        Upper ends of the three zones, rising; the authors used 10, 20 and 30 minutes by car.
    weights
        ``"slow"`` (1, 0.68, 0.22) or ``"fast"`` (1, 0.42, 0.09). The weights belong to the
        authors' zones and services: with other limits they are an assumption.

    Returns
    -------
    Decay
        As in :func:`stepped`.

    Raises
    ------
    ParameterError
        If there are not three rising limits, or the weights have another name.

    Examples
    --------
    >>> e2sfca((10, 20, 30), "slow").label
    'stepped, 10: 1, 20: 0.68, 30: 0.22'
    """
    one_of(weights, get_args(Speed), "weights")
    ends = tuple(above_zero(one, "a limit") for one in several(limits, "limits", "(10, 20, 30)"))
    chosen = E2SFCA_WEIGHTS[weights]
    if len(ends) != len(chosen) or list(ends) != sorted(set(ends)):
        message = f"e2sfca needs three rising limits, such as (10, 20, 30). Got {limits!r} instead."
        raise ParameterError(message)
    return stepped(dict(zip(ends, chosen, strict=True)))


def linear(limit: float) -> Decay:
    """Count less and less up to a limit: f(t) = 1 - t / limit for t <= limit, else 0.

    Parameters
    ----------
    limit
        Cost at which nothing is left, above 0.

    Returns
    -------
    Decay
        1 at cost 0, 0 at the limit.

    Raises
    ------
    ParameterError
        If the limit is not a finite number above 0.

    Examples
    --------
    >>> linear(60)([0.0, 15.0, 60.0]).tolist()
    [1.0, 0.75, 0.0]
    """
    upto = above_zero(limit, "limit")

    def weigher(costs: NDArray[np.float64]) -> NDArray[np.float64]:
        return 1.0 - np.minimum(costs / upto, 1.0)

    return Decay("linear", (("", upto),), upto, weigher)


def exponential(rate: float) -> Decay:
    """Count less by a constant share for each unit of cost: f(t) = exp(-rate * t).

    Parameters
    ----------
    rate
        Loss per unit of cost, above 0; 0.1 per minute halves the weight every 6.9 minutes.

    Returns
    -------
    Decay
        Without an end; cut it with :meth:`Decay.within`.

    Raises
    ------
    ParameterError
        If the rate is not a finite number above 0.

    Examples
    --------
    >>> exponential(0.1)([0.0, 10.0]).round(6).tolist()
    [1.0, 0.367879]
    """
    loss = above_zero(rate, "rate")

    def weigher(costs: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.exp(-loss * costs)

    return Decay("exponential", (("rate", loss),), np.inf, weigher)


def power(exponent: float) -> Decay:
    """Count by a power of cost: f(t) = max(t, 1) ** -exponent.

    A pure power is infinite at cost 0, so that a facility at home would outweigh all others
    without bound: a cost below one unit (one minute, one metre) counts as one unit.

    Parameters
    ----------
    exponent
        Above 0; 1 to 2 is usual (Hansen 1959).

    Returns
    -------
    Decay
        Without an end; cut it with :meth:`Decay.within`.

    Raises
    ------
    ParameterError
        If the exponent is not a finite number above 0.

    Examples
    --------
    >>> power(2)([0.0, 1.0, 10.0]).tolist()
    [1.0, 1.0, 0.01]
    """
    fall = above_zero(exponent, "exponent")

    def weigher(costs: NDArray[np.float64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = np.maximum(costs, 1.0) ** -fall
        return found

    return Decay("power", (("exponent", fall),), np.inf, weigher)


def gaussian(sigma: float) -> Decay:
    """Count by the plain bell: f(t) = exp(-t**2 / (2 * sigma**2)), without an end.

    Not what Chinese papers mean by a Gaussian floating catchment: that is :func:`dai`.

    Parameters
    ----------
    sigma
        Width in the matrix's unit, above 0; at this cost the weight is 0.607.

    Returns
    -------
    Decay
        Without an end; cut it with :meth:`Decay.within`.

    Raises
    ------
    ParameterError
        If the width is not a finite number above 0.

    Examples
    --------
    >>> gaussian(20)([0.0, 20.0]).round(6).tolist()
    [1.0, 0.606531]
    """
    width = above_zero(sigma, "sigma")

    def weigher(costs: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.exp(-0.5 * (costs / width) ** 2)

    return Decay("gaussian", (("sigma", width),), np.inf, weigher)


def dai(limit: float) -> Decay:
    """Count by the Gaussian that is 0 at the limit (Dai 2010), the one of Chinese studies.

    f(t) = (exp(-u**2 / 2) - exp(-1/2)) / (1 - exp(-1/2)) with u = t / limit, for t <= limit
    (written so in Tao et al. 2020, equation 2).

    Parameters
    ----------
    limit
        Cost at which nothing is left, above 0.

    Returns
    -------
    Decay
        1 at cost 0, 0 at the limit.

    Raises
    ------
    ParameterError
        If the limit is not a finite number above 0.

    Examples
    --------
    >>> dai(60)([0.0, 15.0, 30.0, 45.0, 60.0]).round(8).tolist()
    [1.0, 0.92180645, 0.70136657, 0.3769263, 0.0]
    """
    upto = above_zero(limit, "limit")
    top = float(np.expm1(0.5))

    def weigher(costs: NDArray[np.float64]) -> NDArray[np.float64]:
        # The same formula, written so that rounding never takes it below 0 near the limit.
        left = 1.0 - np.minimum(costs / upto, 1.0) ** 2
        return np.expm1(0.5 * left) / top

    return Decay("dai", (("", upto),), upto, weigher)


def kernel(limit: float) -> Decay:
    """Count by the Epanechnikov kernel: f(t) = 0.75 * (1 - (t / limit)**2) for t <= limit.

    Parameters
    ----------
    limit
        Cost at which nothing is left, above 0.

    Returns
    -------
    Decay
        0.75 at cost 0, 0 at the limit. The constant changes no floating catchment but the modified
        one (m2sfca), whose values it multiplies.

    Raises
    ------
    ParameterError
        If the limit is not a finite number above 0.

    Examples
    --------
    >>> kernel(40)([0.0, 10.0, 20.0, 30.0, 40.0]).tolist()
    [0.75, 0.703125, 0.5625, 0.328125, 0.0]
    """
    upto = above_zero(limit, "limit")

    def weigher(costs: NDArray[np.float64]) -> NDArray[np.float64]:
        return 0.75 * (1.0 - np.minimum(costs / upto, 1.0) ** 2)

    return Decay("kernel", (("", upto),), upto, weigher)


def logistic(midpoint: float, scale: float) -> Decay:
    """Count by a falling S-curve: f(t) = 1 / (1 + exp((t - midpoint) / scale)).

    Parameters
    ----------
    midpoint
        Cost at which half the weight is left, at least 0.
    scale
        How slowly it falls, above 0, in the matrix's unit.

    Returns
    -------
    Decay
        Without an end; cut it with :meth:`Decay.within`.

    Raises
    ------
    ParameterError
        If a parameter is out of range.

    Examples
    --------
    >>> logistic(30, 5)([30.0, 40.0]).round(6).tolist()
    [0.5, 0.119203]
    """
    middle, slope = at_least_zero(midpoint, "midpoint"), above_zero(scale, "scale")

    def weigher(costs: NDArray[np.float64]) -> NDArray[np.float64]:
        # Written with a falling exponential: a rising one overflows far from the middle.
        turned = np.exp(-np.abs(costs - middle) / slope)
        return np.where(costs > middle, turned, 1.0) / (1.0 + turned)

    return Decay("logistic", (("midpoint", middle), ("scale", slope)), np.inf, weigher)


def _steps_in_order(steps: Any) -> list[tuple[float, float]]:
    """Read the ends of steps and their weights."""
    if not isinstance(steps, Mapping) or not steps:
        given = "nothing" if isinstance(steps, Mapping) else shown(steps)
        message = (
            "stepped needs at least one step: a mapping from its end to its weight, such as "
            f"{{10: 1, 20: 0.68, 30: 0.22}}. Got {given} instead."
        )
        raise ParameterError(message)
    return sorted(
        (above_zero(end, "the end of a step"), at_least_zero(height, "the weight of a step"))
        for end, height in steps.items()
    )


def _shown(name: str, value: float) -> str:
    """Write a parameter with its name, if it has one."""
    return f"{name} {value:.12g}".strip()
