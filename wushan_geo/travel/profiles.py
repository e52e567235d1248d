"""How persons travel: a profile turns the minutes of vehicles into those of a person.

Three kinds. A walker (on foot or on wheels) goes the whole way by own force. A rider walks to the
road and takes a vehicle. A person who stays in bed is visited: the question turns round, and staff
ride from a base to the person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from wushan_geo.errors import ParameterError
from wushan_geo.travel.edges import EdgeMinutes
from wushan_geo.travel.matrix import TravelMatrix
from wushan_geo.travel.network import road_trips
from wushan_geo.travel.trips import METRES_A_KM, MINUTES_AN_HOUR, positive

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.study.travelling import ProfileConfig
    from wushan_geo.travel.places import Places
    from wushan_geo.travel.trips import Trips

Direction = Literal["to_facility", "from_facility"]

TOBLER_FALL, TOBLER_BEST = 3.5, 0.05  # decay with slope, and the downward slope that is fastest
NOT_ON_FOOT = "expressway"
RIDDEN = "ferry"  # the one class on which nobody goes at an own pace
# A grade given in per cent and a limit given as a share differ in the last digit at most.
GRADE_SLACK = 1 + 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class ProfileMinutes:
    """Minutes along each edge for one profile, and what had to be assumed for them."""

    minutes: EdgeMinutes
    """Minutes from `u` to `v` and back; infinite where this person cannot pass."""
    passable_m: float
    """Metres of road that this person can pass, where the slope matters; 0 if it never does."""
    unknown_grade_m: float
    """Metres among them whose grade is not known: they are used as if they were flat."""
    closed_edges: tuple[str, ...]
    """Edges that are open, but not to this person: expressways on foot, and what is too steep."""
    lived_on: NDArray[np.bool_]
    """True for each edge on which places keep hanging though this person cannot pass it: closed for
    a while, or too steep."""

    @property
    def unknown_grade_share(self) -> float:
        """Share of the passable metres whose grade is not known, from 0 to 1."""
        return self.unknown_grade_m / self.passable_m if self.passable_m else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class ProfileTimes:
    """Times of one profile as a matrix."""

    key: str
    """Name of the profile."""
    direction: Direction
    """``to_facility`` (persons go; villages are the origins) or ``from_facility`` (staff come;
    facilities are the origins)."""
    matrix: TravelMatrix
    """Minutes door to door, boarding included; infinite where there is no way, or none within the
    person's effort."""
    unknown_grade_share: float
    """Share of the passable metres whose grade is not known and counts as flat, from 0 to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class ProfileTrips:
    """Trips of one profile, of which one search gives the times at any road factor."""

    profile: ProfileConfig
    """The profile."""
    direction: Direction
    """``to_facility`` or ``from_facility``."""
    trips: Trips
    """Trips in that direction: with ``from_facility`` the facilities are the origins."""
    edges: ProfileMinutes
    """What the roads are for this person."""

    def times(self, factor: float = 1.0) -> ProfileTimes:
        """Make the times at one road factor.

        Parameters
        ----------
        factor
            Multiplier of the minutes along the roads, above 0.

        Returns
        -------
        ProfileTimes
            With a matrix that has no limit of its own: beyond the effort is infinite, for this
            person cannot get there.

        Raises
        ------
        ParameterError
            If the factor is not above 0, or the search did not go as far as the effort.

        Examples
        --------
        See ``tests/test_travel_profiles.py``.
        """
        trips, most = self.trips, self.profile.max_minutes
        walks = self.profile.kind == "walk"
        whole = trips.matrix(factor, most if walks and trips.reach is not None else None)
        costs = whole.dense()
        if most is not None:
            effort = costs if walks else np.add.outer(*_on_foot(trips))
            costs = np.where(effort <= most, costs, np.inf)
        matrix = TravelMatrix(whole.origin_ids, whole.destination_ids, "min", costs)
        return ProfileTimes(
            self.profile.key, self.direction, matrix, self.edges.unknown_grade_share
        )


def tobler_factor(grade: NDArray[np.float64]) -> NDArray[np.float64]:
    """Say how a slope changes a walking speed, as a multiplier of that on flat ground.

    exp(-3.5 abs(s + 0.05)) / exp(-3.5 x 0.05): Tobler (1993), Three presentations on geographical
    analysis and modeling, NCGIA Technical Report 93-1, scaled to 1 on flat ground. It is fastest at
    5 % downhill and was fitted to hikers on foot; it says nothing about wheels.

    Parameters
    ----------
    grade
        Slope in the direction of travel as rise / run (0.1 = 10 % up).

    Returns
    -------
    numpy.ndarray
        Multiplier of the speed, above 0; NaN where the grade is.

    Raises
    ------
    TypeError
        If the grade is not a number.

    Examples
    --------
    >>> (5.036742 * tobler_factor(np.array([-0.05, 0.0, 0.1, -0.3]))).round(6).tolist()
    [6.0, 5.036742, 3.549332, 2.501172]
    """
    factor: NDArray[np.float64] = np.exp(-TOBLER_FALL * (np.abs(grade + TOBLER_BEST) - TOBLER_BEST))
    return factor


def direction_of(profile: ProfileConfig) -> Direction:
    """Tell which way the trips of a profile go.

    Parameters
    ----------
    profile
        The profile.

    Returns
    -------
    str
        ``to_facility``, or ``from_facility`` for outreach.

    Raises
    ------
    AttributeError
        If `profile` is no profile.

    Examples
    --------
    >>> from wushan_geo.study.standard_profiles import STANDARD_PROFILES
    >>> direction_of(STANDARD_PROFILES["bedbound"])
    'from_facility'
    """
    return "from_facility" if profile.kind == "outreach" else "to_facility"


def uses_tobler(profile: ProfileConfig) -> bool:
    """Tell whether the speed of a profile follows the slope.

    Parameters
    ----------
    profile
        The profile.

    Returns
    -------
    bool
        True for a walker without a slope limit. With a limit the profile stands for wheels, for
        which Tobler's function was not calibrated: they go at their own speed wherever the slope
        is within the limit, and nowhere else.

    Raises
    ------
    AttributeError
        If `profile` is no profile.

    Examples
    --------
    >>> from wushan_geo.study.standard_profiles import STANDARD_PROFILES
    >>> uses_tobler(STANDARD_PROFILES["walker"]), uses_tobler(STANDARD_PROFILES["wheelchair"])
    (True, False)
    """
    return profile.kind == "walk" and profile.max_grade is None


def profile_minutes(
    roads: RoadNetwork, minutes: EdgeMinutes, profile: ProfileConfig
) -> ProfileMinutes:
    """Turn the minutes of vehicles along each edge into those of a person.

    Riders and staff take the vehicle's minutes. Walkers go at their own speed on every road that
    is open at all, both ways (one-way streets bind vehicles only), but for expressways; a season
    that slows vehicles does not change their pace. A ferry carries everyone in its own minutes. A
    walker's speed follows the slope after :func:`tobler_factor` where it is known; edges steeper
    than the profile's largest grade, up or down, are closed to it. Where the grade is not known
    an edge counts as flat, and its metres are counted.

    Who lives on a road that is too steep lives there all the same: places keep hanging on it and
    are cut off, as on a road that is closed for a while. An expressway is nobody's way in on foot.

    Parameters
    ----------
    roads
        Road network.
    minutes
        Minutes of a vehicle along each edge, whatever the condition or scenario; infinite both
        ways where an edge is closed to everyone.
    profile
        How the person travels.

    Returns
    -------
    ProfileMinutes
        The person's minutes, and what is not known of the slopes.

    Raises
    ------
    ParameterError
        If the minutes are of another network, or the speed is not a finite number above 0.

    Examples
    --------
    See ``tests/test_travel_profiles.py``.
    """
    if minutes.forward.shape != roads.length_m.shape:
        message = "minutes must be those of the edges of this network, one for each edge."
        raise ParameterError(message)
    speed = positive(profile.speed_kmh, "speed_kmh")
    walks = profile.kind == "walk"
    open_to_some = minutes.passable
    ferry = roads.road_class == RIDDEN
    steep = foreign = np.zeros(roads.length_m.size, dtype=bool)
    if profile.max_grade is not None:
        steep = ~ferry & (np.abs(roads.grade) > profile.max_grade * GRADE_SLACK)
    if walks:
        foreign = roads.road_class == NOT_ON_FOOT
        ways = _on_own_way(roads, minutes, speed, sloped=uses_tobler(profile))
    else:
        ways = minutes.forward, minutes.backward
    refused = steep | foreign
    passes = open_to_some & ~refused
    matters = passes & ~ferry & (walks or profile.max_grade is not None)
    return ProfileMinutes(
        EdgeMinutes(*(np.where(refused, np.inf, one) for one in ways)),
        float(roads.length_m[matters].sum()),
        float(roads.length_m[matters & np.isnan(roads.grade)].sum()),
        tuple(roads.edge_ids[open_to_some & refused].tolist()),
        (roads.for_a_while | (open_to_some & steep)) & ~foreign,
    )


def profile_trips(
    roads: RoadNetwork,
    homes: Places,
    facilities: Places,
    *,
    profile: ProfileConfig,
    minutes: EdgeMinutes,
    reach: float | None = None,
) -> ProfileTrips:
    """Search the roads once for one profile, in the direction in which it travels.

    The way between a point and the road goes at the profile's own speed. Boarding is charged once
    where the trip starts: at home for a ride, at the base for outreach. A place whose own road is
    too steep for this person hangs on it still, and is cut off between its ends.

    Parameters
    ----------
    roads
        Road network.
    homes, facilities
        Places; their own minutes (the way within the village) are charged as they are and must not
        hold the boarding of the study.
    profile
        How the person travels.
    minutes
        Minutes of a vehicle along each edge.
    reach
        Road minutes up to which to search; None finds everything. Only a walker with a largest
        effort may be given one: the effort divided by the smallest factor asked for later.

    Returns
    -------
    ProfileTrips
        Trips from homes to facilities, or from facilities to homes for outreach.

    Raises
    ------
    ParameterError
        If the minutes are of another network, a reach is given where nothing limits the trip, or
        nobody could enter any edge.
    UnknownIdError
        If a place names an unknown node.

    Examples
    --------
    See ``tests/test_travel_profiles.py``.
    """
    if reach is not None and (profile.kind != "walk" or profile.max_minutes is None):
        message = "reach is for walkers with a largest effort only. Leave it out."
        raise ParameterError(message)
    direction = direction_of(profile)
    start, end = (homes, facilities) if direction == "to_facility" else (facilities, homes)
    boarding = 0.0 if profile.kind == "walk" else profile.boarding_min
    edges = profile_minutes(roads, minutes, profile)
    trips = road_trips(
        _hung_on(roads, edges),
        replace(start, minutes=start.minutes + boarding),
        end,
        minutes=edges.minutes,
        snap_speed_kmh=profile.speed_kmh,
        reach=reach,
    )
    return ProfileTrips(profile, direction, trips, edges)


def profile_matrix(
    roads: RoadNetwork,
    homes: Places,
    facilities: Places,
    *,
    profile: ProfileConfig,
    minutes: EdgeMinutes,
    factor: float = 1.0,
) -> ProfileTimes:
    """Work out the times of one profile: :func:`profile_trips` at one road factor.

    Parameters
    ----------
    roads
        Road network.
    homes, facilities
        Places; their own minutes are charged as they are.
    profile
        How the person travels.
    minutes
        Minutes of a vehicle along each edge.
    factor
        Multiplier of the minutes along the roads, above 0.

    Returns
    -------
    ProfileTimes
        Minutes from village to facility, or from facility to village for outreach.

    Raises
    ------
    ParameterError
        If the minutes are of another network, the factor is not above 0, or nobody could enter
        any edge.
    UnknownIdError
        If a place names an unknown node.

    Examples
    --------
    See ``tests/test_travel_profiles.py``.
    """
    trips = profile_trips(roads, homes, facilities, profile=profile, minutes=minutes)
    return trips.times(factor)


def _on_own_way(
    roads: RoadNetwork, minutes: EdgeMinutes, speed: float, *, sloped: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give a walker's minutes both ways: own pace where anything can go, and the ferry's on it."""
    flat = roads.length_m * (MINUTES_AN_HOUR / METRES_A_KM) / speed
    flat = np.where(minutes.passable, flat, np.inf)
    slope = np.nan_to_num(roads.grade) if sloped else np.zeros(flat.size)
    ferry = roads.road_class == RIDDEN
    return (
        np.where(ferry, minutes.forward, flat / tobler_factor(slope)),
        np.where(ferry, minutes.backward, flat / tobler_factor(-slope)),
    )


def _hung_on(roads: RoadNetwork, edges: ProfileMinutes) -> RoadNetwork:
    """Let places hang where they would if this person could pass everything that has a way in."""
    if (edges.lived_on == roads.for_a_while).all():
        return roads
    return replace(roads, for_a_while=edges.lived_on)


def _on_foot(trips: Trips) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the minutes on foot between the road and each end, origins and destinations."""
    table = trips.snaps
    start, end = (
        table.loc[table["role"] == role, "snap_min"].to_numpy(dtype=np.float64)
        for role in ("origin", "destination")
    )
    return start, end
