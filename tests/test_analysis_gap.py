"""The causes of the gap of a study: by hand for the example county, and as sums."""

from __future__ import annotations

import pandas as pd
from analysed import COUNTY, analysis_of, asked_of, rows, times_of
from built_in import study_of

from wushan_geo.analysis.gap import cause_rows
from wushan_geo.analysis.supply import allocated


def causes(**wanted: object) -> pd.DataFrame:
    return rows(analysis_of("example").tables["causes"], **wanted)


def test_a_village_in_reach_with_places_left_is_served() -> None:
    own = causes(level="village", service="day_care", limit=30.0, zone_id="990101001001")

    assert own["cause"].tolist() == ["served"]
    assert own["persons"].item() == study_of("example").group("eligible_day_care")["990101001001"]


def test_a_closed_road_is_a_matter_of_roads() -> None:
    # Z5 hangs on a village road of 36 minutes, since the shorter one is closed, and the nearest
    # candidate, C02 at Z2, is 26 minutes away: at 20 minutes no site helps, at 30 it would.
    at = {
        limit: causes(level="village", service="day_care", limit=limit, zone_id="990101001205")
        for limit in (20.0, 30.0)
    }

    assert at[20.0]["cause"].item() == "roads"
    assert at[30.0]["cause"].item() == "siting"


def test_a_service_without_named_sites_is_undetermined() -> None:
    own = causes(level="county", service="county_rehab", limit=90.0).set_index("cause")

    assert own.loc["undetermined", "places"] > 0
    assert own.loc[["siting", "roads"], "places"].sum() == 0


def test_persons_wait_only_at_the_default_limit() -> None:
    for limit, waits in ((20.0, False), (30.0, True), (45.0, False)):
        own = causes(level="county", service="day_care", limit=limit).set_index("cause")
        assert bool(own.loc["capacity", "persons"] > 0) == waits


def test_townships_and_county_are_the_sums_of_villages() -> None:
    keys = ["service", "limit", "cause"]
    villages = causes(level="village").groupby(keys)[["places", "persons"]].sum()

    for level in ("township", "county"):
        sums = causes(level=level).groupby(keys)[["places", "persons"]].sum()
        pd.testing.assert_frame_equal(sums.loc[villages.index], villages)
    assert set(causes(level="county")["zone_id"]) == {COUNTY}


def test_without_times_nothing_is_told_apart() -> None:
    study = study_of("wushan-facts")
    gaps = analysis_of("wushan-facts").tables["gaps"]

    found = pd.concat(list(cause_rows(study, gaps, None, {}, {})))

    assert set(found.loc[found["places"] > 0, "cause"]) == {"unknown"}


def test_without_an_allocation_everyone_in_reach_is_only_in_reach() -> None:
    study, gaps = study_of("example"), analysis_of("example").tables["gaps"]
    matrix = times_of("example").central

    plain, full = (
        pd.concat(list(cause_rows(study, gaps, matrix, {}, given)))
        for given in ({}, {"day_care": allocated(asked_of("day_care"))})
    )

    def persons(table: pd.DataFrame, cause: str) -> float:
        own = rows(table, level="county", service="day_care", limit=30.0, cause=cause)
        return float(own["persons"].item())

    assert persons(plain, "capacity") == 0
    assert persons(plain, "in_reach") == persons(full, "served") + persons(full, "capacity")
    # One village in reach has no count: nobody can say whether its people have a place.
    own = rows(full, level="county", service="day_care", limit=30.0, cause="in_reach")
    assert own["places"].item() == 1
    assert own["persons"].isna().item()


def test_another_rule_of_admission_would_help_some() -> None:
    own = causes(level="county", service="sheltered_employment", limit=30.0).set_index("cause")

    # Four villages of township S lie 12 to 29 minutes from F01, which admits its own people only.
    assert own.loc["siting", "persons_by_admission"] == 10
    assert own.loc["siting", "persons_by_admission"] <= own.loc["siting", "persons"]
