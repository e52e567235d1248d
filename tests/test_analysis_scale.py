"""Whether an answer depends on the level at which one looks: the example county by hand."""

from __future__ import annotations

import expected_example as expected
import pandas as pd
import pytest
from analysed import analysis_of, rows
from built_in import study_of

from wushan_geo.analysis.scale import scale_rows
from wushan_geo.errors import ParameterError


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    table = analysis_of("example").tables["scale"]
    return rows(table, service="day_care", limit=30.0).set_index("zone_id")


def test_the_seat_is_the_village_marked_as_such(found: pd.DataFrame) -> None:
    villages = study_of("example").villages
    seats = villages[villages["is_seat"].to_numpy(dtype=bool)]

    assert set(found["seat"]) == set(seats["zone_id"])
    assert (found["seat"].str[:9] == found.index).all()


def test_the_seats_minutes_are_those_worked_out_by_hand(found: pd.DataFrame) -> None:
    by_zone = {one.zone_id: one for one in expected.VILLAGES.values()}

    checked = 0
    for row in found.itertuples():
        one = by_zone.get(row.seat)
        if one is not None and one.classes[1] != "unknown":
            assert row.seat_minutes == one.anywhere
            assert row.as_one == ("yes" if one.anywhere <= 30 else "no")
            checked += 1
    assert checked >= 3


def test_a_township_is_reached_from_the_stated_share_of_its_persons(found: pd.DataFrame) -> None:
    for row in found.itertuples():
        sure = row.persons_reached / row.persons
        most = (row.persons_reached + row.persons_unknown) / row.persons
        expected_verdict = "yes" if sure >= 0.5 else "no" if most < 0.5 else "unknown"
        assert row.by_villages == expected_verdict


def test_a_flip_is_where_both_are_known_and_differ(found: pd.DataFrame) -> None:
    for row in found.itertuples():
        known = "unknown" not in {row.as_one, row.by_villages}
        flips = "unknown" if not known else "yes" if row.as_one != row.by_villages else "no"
        assert row.flips == flips


def test_the_share_asked_for_decides(found: pd.DataFrame) -> None:
    study, gaps = study_of("example"), analysis_of("example").tables["gaps"]

    strict = pd.concat(list(scale_rows(study, gaps, 1.0)), ignore_index=True)

    own = rows(strict, service="day_care", limit=30.0).set_index("zone_id")
    assert (own["by_villages"] != found["by_villages"]).any()
    with pytest.raises(ParameterError, match="share"):
        list(scale_rows(study, gaps, 1.5))


def test_places_and_persons_are_those_of_the_gaps(found: pd.DataFrame) -> None:
    own = rows(analysis_of("example").tables["gaps"], service="day_care", limit=30.0)

    assert found["persons"].sum() == own["eligible"].sum()
    assert found["places"].sum() == own["eligible"].notna().sum()
    reached = own[own["class"].isin(["effective", "neighbour"]).to_numpy()]
    assert found["persons_reached"].sum() == reached["eligible"].sum()


def test_without_marked_seats_the_seats_verdict_is_not_known() -> None:
    from dataclasses import replace

    study = study_of("example")
    bare = replace(study, villages=study.villages.drop(columns="is_seat"))
    gaps = analysis_of("example").tables["gaps"]

    found = pd.concat(list(scale_rows(bare, gaps, 0.5)), ignore_index=True)

    assert set(found["as_one"]) == {"unknown"}
    assert set(found["flips"]) == {"unknown"}
