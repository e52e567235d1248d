"""The datum guard: what it finds, what it leaves alone, and what it cannot tell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Geod

from wushan_geo.errors import ParameterError
from wushan_geo.sources.datum import CANNOT_TELL, DATUMS, Reference, convert, guard, outside
from wushan_geo.sources.datum.likelihood import Misfit
from wushan_geo.sources.datum.plane import Plane
from wushan_geo.sources.datum.weighing import MOST_POINTS, weigh

PLANE = Plane(109.87, 31.1)
REACH = 20_000.0


def seats(
    rng: np.random.Generator, count: int, error: float, *, common: bool = False, off: float = 100.0
) -> tuple[np.ndarray, np.ndarray, Reference]:
    """Draw points, and the seats near them with the error of the list of seats."""
    true = rng.uniform(-REACH, REACH, (count, 2))
    seen = true + rng.normal(0, error, (1 if common else count, 2))
    lon, lat = PLANE.round(true + rng.normal(0, off, (count, 2)))
    places = shapely.points(np.column_stack(PLANE.round(seen)))
    return lon, lat, Reference("places", np.asarray(places), max(error, 1.0), "seats")


def squares(rng: np.random.Generator, count: int, side: float, error: float) -> Any:
    """Draw points in square zones of their own, and the zones with an error of the border."""
    middle = rng.uniform(-REACH, REACH, (count, 2))
    inside = middle + rng.uniform(-side / 2, side / 2, (count, 2))
    seen = middle + rng.normal(0, error, (count, 2))
    boxes = shapely.box(*(seen - side / 2).T, *(seen + side / 2).T)
    zones = shapely.transform(boxes, lambda at: np.column_stack(PLANE.round(at)))
    return (*PLANE.round(inside), Reference("zones", np.asarray(zones, dtype=object), error))


def streets(rng: np.random.Generator, count: int, error: float) -> Any:
    """Draw points beside roads 3 km apart."""
    ends = np.arange(-REACH, REACH + 1, 3000.0) + rng.normal(0, 300, 14)
    lines = [[(-REACH, at), (REACH, at + 2000)] for at in ends]
    lines += [[(at, -REACH), (at - 1000, REACH)] for at in ends]
    roads = shapely.linestrings(lines)
    own = roads[rng.integers(0, len(roads), count)]
    way = shapely.line_interpolate_point(own, rng.uniform(0, 2 * REACH, count))
    true = shapely.get_coordinates(way) + rng.normal(0, 30, (count, 2))
    seen = shapely.transform(roads, lambda at: at + rng.normal(0, error, (1, 2)))
    known = shapely.transform(seen, lambda at: np.column_stack(PLANE.round(at)))
    return (*PLANE.round(true), Reference("lines", np.asarray(known, dtype=object), error))


@pytest.mark.slow
@pytest.mark.parametrize("common", [False, True])
def test_clean_points_are_accused_in_fewer_than_one_of_a_hundred_trials(
    common: bool,  # noqa: FBT001 -- pytest gives it
) -> None:
    rng = np.random.default_rng([2026, common])
    said = []
    for _ in range(500):
        weighing = weigh(*seats(rng, 10, 100.0, common=common))
        said.append(weighing.best if weighing.outcome == "sure" else CANNOT_TELL)

    accused = sum(one in {"gcj02", "bd09"} for one in said)
    assert accused < 5
    assert said.count("wgs84") > 400


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
@pytest.mark.parametrize("common", [False, True])
def test_a_shift_is_found_in_nearly_all_trials(
    datum: str,
    common: bool,  # noqa: FBT001 -- pytest gives it
) -> None:
    rng = np.random.default_rng([7, common])
    found = 0
    for _ in range(60):
        lon, lat, places = seats(rng, 10, 100.0, common=common)
        weighing = weigh(*convert(lon, lat, "wgs84", datum), places)
        found += weighing.outcome == "sure" and weighing.best == datum

    assert found >= (50 if common else 57)


@pytest.mark.parametrize("datum", DATUMS)
def test_roads_and_zones_tell_the_datum_too(datum: str) -> None:
    rng = np.random.default_rng(5)
    for lon, lat, reference in (streets(rng, 20, 20.0), squares(rng, 40, 3000.0, 30.0)):
        weighing = weigh(*convert(lon, lat, "wgs84", datum), reference)

        assert (weighing.best, weighing.outcome) == (datum, "sure")


@pytest.mark.parametrize("datum", DATUMS)
@pytest.mark.parametrize("error", [600.0, 1000.0, 2000.0])
def test_against_vague_references_it_cannot_tell(datum: str, error: float) -> None:
    rng = np.random.default_rng(11)
    for _ in range(10):
        lon, lat, places = seats(rng, 60, error)
        verdict = guard(*convert(lon, lat, "wgs84", datum), [places])

        assert (verdict.verdict, verdict.cause) == (CANNOT_TELL, "vague")
        assert f"{error:.0f}" in verdict.reason[0]
        assert f"{error:.0f}" in verdict.reason[1]


def test_few_points_cannot_tell_and_points_in_one_place_are_one() -> None:
    lon, lat, places = seats(np.random.default_rng(3), 4, 20.0)
    x, y = convert(lon, lat, "wgs84", "bd09")

    few = guard(x, y, [places])
    again = guard(np.tile(x, 9), np.tile(y, 9), [places.kept(np.tile(np.arange(4), 9))])

    assert (few.verdict, few.cause, few.used) == (CANNOT_TELL, "few", 4)
    assert (again.verdict, again.cause, again.used) == (CANNOT_TELL, "few", 4)
    assert guard(x, y, []).cause == "none"


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_a_mixture_is_called_one(datum: str, share: float) -> None:
    lon, lat, places = seats(np.random.default_rng(4), 30, 20.0, off=20.0)
    shifted = np.arange(30) < 30 * share
    x, y = convert(lon, lat, "wgs84", datum)

    verdict = guard(np.where(shifted, x, lon), np.where(shifted, y, lat), [places])

    assert (verdict.verdict, verdict.cause) == (CANNOT_TELL, "mixed")


def test_a_shift_that_no_datum_has_is_none_of_the_three() -> None:
    lon, lat, places = seats(np.random.default_rng(6), 30, 20.0, off=20.0)
    moved = PLANE.round(PLANE.flat(lon, lat) + np.array([-350.0, -250.0]))

    verdict = guard(*moved, [places])

    assert (verdict.verdict, verdict.cause) == (CANNOT_TELL, "other")


def test_one_stray_point_accuses_nobody() -> None:
    lon, lat, zones = squares(np.random.default_rng(8), 40, 6000.0, 20.0)
    # All but one in the middle of their zones say nothing; that one lies some 240 m south of its
    # own, where GCJ-02 would have brought it.
    middle = shapely.get_coordinates(shapely.centroid(zones.shapes))
    lon, lat = middle[:, 0].copy(), middle[:, 1].copy()
    edge = shapely.bounds(zones.shapes[0])[1]
    lon[0], lat[0] = convert(lon[0], edge + 0.0002, "wgs84", "gcj02")

    weighing = weigh(lon, lat, zones)

    assert weighing.best == "gcj02"
    assert weighing.ratio > 100
    assert weighing.outcome == "hinges"


def test_references_that_contradict_each_other_decide_nothing() -> None:
    lon, lat, places = seats(np.random.default_rng(9), 30, 20.0)
    at = shapely.get_coordinates(places.shapes)
    moved = np.column_stack(convert(at[:, 0], at[:, 1], "gcj02", "wgs84"))
    other = Reference("places", np.asarray(shapely.points(moved)), 20.0, "other")

    verdict = guard(lon, lat, [places, other])

    assert [one.best for one in verdict.weighings] == ["wgs84", "gcj02"]
    assert (verdict.verdict, verdict.cause) == (CANNOT_TELL, "contradiction")


def test_a_vague_reference_beside_a_sharp_one_takes_nothing_away() -> None:
    rng = np.random.default_rng(10)
    lon, lat, places = seats(rng, 20, 50.0)
    vague = Reference("places", places.shapes, 1500.0, "vague")

    verdict = guard(*convert(lon, lat, "wgs84", "gcj02"), [vague, places])

    assert verdict.verdict == "gcj02"
    assert verdict.likelihood_ratio >= 100
    assert verdict.shift_m == pytest.approx(530, abs=25)


def test_rows_in_any_order_and_gaps_give_the_same_answer() -> None:
    rng = np.random.default_rng(12)
    lon, lat, places = seats(rng, 25, 50.0)
    x, y = convert(lon, lat, "wgs84", "bd09")
    kept = x.copy(), y.copy()
    first = guard(x, y, [places])

    order = rng.permutation(25)
    again = guard(x[order], y[order], [places.kept(order)])
    gaps = guard(
        np.append(x, [np.nan, 109.8]),
        np.append(y, [31.0, np.nan]),
        [places.kept(np.append(np.arange(25), [0, 0]))],
    )

    assert first.fits == again.fits == gaps.fits
    assert first.used == gaps.used == 25
    np.testing.assert_array_equal(kept, (x, y))


def test_many_points_are_thinned_and_points_without_a_reference_left_out() -> None:
    lon, lat, places = seats(np.random.default_rng(13), 900, 50.0)
    shapes = places.shapes.copy()
    shapes[:300] = None

    weighing = weigh(lon, lat, Reference("places", shapes, 50.0))

    assert weighing.used == MOST_POINTS
    assert (weighing.best, weighing.outcome) == ("wgs84", "sure")


def test_exchanged_points_are_noticed_and_put_right() -> None:
    lon, lat, places = seats(np.random.default_rng(14), 20, 50.0)
    x, y = convert(lon, lat, "wgs84", "gcj02")

    verdict = guard(y, x, [places])

    assert verdict.swapped
    assert verdict.verdict == "gcj02"
    assert not guard(x, y, [places]).swapped


def test_the_table_tells_metres_for_each_datum() -> None:
    lon, lat, places = seats(np.random.default_rng(15), 40, 1.0, off=0.0)
    table = guard(*convert(lon, lat, "wgs84", "gcj02"), [places]).table()

    assert table["reference"].tolist() == ["seats"] * 3
    assert table["datum"].tolist() == list(DATUMS)
    assert table["log_likelihood"].max() == 0
    far = table.set_index("datum")["mean_m"]
    assert far["gcj02"] < 5
    assert far["wgs84"] == pytest.approx(530, abs=25)


def test_points_outside_the_county_are_listed_in_the_datum_found() -> None:
    lon, lat, places = seats(np.random.default_rng(16), 20, 50.0)
    west, south, east, north = lon.min() - 0.001, lat.min() - 0.001, lon.max(), lat.max()
    county = shapely.box(west, south, east - 0.0001, north + 0.001)

    verdict = guard(*convert(lon, lat, "wgs84", "gcj02"), [places], county)

    assert [at for at, _ in verdict.outside] == [int(lon.argmax())]
    assert verdict.outside[0][1] == pytest.approx(0.0095, abs=0.002)


def test_the_density_of_a_point_adds_up_to_one() -> None:
    zone = PLANE.round(
        np.array([(-900.0, -600.0), (900.0, -600.0), (900.0, 600.0), (-900.0, 600.0)])
    )
    shapes = np.array([shapely.polygons(np.column_stack(zone)), shapely.Point(109.87, 31.1)])
    step = 100.0
    axis = np.arange(-15_000, 15_001, step)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 1, 2)
    for kind, shape in zip(("zones", "places"), shapes, strict=True):
        misfit = Misfit(Reference(kind, np.array([shape], dtype=object), 50.0), PLANE)
        density = np.exp(misfit.by_point(misfit.distances(grid)))

        total = density.sum(axis=(1, 2)) * step**2
        assert total[2:6] == pytest.approx(1.0, abs=0.02)


def test_a_network_is_no_likelier_than_the_land_it_covers() -> None:
    lines = shapely.linestrings([[(109.8, 31.0 + at), (109.9, 31.0 + at)] for at in (0, 0.001)])
    misfit = Misfit(Reference("lines", np.asarray(lines), 50.0), PLANE)
    flat = PLANE.shapes(np.asarray(lines))
    hull = shapely.convex_hull(shapely.union_all(flat))

    room = np.exp(-misfit.by_point(np.zeros((1, 1)))[:, 0, 0])

    assert room[-1] == pytest.approx(shapely.buffer(hull, misfit.scales[-1]).area, rel=1e-9)


@pytest.mark.parametrize(
    ("kind", "error", "message"),
    [
        ("places", 0.0, "metres above 0"),
        ("places", float("nan"), "metres above 0"),
        ("zones", 50.0, "cannot be made of: point"),
        ("roads", 50.0, "cannot be made of: point"),
    ],
)
def test_a_reference_needs_an_error_and_the_right_shapes(
    kind: Any, error: float, message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        Reference(kind, np.asarray(shapely.points([[109.8, 31.0]])), error)


def test_longitudes_and_latitudes_must_be_as_many() -> None:
    with pytest.raises(ParameterError, match="3 longitudes and 2 latitudes"):
        guard([1.0, 2.0, 3.0], [1.0, 2.0], [])


def test_the_distance_to_the_border_is_geodesic() -> None:
    county = shapely.Polygon([(109.6, 30.8), (110.1, 30.9), (110.0, 31.4), (109.7, 31.3)])
    lon = np.array([109.9, 110.3, 109.2, 116.4, np.nan, 109.6])
    lat = np.array([31.1, 31.2, 30.7, 39.9, 31.0, 30.8])
    dense = shapely.get_coordinates(shapely.segmentize(county.exterior, 1e-4))
    globe = Geod(ellps="GRS80")

    far = outside(lon, lat, county)

    assert np.isnan(far).tolist() == [True, False, False, False, True, True]
    for at in (1, 2, 3):
        ends = np.full(len(dense), lon[at]), np.full(len(dense), lat[at])
        nearest = globe.inv(*ends, dense[:, 0], dense[:, 1])[2].min() / 1000
        assert far[at] == pytest.approx(nearest, abs=0.002)
