"""One source of points held against one reference, under each of the three datums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

from wushan_geo.sources.datum.likelihood import Misfit, log_mean
from wushan_geo.sources.datum.plane import Plane
from wushan_geo.sources.datum.transforms import DATUMS, Datum, convert

if TYPE_CHECKING:
    from wushan_geo.sources.datum.references import Kind, Reference

Outcome = Literal["sure", "few", "vague", "weak", "mixed", "other", "hinges"]

LEAST_POINTS = 5  # fewer different points prove nothing
MOST_POINTS = 400  # more add time and no knowledge; every so-manieth is then taken
CLEAN = DATUMS.index("wgs84")
SURE = float(np.log(100.0))  # how much likelier the best must be than each of the others
WITNESSES = 0.1  # share of the points, the most telling ones, without which it must hold as well
MIXED_SHARE, MIXED_POINTS = 0.15, 3  # from where on a second datum is no stray point
MIXED_SURE = 0.9
_MOST_LEAD = 700.0  # what a float's exponential still holds
_SAME_PLACE = 1e-5  # degrees, about a metre: points in one building are one witness

# Where the common error of the reference is looked for, in standard deviations: a star around
# nothing, then ever smaller steps around the best.
_COMPASS = np.array([(np.cos(one), np.sin(one)) for one in np.arange(8) * np.pi / 4])
_STAR = np.vstack([np.zeros((1, 2)), *(reach * _COMPASS for reach in (0.75, 1.5, 2.25, 3.0))])
_STEPS = (0.375, 0.1875, 0.09375)
# Shifts that no datum has: 24 directions at the lengths of the real ones and between.
_TURN = np.arange(24) * np.pi / 12
_NEIGHBOUR = 0.6  # within this share of the GCJ-02 shift a wrong shift may stand for a real one
_ROUNDS = 40  # of fitting the shares of a mixture
_ROUND = np.stack([np.cos(_TURN), np.sin(_TURN)], axis=-1)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well one datum fits one reference."""

    reference: str
    """Name of the reference."""
    datum: Datum
    """The datum supposed."""
    median_m: float
    """Median distance of the points from what they should lie in or near."""
    mean_m: float
    """Mean of the same distances."""
    log_likelihood: float
    """Natural logarithm of the likelihood against that of the best datum: 0 for the best."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """What one reference says."""

    reference: str
    """Name of the reference."""
    kind: Kind
    """Its kind."""
    error_m: float
    """Stated error of the reference in metres."""
    used: int
    """Number of different points that have something to be held against."""
    best: Datum
    """The datum that fits best."""
    ratio: float
    """How many times likelier it is than the next best."""
    outcome: Outcome
    """``sure``; or why it cannot tell: ``few`` points, a ``vague`` reference, ``weak`` evidence,
    ``mixed`` datums, an ``other`` shift fits better, it ``hinges`` on a few points."""
    fits: tuple[Fit, ...]
    """A line for each datum; empty with too few points."""


def weigh(lon: np.ndarray, lat: np.ndarray, reference: Reference) -> Weighing:
    """Hold points against one reference under each datum.

    Parameters
    ----------
    lon
        Longitudes in the unknown datum, degrees; not-a-number does not count.
    lat
        Latitudes.
    reference
        What the points are held against.

    Returns
    -------
    Weighing
        The best datum, how much likelier it is than the next, and whether that is sure.

    Raises
    ------
    IndexError
        If zones or places are not as many as the points.

    Examples
    --------
    >>> places = shapely.points(np.linspace(109.7, 110.0, 12), np.linspace(30.9, 31.2, 12))
    >>> lon, lat = convert(shapely.get_x(places), shapely.get_y(places), "wgs84", "gcj02")
    >>> from wushan_geo.sources.datum.references import Reference
    >>> weighing = weigh(lon, lat, Reference("places", places, 100, "seats"))
    >>> weighing.best, weighing.outcome
    ('gcj02', 'sure')
    """
    keep = _chosen(lon, lat, reference)
    name = reference.name or reference.kind
    if keep.size < LEAST_POINTS:
        return Weighing(name, reference.kind, reference.error_m, keep.size, "wgs84", 1.0, "few", ())
    plane = Plane.around(lon[keep], lat[keep])
    earth = [convert(lon[keep], lat[keep], one, "wgs84") for one in DATUMS]
    trial = _Trial(
        Misfit(reference.kept(keep), plane),
        np.stack([plane.flat(*one) for one in earth]),
        reference.error_m,
    )
    best = int(np.argmax(trial.evidence))
    lead = trial.lead(trial.evidence, best)
    plainly = trial.distances[:, 0]
    fits = tuple(
        Fit(name, datum, float(np.median(far)), float(far.mean()), float(one))
        for datum, far, one in zip(
            DATUMS, plainly, trial.evidence - trial.evidence[best], strict=True
        )
    )
    return Weighing(
        name,
        reference.kind,
        reference.error_m,
        keep.size,
        DATUMS[best],
        float(np.exp(min(lead, _MOST_LEAD))),
        trial.outcome(best, lead),
        fits,
    )


def _chosen(lon: np.ndarray, lat: np.ndarray, reference: Reference) -> np.ndarray:
    """Give the positions of different points that have something to be held against."""
    there = np.isfinite(lon) & np.isfinite(lat)
    if reference.kind != "lines":
        there &= ~shapely.is_missing(reference.shapes) & ~shapely.is_empty(reference.shapes)
    found = np.flatnonzero(there)
    place = np.round(np.stack([lon[found], lat[found]], axis=-1) / _SAME_PLACE)
    _, first = np.unique(place, axis=0, return_index=True)  # sorted by place: rows in any order
    chosen = found[first]
    if chosen.size > MOST_POINTS:
        chosen = chosen[np.linspace(0, chosen.size - 1, MOST_POINTS).round().astype(int)]
    return chosen


class _Trial:
    """Distances under each datum at many common errors of the reference, and what follows."""

    def __init__(self, misfit: Misfit, places: np.ndarray, error_m: float) -> None:
        self._misfit, self._places, self._error = misfit, places, error_m
        # How far each datum moves the points from where they are in WGS-84.
        self._shifts = (places[0] - places).mean(axis=1)
        rows = np.arange(len(places))
        self._steps = np.broadcast_to(_STAR, (len(places), *_STAR.shape))
        self.distances = self._far(self._steps)
        worth = self._worth(self.distances, self._steps)
        for size in _STEPS:
            middle = self._steps[rows, worth.argmax(axis=1)]
            steps = middle[:, np.newaxis] + size * _COMPASS
            far = self._far(steps)
            worth = np.concatenate([worth, self._worth(far, steps)], axis=1)
            self._steps = np.concatenate([self._steps, steps], axis=1)
            self.distances = np.concatenate([self.distances, far], axis=1)
        self._best_step = worth.argmax(axis=1)
        self.evidence = worth.max(axis=1)

    def _far(self, steps: np.ndarray) -> np.ndarray:
        """Measure distances (datums, steps, points) with the reference moved by common errors."""
        moved = self._places[:, np.newaxis] - self._error * steps[:, :, np.newaxis]
        return self._misfit.distances(moved)

    def _worth(
        self, distances: np.ndarray, steps: np.ndarray, keep: np.ndarray | None = None
    ) -> np.ndarray:
        """Give the log likelihood of each step, with the step's own: a normal common error."""
        return np.asarray(self._misfit.together(distances, keep) - (steps**2).sum(axis=-1) / 2.0)

    @staticmethod
    def lead(evidence: np.ndarray, best: int) -> float:
        """Give how far the best is ahead of the next, in natural logarithms."""
        return float(evidence[best] - np.delete(evidence, best).max())

    def outcome(self, best: int, lead: float) -> Outcome:
        """Say whether the best datum is sure, or why not."""
        if self._vague(best):
            return "vague"
        if lead < SURE:
            return "mixed" if self._mixed() else "weak"
        if self._mixed():
            return "mixed"
        if self._other(best):
            return "other"
        # An accusation must not rest on a few stray points; that nothing is wrong may.
        return "hinges" if best != CLEAN and self._hinges(best) else "sure"

    def _vague(self, best: int) -> bool:
        """See whether the reference may be off by more than half the way to another datum."""
        ways = np.hypot(*(np.delete(self._shifts, best, axis=0) - self._shifts[best]).T)
        return bool(self._error > ways.min() / 2.0)

    def _hinges(self, best: int) -> bool:
        """See whether the lead is lost without its most telling witnesses."""
        at = self._best_step
        each = self._misfit.by_point(self.distances[np.arange(len(at)), at])
        means = log_mean(each)  # over the scales: (datums, points)
        says = means[best] - np.delete(means, best, axis=0).max(axis=0)
        count = int(np.ceil(WITNESSES * says.size))
        keep = np.argsort(-says, kind="stable")[count:]
        without = self._worth(self.distances, self._steps, keep).max(axis=1)
        return self.lead(without, best) < SURE

    def _other(self, best: int) -> bool:
        """See whether a shift that no datum has fits better than the best datum."""
        shifts = self._shifts
        lengths = np.hypot(*shifts[1:].T)
        rings = [*lengths, lengths.mean()]
        wrong = np.concatenate([length * _ROUND for length in rings])
        far = np.hypot(*(wrong[:, np.newaxis] - shifts).transpose(2, 0, 1))
        wrong = wrong[(far > _NEIGHBOUR * lengths.min()).all(axis=1)]
        moved = self._places[0] - wrong[:, np.newaxis]
        worth = self._misfit.together(self._misfit.distances(moved))
        return bool(worth.max(initial=-np.inf) > self.evidence[best])

    def _mixed(self) -> bool:
        """See whether two datums together explain much more than the best one alone."""
        each = self._misfit.by_point(self.distances[:, 0])  # (scales, datums, points)
        most = log_mean(each.max(axis=1).sum(axis=-1))  # no mixture explains more
        if most - self.evidence.max() < SURE:
            return False
        share = np.full((*each.shape[:2], 1), 1.0 / each.shape[1])
        for _ in range(_ROUNDS):
            joint = each + np.log(share)
            total = np.logaddexp.reduce(joint, axis=1, keepdims=True)
            own = np.exp(joint - total)
            share = np.maximum(own.mean(axis=2, keepdims=True), 1e-9)
        together = log_mean(total.sum(axis=(1, 2)))
        if together - self.evidence.max() < SURE:
            return False
        at = int(total.sum(axis=(1, 2)).argmax())
        second = np.sort(share[at, :, 0])[-2]
        sure = np.sort((own[at] > MIXED_SURE).sum(axis=1))[-2]
        return bool(second >= MIXED_SHARE and sure >= MIXED_POINTS)
