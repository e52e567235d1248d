"""What a planner who read every page of a proposal found amiss, and must not come back."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from analysed import times_of
from built_in import study_of

import wushan_geo as wg
from wushan_geo.errors import InfeasibleError, InputError, ParameterError
from wushan_geo.proposal.answer import proposal_tables
from wushan_geo.proposal.wish import Wish, checked
from wushan_geo.siting.demands import Demand
from wushan_geo.siting.obstacles import Obstacles, told
from wushan_geo.siting.studied import site_request

if TYPE_CHECKING:
    import pandas as pd

    from wushan_geo.siting.studied import SiteRequest

LIMIT = 30.0
# Wishes that several tests look at, so that each is answered once.
MEDIANS = Wish(model="p_median", sites=2, coverable=True, best=3, within=0.2)
CENTRES = Wish(model="p_center", sites=2, coverable=True, best=3, within=0.2)
ONE = Wish(sites=1, best=2, within=0.1)
PAID = Wish(budget=900000.0)
WITH_WAYS = Wish(sites=3)


def silent(_: str) -> None:
    """Hear of a step and say nothing."""


@cache
def asked() -> SiteRequest:
    study = study_of("example")
    assert study.config.siting is not None
    found = site_request(study, study.config.siting, times_of("example").central)
    assert found is not None
    return found


@cache
def tables_of(wish: Wish) -> dict[str, pd.DataFrame]:
    study = study_of("example")
    if wish != WITH_WAYS:  # they take time
        assert study.config.siting is not None
        siting = replace(study.config.siting, ways=None)
        study = replace(study, config=replace(study.config, siting=siting))
    return proposal_tables(study, times_of("example"), wish, tell=silent)


def note(tables: dict[str, pd.DataFrame], key: str, language: str = "en") -> str:
    rows = tables["notes"]
    return str(rows.loc[(rows["key"] == key).to_numpy(), language].iloc[0])


@cache
def near() -> dict[str, set[str]]:
    """Give the villages within the limit of each site, by plain loops."""
    matrix = asked().matrix
    costs = matrix.dense().tolist()
    return {
        site: {one for at, one in enumerate(matrix.origin_ids) if costs[at][column] <= LIMIT}
        for column, site in enumerate(matrix.destination_ids)
    }


def reached(sites: list[str]) -> tuple[int, float]:
    """Count the villages and persons within the limit of any site."""
    persons = asked().persons.to_dict()
    villages = set().union(*(near()[one] for one in sites))
    return len(villages), float(sum(persons[one] for one in villages))


@pytest.mark.parametrize("wish", [MEDIANS, CENTRES], ids=["p_median", "p_center"])
def test_the_best_plans_of_a_model_without_a_limit_count_within_the_limit(wish: Wish) -> None:
    tables = tables_of(wish)
    rows = tables["best"]
    assert len(rows) == 3
    for _, row in rows.iterrows():
        expected = reached([*asked().existing, *row["chosen"].split(";")])
        assert (row["covered_places"], row["covered_persons"]) == expected
    plan = tables["plans"].iloc[0]
    assert rows["covered_persons"].iloc[0] == plan["covered_persons"]


def test_persons_stand_beside_places_where_the_model_counts_places_alone() -> None:
    tables = tables_of(CENTRES)
    sites, villages = tables["sites"], tables["villages"]
    assert sites["persons"].notna().all()
    assert sites["persons"].sum() == tables["plans"]["total_persons"].iloc[0]
    for _, row in sites.iterrows():
        own = villages[(villages["facility_plan"] == row["facility_id"]).to_numpy()]
        persons = own["persons"].fillna(0.0)
        assert (row["places"], row["persons"]) == (len(own), persons.sum())
        if persons.sum():
            mean = float((persons * own["minutes_plan"]).sum() / persons.sum())
            assert row["minutes_mean"] == pytest.approx(mean)


def test_what_a_plan_reaches_is_told_with_both_ends_of_the_times() -> None:
    tables = tables_of(MEDIANS)
    row = tables["plans"].iloc[0]
    numbers = [float(one) for one in re.findall(r"\d+", note(tables, "reached"))]
    assert numbers == [
        row["covered_places"], row["covered_persons"], LIMIT,
        row["covered_places_pessimistic"], row["covered_places_optimistic"],
        row["covered_persons_pessimistic"], row["covered_persons_optimistic"],
    ]  # fmt: skip
    zh = [float(one) for one in re.findall(r"\d+", note(tables, "reached", "zh"))]
    assert sorted(zh) == sorted(numbers)


def test_what_a_plan_costs_is_told_beside_the_budget() -> None:
    tables = tables_of(PAID)
    assert tables["plans"]["cost"].iloc[0] == 630000.0
    assert "900000" in note(tables, "budget")
    assert "630000" in note(tables, "budget")
    assert "1440000" in note(tables_of(WITH_WAYS), "cost")
    assert not {"cost", "budget"} & set(modelled()["notes"]["key"])


def test_the_irreducible_villages_of_the_note_are_those_of_the_table() -> None:
    tables = tables_of(Wish(sites=1, forbidden=("C08", "C09")))
    lost = int((tables["villages"]["state"] == "irreducible").sum())
    assert re.findall(r"open, (\d+) places", note(tables, "irreducible")) == [str(lost)]
    assert lost == 8


def test_fewer_plans_than_were_asked_for_are_told() -> None:
    tables = tables_of(Wish(model="set_covering", share=0.9, best=3))
    assert len(tables["best"]) == 1
    assert note(tables, "best_few").startswith("Of 3 plans asked for only 1 are within 0 %")
    assert "best_few" not in set(tables_of(ONE)["notes"]["key"])


def test_rows_of_the_frontier_that_were_not_proven_are_counted() -> None:
    tables = tables_of(Wish(sites=2, seconds=0.0))
    count = int((tables["frontier"]["status"] == "time_limit").sum())
    assert count > 0
    assert f"in {count} rows the time was over" in note(tables, "frontier_stopped")
    assert "frontier_stopped" not in set(tables_of(PAID)["notes"]["key"])


def test_the_cheapest_way_is_not_told_as_the_same_service() -> None:
    assert "need not be the same service" in note(tables_of(WITH_WAYS), "ways_differ")
    assert "ways_differ" not in set(tables_of(PAID)["notes"]["key"])


def test_a_wrong_number_is_named_as_it_was_given_with_its_least_value() -> None:
    with pytest.raises(InputError) as caught:
        checked(Wish(sites=1, best=0, steps=(0, 1)), ("G", "H"), ())
    said = {one.column: (one.value, one.rule) for one in caught.value.faults}
    assert said["--best"] == ("0", "is a finite number of at least 1")
    assert said["--phases"] == ("0", "is a finite number of at least 1")


def test_the_largest_floor_is_not_told_as_coverage() -> None:
    found = Obstacles(model="floor_covering", largest_share=0.76)
    assert "最低覆盖率最高可定为 76%" in told(found, "zh")[1]
    assert (
        told(found, "en")[1] == "All else as asked, the largest floor that works for all is 76 %."
    )


def test_p_center_without_a_plan_speaks_of_places() -> None:
    with pytest.raises(InfeasibleError) as caught:
        tables_of(Wish(model="p_center", sites=2))
    found = caught.value.obstacles
    assert isinstance(found, Obstacles)
    # 39 of 40 villages have a road to some site.
    assert told(found, "zh")[-1] == "其他要求不变，最多可覆盖 97.5% 的村（社区）。"


def test_many_pairs_of_sites_are_counted_and_not_all_told() -> None:
    names = "ABCDE"
    pairs = tuple(
        Demand("apart", f"{one} + {other}", 2.0) for one, other in itertools.combinations(names, 2)
    )
    found = Obstacles(model="p_median", conflict=(*pairs, Demand("fewest_sites", "", 3.0)))
    zh, en = told(found, "zh")[1], told(found, "en")[1]
    assert zh.count("”与“") == 6
    assert "等 10 对；（2）新设不少于 3 处" in zh
    assert "and 4 more pairs; (2) at least 3 new sites" in en
    few = told(Obstacles(model="p_median", conflict=pairs[:6]), "zh")[1]
    assert few.count("”与“") == 6
    assert " 对" not in few


@pytest.mark.parametrize("wish", [ONE, WITH_WAYS], ids=["1", "3"])
def test_every_choice_of_so_many_sites_covers_no_more(wish: Wish) -> None:
    request, sites = asked(), wish.sites
    assert sites is not None
    choices = itertools.combinations(sorted(request.candidates), sites)
    best = min(
        (-found[1], -found[0], one)
        for one in choices
        for found in [reached([*request.existing, *one])]
    )
    row = tables_of(wish)["plans"].iloc[0]
    assert (row["chosen"], row["covered_places"], row["covered_persons"]) == (
        ";".join(best[2]), -best[1], -best[0],
    )  # fmt: skip


def test_settings_of_a_plan_are_written_without_brackets() -> None:
    wish = Wish(model="floor_covering", sites=3, floor=0.6)
    text = str(tables_of(wish)["plans"]["parameters"].iloc[0])
    assert not set("{}()'") & set(text)
    assert np.isnan(tables_of(wish)["plans"]["budget"].iloc[0])


@pytest.mark.parametrize(
    "field",
    [
        {"model": "x"}, {"sites": "3"}, {"sites": True}, {"within": "a"}, {"seconds": "x"},
        {"required": "G"}, {"forbidden": None}, {"steps": 2},
    ],
)  # fmt: skip
def test_what_only_a_notebook_can_say_wrong_is_named_by_its_field(field: dict[str, Any]) -> None:
    (name,) = field
    with pytest.raises(ParameterError, match=f"^{name} must be"):
        checked(Wish(**({"sites": 1} | field)), ("G", "H"), ())


def test_the_best_plans_keep_the_sites_that_are_required() -> None:
    rows = tables_of(Wish(sites=2, required=("C01",), best=3, within=0.2))["best"]
    others = [one for one in asked().candidates if one != "C01"]
    ranked = sorted(
        (-found[1], -found[0], tuple(sorted(("C01", one))))
        for one in others
        for found in [reached([*asked().existing, "C01", one])]
    )
    assert rows["chosen"].tolist() == [";".join(one[2]) for one in ranked[:3]]
    assert rows["covered_persons"].tolist() == [-one[0] for one in ranked[:3]]


def test_a_budget_with_nothing_to_choose_leaves_all_as_it_is() -> None:
    one = wg.TravelMatrix(("A",), ("G",), "min", [[5.0]])

    plan = wg.siting.maximal_covering(
        one, {"A": 1}, budget=1, costs={"G": 1}, limit=10, forbidden=["G"]
    )

    assert (plan.chosen, plan.status, plan.verified) == ((), "optimal", True)


@cache
def modelled() -> dict[str, pd.DataFrame]:
    """Propose nothing for a county whose facilities are modelled."""
    study = study_of("example")
    facilities = study.facilities.assign(basis="modelled")
    return dict(wg.propose_sites(replace(study, facilities=facilities), sites=0).tables)


def test_the_notes_of_a_demonstration_begin_with_its_notice() -> None:
    notes = modelled()["notes"]

    assert notes["key"].iloc[0] == "demonstration"
    assert "演示数据" in notes["zh"].iloc[0]


def test_obstacles_speak_of_places_where_no_persons_were_given() -> None:
    one = wg.TravelMatrix(("A", "B"), ("G",), "min", [[5.0], [50.0]])

    with pytest.raises(InfeasibleError) as raised:
        wg.siting.set_covering(one, limit=10)
    with pytest.raises(InfeasibleError) as counted:
        wg.siting.set_covering(one, limit=10, persons={"A": 3, "B": 1})

    assert isinstance(raised.value.obstacles, Obstacles)
    assert isinstance(counted.value.obstacles, Obstacles)
    assert (raised.value.obstacles.of_places, counted.value.obstacles.of_places) == (True, False)
    assert not any("persons" in line for line in told(raised.value.obstacles, "en"))
    assert any("75 % of the persons" in line for line in told(counted.value.obstacles, "en"))
