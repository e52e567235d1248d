"""Sites that close or move: as trying out all has it, and nobody loses unnamed."""

from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from phased_cases import Case, random_case, shuffled

from wushan_geo.errors import InfeasibleError, ParameterError, UnknownIdError
from wushan_geo.siting.choices.moving import MovedPlan, moved_plan
from wushan_geo.siting.rules import SiteRules
from wushan_geo.siting.solver import Mixed
from wushan_geo.travel.matrix import TravelMatrix

TIMES = TravelMatrix(
    ("A", "B", "C", "D"),
    ("G", "H", "J"),
    "min",
    [[5, 90, np.inf], [20, 9, 8], [90, 9, 90], [90, 90, 9]],
)
PERSONS = {"A": 1, "B": 2, "C": 4, "D": 3}


def ask(case: Case, **asked: Any) -> MovedPlan:
    return moved_plan(case.times, case.persons, limit=case.limit, **case.roles, **asked)


def every_move(
    case: Case, moves: int, sites: int, may: tuple[str, ...], *, keep: bool
) -> list[tuple[tuple[float, int, int], set[str]]]:
    """Try out all; give what counts, and which sites are open besides those that cannot close."""
    fixed = set(case.existing) - set(may)
    found = []
    for number in range(min(moves, len(may)) + 1):
        for closed in combinations(sorted(may), number):
            stays = set(may) - set(closed)
            for new in combinations(case.candidates, sites + number):
                if not set(case.required) <= set(new):
                    continue
                if not case.allowed(new, {*fixed, *stays}):
                    continue
                if keep and not covers_all(case, {*fixed, *stays, *new}):
                    continue
                worth = case.worth((*fixed, *stays, *new))
                found.append(((*worth, -number), stays | set(new)))
    return found


def covers_all(case: Case, sites: set[str]) -> bool:
    """Say whether everybody who is covered today is covered by some sites."""
    both = case.worth(sites | set(case.existing))
    return both == case.worth(sites)


@pytest.mark.parametrize("seed", [*range(7), 9])
def test_plans_agree_with_trying_out_all(seed: int) -> None:
    case = random_case(seed, sites=7, ruled=seed % 2 == 1, grouped=seed % 3 == 2)
    moves, sites, keep = seed % 3, len(case.required) + seed % 2, seed % 5 == 4
    may = case.existing[:1] if seed % 7 == 6 else case.existing
    every = every_move(case, moves, sites, may, keep=keep)
    asked = {"moves": moves, "sites": sites, "closing": may, "keep_covered": keep}
    if not every:
        with pytest.raises(InfeasibleError):
            ask(case, **asked)
        return
    best = max(value for value, _ in every)
    ties = [one for value, one in every if value == best]
    first = ties[0]
    for one in ties[1:]:
        first = one if min(one ^ first) in one else first

    found = ask(case, **asked)

    assert (found.plan.objective, found.plan.covered_places, -len(found.closed)) == best
    assert {*found.opened, *(set(may) - set(found.closed))} == first
    assert found.plan.alternatives == (len(ties) > 1)
    assert (found.plan.status, found.plan.gap, found.plan.verified) == ("optimal", 0, True)
    assert len(found.opened) == sites + len(found.closed)
    assert not (keep and len(found.losing))


def test_moving_by_hand() -> None:
    # G has A and B today. H instead has B and C, J instead has B and D.
    found = moved_plan(TIMES, PERSONS, limit=30, moves=1, existing=["G"])

    assert (found.opened, found.closed, found.plan.objective) == (("H",), ("G",), 6)
    assert (found.today.objective, found.gained_persons) == (3, 3)
    assert found.unmoved is not None
    assert found.unmoved.chosen == ()
    assert found.changes.fillna("-").to_dict("list") == {
        "zone_id": ["A", "B", "C"],
        "group": ["", "", ""],
        "persons": [1.0, 2.0, 4.0],
        "change": ["loses", "nearer", "gains"],
        "site_before": ["G", "G", "G"],
        "cost_before": [5.0, 20.0, 90.0],
        "site_after": ["H", "H", "H"],
        "cost_after": [90.0, 9.0, 9.0],
    }
    assert found.losing["zone_id"].tolist() == ["A"]


def test_who_can_no_longer_go_anywhere_is_named() -> None:
    found = moved_plan(TIMES, PERSONS, limit=30, moves=1, existing=["G"], forbidden=["H"])

    lost = found.losing.iloc[0]
    assert (lost["zone_id"], lost["cost_after"]) == ("A", np.inf)
    assert pd.isna(lost["site_after"])


def test_where_nobody_may_lose_the_site_stays() -> None:
    found = moved_plan(TIMES, PERSONS, limit=30, moves=1, existing=["G"], keep_covered=True)

    assert (found.opened, found.closed, found.gained_persons) == ((), (), 0)
    assert found.changes.empty


def test_nothing_closes_without_a_gain() -> None:
    times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 5], [5, 5]])

    found = moved_plan(times, {"A": 1, "B": 1}, limit=30, moves=1, existing=["H"])

    assert (found.opened, found.closed) == ((), ())
    assert not found.plan.alternatives


def test_closing_may_be_what_a_rule_needs() -> None:
    rules = SiteRules(zones={"G": "T1", "H": "T1", "J": "T2"}, at_most=1)

    found = moved_plan(TIMES, PERSONS, limit=30, moves=1, existing=["G", "H"], rules=rules)

    assert (found.opened, found.closed) == (("J",), ("G",))
    assert found.unmoved is None
    assert found.gained_persons == found.plan.objective - found.today.objective == 2


def test_existing_sites_may_be_as_near_to_each_other_as_they_are() -> None:
    names = ("G", "H", "J")
    between = TravelMatrix(names, names, "m", [[0, 1, 9], [1, 0, 9], [9, 9, 0]])
    rules = SiteRules(apart=5, between=between)

    found = moved_plan(TIMES, PERSONS, limit=30, moves=1, sites=1, existing=["G", "H"], rules=rules)

    assert (found.opened, found.closed, found.plan.objective) == (("J",), (), 10)


def test_only_sites_that_may_close_do() -> None:
    found = moved_plan(TIMES, PERSONS, limit=30, moves=2, existing=["G", "J"], closing=["J"])

    assert found.closed == ("J",)
    assert found.opened == ("H",)
    with pytest.raises(UnknownIdError, match="do not exist: H"):
        moved_plan(TIMES, PERSONS, limit=30, moves=1, existing=["G"], closing=["H"])


@pytest.mark.parametrize("seed", range(2))
def test_more_moves_never_cover_less_and_none_is_the_plan_without(seed: int) -> None:
    case = random_case(seed)
    sites = max(1, len(case.required))

    found = [ask(case, moves=moves, sites=sites) for moves in range(3)]

    assert (np.diff([one.plan.objective for one in found]) >= 0).all()
    assert found[0].unmoved is not None
    assert found[0].plan.chosen == found[0].unmoved.chosen
    assert found[0].gained_persons == 0


def test_the_order_of_rows_and_columns_plays_no_part() -> None:
    case = random_case(8, sites=9)

    one, other = (ask(each, moves=2, sites=1) for each in (case, shuffled(case, 3)))

    assert (one.opened, one.closed) == (other.opened, other.closed)
    assert one.changes.equals(other.changes)


def test_the_clock_leaves_the_plan_that_closes_nothing_with_a_true_bound() -> None:
    case = random_case(8, sites=9)
    sites = max(1, len(case.required))

    proven = ask(case, moves=2, sites=sites)
    stopped = ask(case, moves=2, sites=sites, time_limit=0)

    assert stopped.plan.status == "time_limit"
    assert stopped.closed == ()
    assert stopped.plan.objective <= proven.plan.objective <= stopped.plan.bound


def test_groups_are_named_with_their_own_limits() -> None:
    persons = pd.DataFrame({"old": [1, 2, 4, 0], "young": [1, 0, 0, 1]}, index=["A", "B", "C", "D"])

    found = moved_plan(TIMES, persons, limit={"old": 15, "young": 100}, moves=1, existing=["G"])

    assert found.opened == ("H",)
    assert found.losing[["zone_id", "group"]].to_numpy().tolist() == [["A", "old"]]


@pytest.mark.parametrize(
    "asked",
    [{"moves": -1}, {"moves": 1.5}, {"moves": True}, {"moves": 1, "sites": 5},
     {"moves": 1, "time_limit": -1}, {"moves": 1, "existing": "GH"}],
)  # fmt: skip
def test_wrong_arguments_are_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        moved_plan(TIMES, PERSONS, limit=30, **asked)


@pytest.mark.parametrize("keep", [False, True])
def test_moves_that_cannot_be_say_which_rule_forbids_them_and_what_would_help(
    *, keep: bool
) -> None:
    times = TravelMatrix(("A", "B"), ("G", "H", "J", "K"), "min", [[5, 6, 40, 50], [50, 40, 5, 6]])
    rules = SiteRules(zones={"G": "x", "H": "x", "J": "y", "K": "y"}, at_most={"x": 1})

    with pytest.raises(InfeasibleError) as caught:
        moved_plan(
            times, {"A": 1, "B": 1}, limit=30, moves=1, existing=["G", "H"], forbidden=["J", "K"],
            rules=rules, keep_covered=keep,
        )  # fmt: skip

    found = caught.value.obstacles
    assert [(one.kind, one.subject) for one in found.conflict] == [("at_most", "x")]
    assert found.helping == ("J", "K")


def test_what_is_kept_and_how_many_may_close_are_told_where_they_forbid_a_move() -> None:
    # Town x may keep one of G and H, and only H reaches B; G alone may stay if A is to be kept.
    times = TravelMatrix(("A", "B"), ("G", "H", "J"), "min", [[5, 90, 90], [90, 5, 90]])
    rules = SiteRules(zones={"G": "x", "H": "x", "J": "y"}, at_most={"x": 1})
    asked: dict[str, Any] = {"limit": 30, "existing": ["G", "H"], "rules": rules}

    with pytest.raises(InfeasibleError) as kept:
        moved_plan(times, {"A": 1, "B": 1}, moves=1, keep_covered=True, **asked)
    with pytest.raises(InfeasibleError) as shut:
        moved_plan(times, {"A": 1, "B": 1}, moves=0, **asked)

    assert [one.kind for one in kept.value.obstacles.conflict] == ["kept", "at_most"]
    assert [one.kind for one in shut.value.obstacles.conflict] == ["closings", "at_most"]
    assert "现在时限内的人都不出时限" in kept.value.obstacles.explain("zh")
    assert "at most 0 existing sites closed" in shut.value.obstacles.explain("en")


def test_a_required_site_may_stand_in_exchange_for_one_that_closes() -> None:
    found = moved_plan(TIMES, PERSONS, limit=30, moves=1, sites=0, existing=["G"], required=["J"])
    assert (found.opened, found.closed) == (("J",), ("G",))
    with pytest.raises(ParameterError, match="sites"):
        moved_plan(TIMES, PERSONS, limit=30, moves=0, sites=0, existing=["G"], required=["J"])


def test_reasons_that_the_clock_leaves_open_are_not_told_as_if_they_were_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times = TravelMatrix(("A", "B"), ("G", "H", "J"), "min", [[5, 90, 90], [90, 5, 90]])
    rules = SiteRules(zones={"G": "x", "H": "x", "J": "y"}, at_most={"x": 1})
    late = Mixed("time_limit", np.empty(0), np.inf, -np.inf)
    monkeypatch.setattr(
        "wushan_geo.siting.choices.moving.MixedProgram",
        lambda *_: SimpleNamespace(solve=lambda *_, **__: late),
    )

    with pytest.raises(InfeasibleError) as caught:
        moved_plan(times, {"A": 1, "B": 1}, limit=30, moves=0, existing=["G", "H"], rules=rules)

    found = caught.value.obstacles
    assert (found.complete, found.conflict, found.smallest_sites) == (False, (), None)
