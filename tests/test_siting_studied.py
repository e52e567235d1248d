"""What a study asks of siting, by plain loops over the tables of the example county."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from analysed import times_of
from built_in import study_of

from wushan_geo.access.eligibility import group_count
from wushan_geo.errors import UnknownIdError
from wushan_geo.siting.studied import SiteRequest, admitted_matrix, site_request
from wushan_geo.study.candidates import ScreeningConfig

if TYPE_CHECKING:
    from wushan_geo.study.config import SitingConfig
    from wushan_geo.study.study import Study
    from wushan_geo.travel.matrix import TravelMatrix

UNKNOWN = "990101002206"  # the village of the example whose count is not known


def minutes() -> TravelMatrix:
    return times_of("example").central


def settings_of(study: Study, **changes: Any) -> SitingConfig:
    assert study.config.siting is not None
    return replace(study.config.siting, **changes)


def request_of(study: Study, **changes: Any) -> SiteRequest:
    found = site_request(study, settings_of(study, **changes), minutes())
    assert found is not None
    return found


@cache
def asked() -> SiteRequest:
    """Give the request of the example as it stands; not to be changed."""
    return request_of(study_of("example"))


def changed(study: Study, facility: str, **values: Any) -> Study:
    """Give a study one of whose facilities says something else."""
    table = study.facilities.copy()
    at = int(np.flatnonzero((table["facility_id"] == facility).to_numpy())[0])
    for column, value in values.items():
        held = table[column].astype(object).to_list()
        held[at] = value
        table[column] = held
    return replace(study, facilities=table)


def test_open_facilities_that_list_the_service_stand_already() -> None:
    # F04 does not say what it offers, F05 is closed, F06 planned; F07 and F10 offer other things.
    assert asked().existing == ("F01", "F02", "F03", "F08", "F09")
    assert asked().service == "day_care"


def test_candidates_are_those_that_could_offer_the_service() -> None:
    assert asked().candidates == tuple(f"C{at:02d}" for at in range(1, 12))
    study = study_of("example")
    study = changed(study, "C03", services=None)
    study = changed(study, "C04", services=frozenset({"sheltered_employment"}))
    found = request_of(study)
    assert "C03" in found.candidates  # a silent one could offer any
    assert "C04" not in found.candidates
    assert "C04" not in found.matrix.destination_ids


def test_another_service_has_other_facilities() -> None:
    found = request_of(study_of("example"), measured_by="sheltered_employment")

    assert found.existing == ("F01", "F02")


def test_minutes_are_those_of_the_matrix_where_persons_are_admitted_and_infinite_elsewhere() -> (
    None
):
    study, matrix = study_of("example"), minutes()
    facilities = study.facilities.set_index("facility_id")
    dense, own = matrix.dense(), asked().matrix.dense()
    assert asked().matrix.destination_ids == (*asked().candidates, *asked().existing)
    closed = 0
    for at, village in enumerate(asked().matrix.origin_ids):
        for to, site in enumerate(asked().matrix.destination_ids):
            told = dense[matrix.origin_ids.index(village), matrix.destination_ids.index(site)]
            home: Any = facilities.loc[site, "zone_id"]
            admits = facilities.loc[site, "admits"]
            inside = isinstance(home, str)
            admitted = (
                (inside and home[:9] == village[:9])
                or admits == "anyone"
                or (inside and admits == "county")
            )
            assert own[at, to] == (told if admitted else np.inf)
            closed += not admitted
    assert closed > 0


def test_new_sites_admit_as_the_study_says_and_existing_ones_as_they_do() -> None:
    study = study_of("example")
    found = request_of(study, admits="township")
    dense = found.matrix.dense()
    for at, village in enumerate(found.matrix.origin_ids):
        for to, site in enumerate(found.matrix.destination_ids):
            if site in found.candidates and found.zones[site] != village[:9]:
                assert dense[at, to] == np.inf
    county = found.matrix.destination_ids.index("F02")
    assert dense[:, county].tolist() == asked().matrix.dense()[:, county].tolist()


def test_persons_are_those_of_the_demand_group_and_an_unknown_count_is_named() -> None:
    counted = group_count(study_of("example"), "eligible_day_care").persons
    for village in asked().matrix.origin_ids:
        known = counted[village]
        assert asked().persons[village] == (0.0 if village == UNKNOWN else known)
    assert asked().without_count == (UNKNOWN,)
    assert asked().persons.sum() == 154
    assert tuple(asked().persons.index) == asked().matrix.origin_ids
    assert asked().counted == "eligible_day_care"


def test_an_uptake_takes_a_part_of_the_persons_and_says_so() -> None:
    found = request_of(study_of("example"), uptake=0.25)

    assert found.persons.tolist() == (asked().persons * 0.25).tolist()
    assert found.counted == "eligible_day_care, uptake 0.25"


def test_townships_of_sites_and_villages_are_those_of_the_tables() -> None:
    study = study_of("example")
    for one, home in zip(study.facilities["facility_id"], study.facilities["zone_id"], strict=True):
        assert asked().zones.get(one) == (home[:9] if isinstance(home, str) else None)
    assert {"F08", "F09"}.isdisjoint(asked().zones)
    assert asked().homes == dict(
        zip(study.villages["zone_id"], study.villages["parent_id"], strict=True)
    )


def test_the_basis_is_the_weakest_of_what_a_plan_rests_on() -> None:
    assert asked().basis == "measured"
    study = changed(study_of("example"), "C05", basis="modelled")
    assert request_of(study).basis == "modelled"
    study = changed(study, "C05", services=frozenset({"sheltered_employment"}))
    assert request_of(study).basis == "measured"  # it is no candidate for this service


def test_the_basis_counts_what_screening_rests_on() -> None:
    study = study_of("example")
    told = {
        "facility_id": ["C01", "C02"],
        "hazard": ["no", "yes"],
        "basis": ["inferred", "modelled"],
    }
    study = replace(study, candidates=pd.DataFrame(told))

    assert request_of(study).basis == "measured"  # nothing is screened
    found = request_of(study, screening=ScreeningConfig(hazard="exclude"))
    assert "C02" not in found.candidates
    assert found.basis == "modelled"  # the plan rests on that
    other = changed(study, "C02", services=frozenset({"sheltered_employment"}))
    assert request_of(other, screening=ScreeningConfig(hazard="exclude")).basis == "inferred"


def test_the_order_of_facilities_plays_no_part() -> None:
    study = study_of("example")
    turned = replace(study, facilities=study.facilities.iloc[::-1].reset_index(drop=True))
    found = request_of(turned)

    assert (found.existing, found.candidates) == (asked().existing, asked().candidates)
    assert found.matrix.destination_ids == asked().matrix.destination_ids
    assert found.matrix.dense().tolist() == asked().matrix.dense().tolist()
    assert found.zones == asked().zones


def test_nobody_known_or_no_candidate_makes_no_request() -> None:
    study = study_of("example")
    assert site_request(study, settings_of(study, demand="no such group"), minutes()) is None
    few = study.facilities[~study.facilities["facility_id"].str.startswith("C").to_numpy()]
    assert site_request(replace(study, facilities=few), settings_of(study), minutes()) is None
    without = minutes().select(destinations=["F01", "F02"])
    assert site_request(study, settings_of(study), without) is None


def test_a_candidate_or_facility_that_the_matrix_does_not_have_plays_no_part() -> None:
    study = study_of("example")
    few = minutes().select(destinations=["F01", "C02", "C01", "F05"])
    found = site_request(study, settings_of(study), few)

    assert found is not None
    assert (found.existing, found.candidates) == (("F01",), ("C01", "C02"))
    assert found.matrix.destination_ids == ("C01", "C02", "F01")


def test_the_study_and_its_matrix_stay_as_they_were() -> None:
    study, matrix = study_of("example"), minutes()
    before = study.facilities.copy(), study.villages.copy(), matrix.dense().copy()
    request_of(study)

    assert study.facilities.equals(before[0])
    assert study.villages.equals(before[1])
    assert np.array_equal(matrix.dense(), before[2])


def test_other_minutes_take_the_shape_of_the_request() -> None:
    study = study_of("example")
    high = times_of("example").high
    found = admitted_matrix(study, settings_of(study), high, asked().candidates)

    assert found.destination_ids == asked().matrix.destination_ids
    assert found.origin_ids == asked().matrix.origin_ids
    dense, own = found.dense(), asked().matrix.dense()
    assert bool((dense >= own).all())
    assert np.array_equal(np.isfinite(dense), np.isfinite(own))
    few = admitted_matrix(study, settings_of(study), high, ("C02",))
    assert few.destination_ids == ("C02", *asked().existing)


def test_fewer_candidates_leave_the_rest_as_it_was() -> None:
    few = asked().only(("C02", "C07"))

    assert few.candidates == ("C02", "C07")
    assert few.matrix.destination_ids == ("C02", "C07", *asked().existing)
    assert few.existing == asked().existing
    assert few.persons is asked().persons
    for wrong in ("X", "F01"):  # unknown, or open already
        with pytest.raises(UnknownIdError, match=f"no candidates of the request: {wrong}"):
            asked().only((wrong, "C02"))


def test_some_villages_keep_their_order_their_persons_and_the_names_of_the_unknown() -> None:
    some = [UNKNOWN, "990101001001"]
    few = asked().of_villages(some)

    assert few.matrix.origin_ids == tuple(some)
    assert few.persons.to_dict() == {UNKNOWN: 0.0, "990101001001": 9.0}
    assert few.without_count == (UNKNOWN,)
    assert few.matrix.dense()[1].tolist() == asked().matrix.dense()[0].tolist()
    assert asked().of_villages(["990101001001"]).without_count == ()
    with pytest.raises(UnknownIdError):
        asked().of_villages(["X"])
