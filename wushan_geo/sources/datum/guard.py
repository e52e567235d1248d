"""The datum guard: in which of three datums points are, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError
from wushan_geo.sources.datum.border import outside
from wushan_geo.sources.datum.degrees import CHINA_LAT, CHINA_LON
from wushan_geo.sources.datum.transforms import Datum, convert
from wushan_geo.sources.datum.weighing import Fit, Weighing, weigh
from wushan_geo.wording import both

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushan_geo.sources.datum.references import Reference

Verdict = Literal["wgs84", "gcj02", "bd09", "cannot tell"]
CANNOT_TELL: Verdict = "cannot tell"
# Of several reasons why nothing is sure, the first of these is told.
_REASONS = ("mixed", "other", "hinges", "weak", "vague", "few")
_MOST_RATIO = 1e6  # a larger one is told as this: the model is not that good


@dataclass(frozen=True, slots=True)
class DatumVerdict:
    """In which datum points are, how surely, and what else was noticed."""

    verdict: Verdict
    """``wgs84`` (or CGCS2000, which is the same here), ``gcj02``, ``bd09`` or ``cannot tell``."""
    likelihood_ratio: float
    """How many times likelier the best datum is than the next, by the reference that decides."""
    used: int
    """Number of different points held against that reference."""
    best: Datum
    """The datum that fits best, be it sure or not."""
    shift_m: float
    """How far the points move when they are converted from `best` to WGS-84, in metres (median)."""
    cause: str
    """Why it cannot tell: ``none`` (nothing to hold against), ``few``, ``vague``, ``weak``,
    ``mixed``, ``other``, ``hinges`` or ``contradiction``; ``sure`` otherwise."""
    reason: tuple[str, str]
    """The reason as a sentence, in Chinese and English."""
    weighings: tuple[Weighing, ...]
    """What each reference says."""
    swapped: bool
    """Whether longitude and latitude were exchanged in some points; they were put right for the
    test."""
    outside: tuple[tuple[int, float], ...]
    """Points outside the county as position and kilometres to the border; empty without one."""

    @property
    def fits(self) -> tuple[Fit, ...]:
        """Give the misfit of each datum with each reference."""
        return tuple(fit for one in self.weighings for fit in one.fits)

    def table(self) -> pd.DataFrame:
        """Give the misfits as a table.

        Returns
        -------
        pandas.DataFrame
            ``reference``, ``datum``, ``median_m``, ``mean_m``, ``log_likelihood`` (0 for the best).

        Raises
        ------
        ValueError
            Never for a verdict of :func:`guard`.

        Examples
        --------
        >>> guard(np.array([]), np.array([]), []).table().columns.tolist()
        ['reference', 'datum', 'median_m', 'mean_m', 'log_likelihood']
        """
        names = ["reference", "datum", "median_m", "mean_m", "log_likelihood"]
        rows = [tuple(getattr(fit, name) for name in names) for fit in self.fits]
        return pd.DataFrame(rows, columns=names)


def guard(lon: Any, lat: Any, references: Sequence[Reference], county: Any = None) -> DatumVerdict:
    """Test points under the three datums against what is known, and accuse only when sure.

    Each reference is asked by itself, since their errors may hang together. Under each datum the
    points are put back to WGS-84; their distances from what they should lie in or near have a
    likelihood in which the reference may be off as a whole by its stated error, and each point by
    that error and a scatter that nobody knows. A datum is said only if it is a hundred times
    likelier than each of the others, no shift of another direction fits better, no second datum
    shows in part of the points, and an accusation holds without its most telling tenth of them.
    Otherwise the answer is ``cannot tell``. Decision 0009 tells the method, and
    ``benchmarks/datum.py`` measures it.

    Parameters
    ----------
    lon
        Longitudes in the unknown datum, degrees; a missing point is not-a-number.
    lat
        Latitudes, as many.
    references
        What the points are held against.
    county
        The county as a polygon in degrees, to list points outside it; None for no such list.

    Returns
    -------
    DatumVerdict
        The verdict and all that led to it.

    Raises
    ------
    ParameterError
        If longitudes and latitudes are not as many, or a coordinate lies beyond 180 or 90 degrees.

    Examples
    --------
    >>> import shapely
    >>> from wushan_geo.sources.datum.references import Reference
    >>> seats = shapely.points(np.linspace(109.7, 110.0, 12), np.linspace(30.9, 31.2, 12))
    >>> lon, lat = convert(shapely.get_x(seats), shapely.get_y(seats), "wgs84", "bd09")
    >>> verdict = guard(lon, lat, [Reference("places", seats, 100)])
    >>> verdict.verdict, verdict.used, round(verdict.shift_m, -1)
    ('bd09', 12, 1150.0)
    >>> guard(lon, lat, [Reference("places", seats, 1000)]).verdict
    'cannot tell'
    """
    x, y = np.asarray(lon, dtype=float).ravel(), np.asarray(lat, dtype=float).ravel()
    if x.size != y.size:
        message = f"{x.size} longitudes and {y.size} latitudes do not make points"
        raise ParameterError(message)
    x, y, swapped = _straight(x, y)
    weighings = tuple(weigh(x, y, one) for one in references)
    cause, leading = _judge(weighings)
    best: Datum = leading.best if leading is not None else "wgs84"
    verdict: Verdict = best if cause == "sure" else CANNOT_TELL
    shift = _shift(x, y, best)
    away: tuple[tuple[int, float], ...] = ()
    if county is not None:
        known = verdict if verdict != CANNOT_TELL else "wgs84"
        far = outside(*convert(x, y, known, "wgs84"), county)
        away = tuple((int(at), float(far[at])) for at in np.flatnonzero(np.isfinite(far)))
    return DatumVerdict(
        verdict=verdict,
        likelihood_ratio=1.0 if leading is None else leading.ratio,
        used=0 if leading is None else leading.used,
        best=best,
        shift_m=shift,
        cause=cause,
        reason=_reason(cause, leading, shift),
        weighings=weighings,
        swapped=swapped,
        outside=away,
    )


def datum_name(datum: Datum) -> tuple[str, str]:
    """Name a datum for an officer.

    Parameters
    ----------
    datum
        ``wgs84``, ``gcj02`` or ``bd09``.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    UnknownIdError
        If it is none of them.

    Examples
    --------
    >>> datum_name("gcj02")
    ('高德/腾讯（GCJ-02）', 'GCJ-02 (Amap, Tencent)')
    """
    return both(f"datum.name.{datum}")


def _straight(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray, bool]:
    """Put points right whose longitude and latitude were exchanged."""
    with np.errstate(invalid="ignore"):
        turned = (lat >= CHINA_LON[0]) & (lat <= CHINA_LON[1])
        turned &= (lon >= CHINA_LAT[0]) & (lon <= CHINA_LAT[1])
    return np.where(turned, lat, lon), np.where(turned, lon, lat), bool(turned.any())


def _judge(weighings: tuple[Weighing, ...]) -> tuple[str, Weighing | None]:
    """Give whether the verdict is sure (or why not), and the reference that decides."""
    if not weighings:
        return "none", None
    sure = sorted((one for one in weighings if one.outcome == "sure"), key=lambda one: -one.ratio)
    if len({one.best for one in sure}) > 1:
        return "contradiction", sure[0]
    for one in weighings:
        if one.outcome == "mixed":
            return "mixed", one
    if sure:
        return "sure", sure[0]
    first = min(weighings, key=lambda one: (_REASONS.index(one.outcome), -one.ratio))
    return first.outcome, first


def _shift(lon: np.ndarray, lat: np.ndarray, datum: Datum) -> float:
    from pyproj import Geod

    there = np.isfinite(lon) & np.isfinite(lat)
    if datum == "wgs84" or not there.any():
        return 0.0
    x, y = convert(lon[there], lat[there], datum, "wgs84")
    return float(np.median(Geod(ellps="GRS80").inv(lon[there], lat[there], x, y)[2]))


def _reason(cause: str, leading: Weighing | None, shift: float) -> tuple[str, str]:
    if leading is None:
        return both("datum.reason.none")
    zh, en = (
        both(f"datum.kind.{leading.kind}"),
        datum_name(leading.best),
    )
    told = [
        {
            "kind": zh[at],
            "datum": en[at],
            "used": leading.used,
            "error": f"{leading.error_m:.0f}",
            "ratio": f"{min(leading.ratio, _MOST_RATIO):,.0f}",
            "shift": f"{shift:.0f}",
        }
        for at in range(2)
    ]
    key = f"datum.reason.{cause}"
    return both(key, **told[0])[0], both(key, **told[1])[1]
