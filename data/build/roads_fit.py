"""One length factor for schematic roads, fitted on the logarithms of stated road distances."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Calibration:
    """A length factor with the places it was fitted on.

    ``stated`` and ``drawn`` hold kilometres by place: the road distance a source states, and the
    length of the shortest route over the straight edges of the network. ``factor`` multiplies every
    straight edge; ``low`` and ``high`` are the smallest and largest of the places' own ratios,
    divided by the factor (1 = the central length).

    Examples
    --------
    >>> one = fit({"a": 20.0, "b": 80.0}, {"a": 10.0, "b": 10.0})
    >>> one.factor, one.low, one.high
    (4.0, 0.5, 2.0)
    """

    stated: Mapping[str, float]
    drawn: Mapping[str, float]
    factor: float
    low: float
    high: float

    def ratio(self, place: str) -> float:
        """Stated length divided by drawn length of one place (no unit, above 0).

        Raises
        ------
        KeyError
            If the place was not among those of the fit.

        Examples
        --------
        >>> fit({"a": 20.0, "b": 80.0}, {"a": 10.0, "b": 10.0}).ratio("b")
        8.0
        """
        return self.stated[place] / self.drawn[place]

    def factor_without(self, place: str) -> float:
        """Fit the factor again on all other places (leave one out).

        Raises
        ------
        KeyError
            If the place was not among those of the fit.
        ValueError
            If it was the only one.

        Examples
        --------
        >>> round(fit({"a": 20.0, "b": 80.0}, {"a": 10.0, "b": 10.0}).factor_without("a"), 6)
        8.0
        """
        if place not in self.stated:
            raise KeyError(place)
        rest = [other for other in self.stated if other != place]
        if not rest:
            raise ValueError("One place alone cannot be left out.")
        return _geometric_mean([self.ratio(other) for other in rest])

    def error_without(self, place: str) -> float:
        """Relative error of a place's length predicted from all others (0 = exact, -0.5 = half).

        Raises
        ------
        KeyError
            If the place was not among those of the fit.
        ValueError
            If it was the only one.

        Examples
        --------
        >>> fit({"a": 20.0, "b": 80.0}, {"a": 10.0, "b": 10.0}).error_without("b")
        -0.75
        """
        return self.factor_without(place) / self.ratio(place) - 1.0

    @property
    def typical_error(self) -> float:
        """Typical leave-one-out error as a multiplier: exp of the root mean square log error.

        Raises
        ------
        ValueError
            If there is only one place.

        Examples
        --------
        >>> round(fit({"a": 20.0, "b": 80.0}, {"a": 10.0, "b": 10.0}).typical_error, 6)
        4.0
        """
        squares = [math.log1p(self.error_without(place)) ** 2 for place in self.stated]
        return math.exp(math.sqrt(math.fsum(squares) / len(squares)))


def fit(stated: Mapping[str, float], drawn: Mapping[str, float]) -> Calibration:
    """Fit one length factor: the exponential of the mean of log(stated / drawn).

    Logarithms make half and double the same error, so that no long or winding route rules the fit;
    it is the least squares fit of log lengths with one free constant. Lengths are in one unit.

    Raises
    ------
    ValueError
        If there is no place, the places differ, or a length is not finite and above 0 (an
        unreachable place cannot be fitted on).

    Examples
    --------
    >>> fit({"a": 20.0, "b": 80.0}, {"a": 10.0, "b": 10.0}).factor
    4.0
    """
    if not stated or set(stated) != set(drawn):
        raise ValueError("Stated and drawn lengths are needed for the same places, at least one.")
    wrong = [one for one in (*stated.values(), *drawn.values()) if not 0.0 < one < math.inf]
    if wrong:
        raise ValueError(f"Lengths must be finite and above 0: {wrong}.")
    order = sorted(stated)
    ratios = [stated[place] / drawn[place] for place in order]
    factor = _geometric_mean(ratios)
    return Calibration(
        stated={place: stated[place] for place in order},
        drawn={place: drawn[place] for place in order},
        factor=factor,
        low=min(ratios) / factor,
        high=max(ratios) / factor,
    )


def _geometric_mean(ratios: list[float]) -> float:
    return math.exp(math.fsum(math.log(ratio) for ratio in ratios) / len(ratios))
