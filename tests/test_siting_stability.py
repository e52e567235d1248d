"""Stability: draws within bounds by seed, how often each site is chosen, best and safe plans."""

from __future__ import annotations

import re
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
import pytest

from wushan_geo.errors import InfeasibleError, ParameterError, UnknownIdError
from wushan_geo.siting import (
    backup_covering,
    floor_covering,
    maximal_covering,
    one_per_township,
    p_center,
)
from wushan_geo.siting.choices.stability import INFEASIBLE, stability
from wushan_geo.siting.covers.set_covering import set_covering
from wushan_geo.siting.medians.median import p_median
from wushan_geo.travel.matrix import TravelMatrix

if TYPE_CHECKING:
    from wushan_geo.siting.choices.stability import Stability
    from wushan_geo.siting.plan import SitingPlan

# G serves A and B if the roads are as stated; H serves A and C well within the limit.
COSTS = np.array([[20.0, 10.0], [25.0, 90.0], [90.0, 10.0]])
TIMES = TravelMatrix(("A", "B", "C"), ("G", "H"), "min", COSTS)
PERSONS = {"A": 10, "B": 7, "C": 4}
AS_STATED: dict[str, Any] = {"speed": (1, 1), "counts": 0}


def asked(**changed: Any) -> Stability:
    """Ask for one site within 30 minutes, as stated but for what is changed."""
    known: dict[str, Any] = {
        "matrix": TIMES,
        "persons": PERSONS,
        "limit": 30,
        "draws": 4,
        "seed": 1,
    }
    known |= AS_STATED | changed
    solve = known.pop("solve", None) or partial(maximal_covering, sites=1, limit=30)
    return stability(solve, known.pop("matrix"), known.pop("persons"), **known)


def fewest(times: TravelMatrix, persons: Any) -> SitingPlan:
    """Cover everybody with the fewest sites."""
    return set_covering(times, persons=persons, limit=30)


def case(seed: int, places: int = 9, sites: int = 6) -> tuple[TravelMatrix, pd.Series[float]]:
    """Make whole persons and minutes around the limit of 30."""
    made = np.random.default_rng(seed)
    costs = made.integers(5, 60, (places, sites)).astype(float)
    costs[made.random(costs.shape) < 0.15] = np.inf
    ids = tuple(f"v{one}" for one in range(places))
    matrix = TravelMatrix(ids, tuple(f"c{one}" for one in range(sites)), "min", costs)
    return matrix, pd.Series(made.integers(1, 30, places).astype(float), index=list(ids))


def test_nothing_varied_gives_the_best_plan_each_time() -> None:
    found = asked()

    assert found.best.chosen == found.safe == ("G",)
    assert found.sites["chosen_share"].tolist() == [1.0, 0.0]
    assert found.draws["same"].all()
    assert found.draws["best_persons"].tolist() == found.draws["own_persons"].tolist() == [17.0] * 4
    assert (found.draws[["best_regret", "safe_regret"]] == 0).all(axis=None)
    assert found.places["pass_best_share"].tolist() == [1.0, 1.0, 0.0]
    assert found.plans["facility_ids"].tolist() == ["G"]


def test_a_safe_plan_by_hand() -> None:
    # At half the speed G (40 and 50 minutes) reaches nobody, H (20) still serves A and C.
    found = asked(speed=(0.5, 0.5))

    assert found.best.chosen == ("G",)
    assert found.safe == ("H",)
    assert found.sites.to_dict("list") == {
        "facility_id": ["G", "H"],
        "chosen_share": [0.0, 1.0],
        "in_best": [True, False],
        "in_safe": [False, True],
    }
    assert found.draws["best_persons"].tolist() == [0.0] * 4
    assert found.draws["safe_persons"].tolist() == [14.0] * 4
    assert found.draws["best_regret"].tolist() == [14.0] * 4
    assert found.draws["safe_regret"].tolist() == [0.0] * 4
    assert found.places["pass_best_share"].tolist() == [0.0, 0.0, 0.0]
    assert found.places["pass_safe_share"].tolist() == [1.0, 0.0, 1.0]
    assert found.plans["stated_persons"].tolist() == [14.0, 17.0]  # the safe plan first


def test_exactly_at_the_limit_is_covered_in_a_draw() -> None:
    edge = TravelMatrix(("A",), ("G",), "min", np.array([[15.0]]))

    found = asked(matrix=edge, persons={"A": 3}, speed=(0.5, 0.5))

    assert found.draws["best_persons"].tolist() == [3.0] * 4


@pytest.mark.parametrize("seed", [2, 18])
def test_every_draw_and_the_safe_plan_agree_with_plain_loops(seed: int) -> None:
    matrix, persons = case(seed)
    solve = partial(maximal_covering, sites=2, limit=30, existing=["c0"], forbidden=["c5"])
    varied: dict[str, Any] = {"speed": (0.7, 1.3), "counts": 0.3, "coordinates": 4.0}

    found = stability(solve, matrix, persons, limit=30, draws=12, seed=seed, **varied)

    choices = list(combinations(["c1", "c2", "c3", "c4"], 2))
    rows = []
    for draw in range(12):
        pace, people, points = (np.random.default_rng([seed, draw, one]) for one in range(3))
        speed = np.exp(pace.uniform(np.log(0.7), np.log(1.3)))
        counts = np.round(persons.to_numpy()[:, None] * people.uniform(0.7, 1.3, (9, 1)), 3)
        start, end = points.uniform(-4, 4, (9, 1)), points.uniform(-4, 4, (1, 6))
        costs = np.maximum(matrix.dense() + start + end, 0) / speed
        row: dict[tuple[str, ...], float] = {}
        for chosen in choices:
            total = 0.0
            for place in range(9):
                near = min(costs[place, int(one[1:])] for one in (*chosen, "c0"))
                total += counts[place, 0] if near <= 30 else 0.0
            row[chosen] = total
        rows.append(row)
        told = found.draws.iloc[draw]
        assert told["speed"] == pytest.approx(speed)
        assert told["own_persons"] == pytest.approx(max(row.values()))
        assert told["best_persons"] == pytest.approx(row[found.best.chosen])
        assert told["best_regret"] == pytest.approx(max(row.values()) - row[found.best.chosen])

    seen = {tuple(one.split(";")) for one in found.plans["facility_ids"]}
    worst = {one: max(max(row.values()) - row[one] for row in rows) for one in seen}
    assert worst[found.safe] == pytest.approx(min(worst.values()))
    assert found.draws["safe_regret"].max() == pytest.approx(worst[found.safe])
    assert found.draws["safe_regret"].max() <= found.draws["best_regret"].max()
    for line in found.plans.to_dict("records"):
        ids = tuple(line["facility_ids"].split(";"))
        assert line["worst_regret"] == pytest.approx(worst[ids])
        low = sorted(row[ids] for row in rows)[1]
        assert line["low_persons"] == pytest.approx(
            low
        )  # the second of twelve: a tenth, rounded up


def test_draws_stay_within_their_bounds_and_differ() -> None:
    matrix, persons = case(3)
    kept: list[tuple[TravelMatrix, pd.Series[float]]] = []

    def solve(times: TravelMatrix, people: Any) -> Any:
        kept.append((times, people))
        return maximal_covering(times, people, sites=1, limit=30)

    found = stability(solve, matrix, persons, limit=30, draws=30, seed=4, speed=(0.8, 1.25),
                      counts=0.1, workers=1)  # fmt: skip

    assert found.draws["speed"].between(0.8, 1.25).all()
    assert found.draws["speed"].nunique() == 30
    stated = matrix.dense()[np.isfinite(matrix.dense())]
    for (times, people), speed in zip(kept[1:], found.draws["speed"], strict=True):
        assert (np.isfinite(times.dense()) == np.isfinite(matrix.dense())).all()
        assert times.dense()[np.isfinite(times.dense())] == pytest.approx(stated / speed)
        ratio = people.to_numpy() / persons.to_numpy()
        assert (np.abs(ratio - 1) <= 0.1 + 1e-3).all()
        assert len(set(ratio.tolist())) > 3  # each place by itself


def test_each_bound_has_an_effect_and_varies_alike_without_the_others() -> None:
    matrix, persons = case(7)
    solve = partial(maximal_covering, sites=2, limit=30)

    def draws(**changed: Any) -> pd.DataFrame:
        told: dict[str, Any] = {"speed": (1, 1), "counts": 0.0, "limit": 30, "seed": 9, "draws": 5}
        return stability(solve, matrix, persons, **(told | changed)).draws

    plain, paced = draws(), draws(speed=(0.7, 1.4))
    assert not plain.equals(paced)
    assert not plain.equals(draws(counts=0.2))
    assert not plain.equals(draws(coordinates=5))
    assert not paced.equals(draws(speed=(0.7, 1.4), seed=10))
    both = draws(speed=(0.7, 1.4), counts=0.2, coordinates=5)
    assert both["speed"].tolist() == paced["speed"].tolist()
    assert draws(speed=(0.7, 1.4), draws=3).equals(paced.iloc[:3])


def test_the_order_of_rows_plays_no_part_and_inputs_stay() -> None:
    matrix, persons = case(8)
    turned = matrix.select(matrix.origin_ids[::-1], matrix.destination_ids[::-1])
    before = persons.copy()
    solve = partial(maximal_covering, sites=2, limit=30)
    bounds: dict[str, Any] = {"limit": 30, "draws": 6, "seed": 3, "speed": (0.8, 1.25)}
    bounds |= {"counts": 0.1, "coordinates": 2}

    one = stability(solve, matrix, persons, **bounds)
    other = stability(solve, turned, persons.iloc[::-1], **bounds)

    for name in ("sites", "places", "draws", "plans"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    pd.testing.assert_series_equal(persons, before)


def test_the_number_of_processes_plays_no_part() -> None:
    matrix, persons = case(12)
    solve = partial(maximal_covering, sites=2, limit=30)
    bounds: dict[str, Any] = {"limit": 30, "draws": 5, "seed": 3, "speed": (0.8, 1.25)}
    bounds |= {"counts": 0.1}
    heard: list[tuple[int, int]] = []

    one = stability(solve, matrix, persons, workers=1, **bounds)
    two = stability(
        solve, matrix, persons, workers=2, progress=lambda *at: heard.append(at), **bounds
    )

    assert heard[-1] == (5, 5)
    assert one.safe == two.safe
    for name in ("sites", "places", "draws", "plans"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))


def test_a_function_that_cannot_travel_is_refused_or_stays_at_home() -> None:
    def solve(times: TravelMatrix, people: Any) -> Any:
        return maximal_covering(times, people, sites=1, limit=30)

    assert asked(solve=solve).safe == ("G",)
    with pytest.raises(ParameterError, match="cannot be taken to another process"):
        asked(solve=solve, workers=2)


def test_draws_without_a_plan_are_told() -> None:
    near = TravelMatrix(("A", "B"), ("G", "H"), "min", np.array([[20.0, 28], [29, 10]]))

    found = asked(
        solve=fewest, matrix=near, persons={"A": 2, "B": 3}, speed=(0.6, 1.1), draws=20, seed=6
    )

    slow = found.draws["speed"] < 20 / 30  # not even 20 minutes stay within 30
    assert slow.any()
    assert (found.draws["status"] == INFEASIBLE).tolist() == slow.tolist()
    assert found.draws["own_persons"].isna().tolist() == slow.tolist()
    assert f"In {int(slow.sum())} draws nothing meets the request" in found.explain("en")
    # Slower roads need both sites; a plan of two is no fair rival of a plan of one.
    assert "G;H" in found.plans["facility_ids"].tolist()
    assert found.plans.set_index("facility_ids")["compared"]["G;H"] == (len(found.best.chosen) > 1)
    assert len(found.safe) <= len(found.best.chosen)


def test_what_is_infeasible_as_stated_is_an_error() -> None:
    far = TravelMatrix(("A",), ("G",), "min", np.array([[90.0]]))
    with pytest.raises(InfeasibleError):
        asked(solve=fewest, matrix=far, persons={"A": 1})


def test_groups_have_their_own_limits() -> None:
    persons = pd.DataFrame({"old": [10, 0, 0], "young": [0, 7, 4]}, index=["A", "B", "C"])
    limit = {"old": 15, "young": 30}
    solve = partial(maximal_covering, sites=1, limit=limit)

    found = asked(solve=solve, persons=persons, limit=limit)

    # G: A's old persons need 20 minutes, beyond 15; only B. H: A (10) and C (10).
    assert found.best.chosen == ("H",)
    assert found.draws["best_persons"].tolist() == [14.0] * 4
    assert found.places["pass_best_share"].tolist() == [1.0, 0.0, 1.0]
    slower = asked(solve=solve, persons=persons, limit=limit, speed=(0.6, 0.6))
    assert slower.draws["best_persons"].tolist() == [4.0] * 4  # 16.7 minutes: C alone
    assert slower.places["pass_best_share"].tolist() == [0.0, 0.0, 1.0]


def test_a_model_without_a_limit_is_judged_by_the_persons_covered() -> None:
    matrix, persons = case(21)
    matrix = TravelMatrix(matrix.origin_ids, matrix.destination_ids, "min",
                          np.where(np.isfinite(matrix.dense()), matrix.dense(), 90.0))  # fmt: skip

    found = stability(partial(p_median, sites=2), matrix, persons, limit=30, draws=6, seed=1,
                      speed=(0.8, 1.25), counts=0.2)  # fmt: skip

    assert (found.draws["best_regret"] >= 0).all()
    assert (found.draws["safe_regret"] >= 0).all()


VARIED: dict[str, Any] = {"speed": (0.7, 1.3), "counts": 0.3, "coordinates": 6.0}
HOMES = {f"v{at}": "T1" if at < 4 else "T2" for at in range(9)}


def given(model: Any, **settled: Any) -> Any:
    """Give persons by keyword to a model that takes them so."""

    def solve(times: TravelMatrix, persons: Any) -> SitingPlan:
        plan: SitingPlan = model(times, persons=persons, **settled)
        return plan

    return solve


def reachable(seed: int) -> tuple[TravelMatrix, pd.Series[float]]:
    """Make a case in which every site can be reached from every place."""
    matrix, persons = case(seed)
    costs = np.where(np.isfinite(matrix.dense()), matrix.dense(), 75.0)
    return TravelMatrix(matrix.origin_ids, matrix.destination_ids, "min", costs), persons


def drawn(
    matrix: TravelMatrix, persons: pd.Series[float], seed: int, draw: int
) -> tuple[dict[tuple[str, str], float], dict[str, float]]:
    """Draw once, in plain loops: minutes and persons by id."""
    pace, people, points = (np.random.default_rng([seed, draw, one]) for one in range(3))
    speed = np.exp(pace.uniform(np.log(0.7), np.log(1.3)))
    counts = np.round(persons.to_numpy() * people.uniform(0.7, 1.3, (9, 1))[:, 0], 3)
    start, end = points.uniform(-6, 6, 9), points.uniform(-6, 6, 6)
    dense = matrix.dense()
    minutes = {
        (f"v{place}", f"c{site}"): max(0.0, dense[place, site] + start[place] + end[site]) / speed
        for place in range(9)
        for site in range(6)
    }
    return minutes, {f"v{place}": float(counts[place]) for place in range(9)}


def own_aim(kind: str, minutes: Any, counts: dict[str, float], chosen: tuple[str, ...]) -> float:
    """Work out in plain loops what a model is after."""
    ways = {one: sorted(minutes[one, site] for site in chosen) for one in counts}
    if kind == "backup_persons":
        return sum(count for one, count in counts.items() if ways[one][1] <= 30)
    if kind == "farthest_cost":
        return max(way[0] for way in ways.values())
    return sum(ways[one][0] * count for one, count in counts.items()) / sum(counts.values())


@pytest.mark.parametrize(
    ("solve", "kind"),
    [
        (given(p_center, sites=2), "farthest_cost"),
        (partial(p_median, sites=2), "mean_cost"),
        (partial(one_per_township, zones={f"c{at}": f"T{at % 2}" for at in range(6)}), "mean_cost"),
        (partial(backup_covering, sites=3, limit=30, first=False), "backup_persons"),
    ],
)
def test_each_model_is_judged_by_its_own_aim_in_plain_loops(solve: Any, kind: str) -> None:
    matrix, persons = reachable(5)
    found = stability(solve, matrix, persons, limit=30, draws=8, seed=7, **VARIED)

    assert found.settings["judged_by"] == kind
    seen = [tuple(one.split(";")) for one in found.plans["facility_ids"]]
    sign = -1 if kind == "backup_persons" else 1
    behind: dict[tuple[str, ...], list[float]] = {one: [] for one in seen}
    for draw in range(8):
        minutes, counts = drawn(matrix, persons, 7, draw)
        aims = {one: own_aim(kind, minutes, counts, one) for one in seen}
        row = found.draws.iloc[draw]
        assert row["best_aim"] == pytest.approx(aims[found.best.chosen])
        assert row["safe_aim"] == pytest.approx(aims[found.safe])
        assert row["own_aim"] == pytest.approx(min(aims.values(), key=lambda one: sign * one))
        for one in seen:
            behind[one].append(abs(aims[one] - row["own_aim"]))
    worst = {one: max(behind[one]) for one in seen}
    assert worst[found.safe] == pytest.approx(min(worst.values()), abs=1e-6)
    for one, line in zip(seen, found.plans.to_dict("records"), strict=True):
        assert line["aim_regret"] == pytest.approx(worst[one], abs=1e-6)
    best = found.plans[found.plans["is_best"].to_numpy()].iloc[0]
    ends = found.draws["best_aim"]
    assert best["middle_aim"] == pytest.approx(ends.median())
    assert best["worst_aim"] == (ends.min() if sign < 0 else ends.max())
    stated = {(a, b): minute for (a, b), minute in _minutes(matrix).items()}
    assert best["stated_aim"] == pytest.approx(
        own_aim(kind, stated, dict(persons), found.best.chosen)
    )


def _minutes(matrix: TravelMatrix) -> dict[tuple[str, str], float]:
    dense = matrix.dense()
    return {
        (place, site): float(dense[row, column])
        for row, place in enumerate(matrix.origin_ids)
        for column, site in enumerate(matrix.destination_ids)
    }


def test_a_safe_plan_of_p_center_is_safe_in_minutes_and_not_in_persons() -> None:
    # H has nine persons within 30 minutes in every draw, G none; but G is nearer to the farthest.
    times = TravelMatrix(("A", "B"), ("G", "H"), "min", np.array([[40.0, 10.0], [49.0, 51.5]]))
    found = asked(
        solve=given(p_center, sites=1), matrix=times, persons={"A": 9, "B": 1}, coordinates=3,
        draws=12,
    )  # fmt: skip

    assert found.plans["facility_ids"].tolist() == ["G", "H"]
    assert found.safe == found.best.chosen == ("G",)
    assert found.plans["worst_regret"].tolist() == [9.0, 0.0]  # persons
    low, high = found.plans["aim_regret"]
    assert 0 < low < high
    assert f"at most {round(low, 1):g} min worse" in found.explain("en")
    assert (
        f"按原数据 49 分钟，各次测算中位数 {round(found.draws['best_aim'].median(), 1):g} 分钟"
        in (found.explain("zh"))
    )


def test_the_share_of_draws_in_which_a_share_of_persons_is_still_covered() -> None:
    matrix, persons = reachable(11)
    solve = given(set_covering, limit=30, share=0.6)
    found = stability(solve, matrix, persons, limit=30, draws=12, seed=7, **VARIED)

    kept = []
    for draw in range(12):
        minutes, counts = drawn(matrix, persons, 7, draw)
        inside = sum(
            count
            for one, count in counts.items()
            if min(minutes[one, site] for site in found.best.chosen) <= 30
        )
        kept.append(inside >= 0.6 * sum(counts.values()))
    assert 0 < sum(kept) < 12  # else it would show nothing
    assert found.draws["best_meets"].tolist() == kept
    best = found.plans[found.plans["is_best"].to_numpy()].iloc[0]
    assert best["meets_share"] == sum(kept) / 12
    assert f"of 12 draws the best plan meets it in {sum(kept)}" in found.explain("en")
    assert f"12 次测算中，最优方案有 {sum(kept)} 次仍满足" in found.explain("zh")
    # The plan of a draw may have more sites and cover more: it says so, and is not compared.
    more = found.draws["own_sites"] > len(found.best.chosen)
    assert more.any()
    assert (found.draws.loc[more, "own_persons"] >= found.draws.loc[more, "best_persons"]).all()
    assert "with more sites are not" in found.explain("en")


def test_every_place_and_the_floors_of_townships_are_looked_at_in_each_draw() -> None:
    near = TravelMatrix(("A", "B"), ("G", "H"), "min", np.array([[20.0, 28], [29, 10]]))
    everywhere = asked(
        solve=fewest, matrix=near, persons={"A": 2, "B": 3}, speed=(0.6, 1.1), draws=20, seed=6
    )
    sites = everywhere.best.chosen
    far = near.select(destinations=list(sites)).dense().min(axis=1).max()
    kept = (far / everywhere.draws["speed"] <= 30).tolist()
    assert everywhere.draws["best_meets"].tolist() == kept
    assert len(set(kept)) == 2

    matrix, persons = reachable(11)
    solve = partial(floor_covering, sites=2, limit=30, floors=0.3, homes=HOMES)
    found = stability(solve, matrix, persons, limit=30, draws=8, seed=7, homes=HOMES, **VARIED)
    told = []
    for draw in range(8):
        minutes, counts = drawn(matrix, persons, 7, draw)
        inside = {one: min(minutes[one, site] for site in found.best.chosen) <= 30 for one in HOMES}
        told.append(
            all(
                sum(counts[one] for one in HOMES if HOMES[one] == town and inside[one])
                >= 0.3 * sum(counts[one] for one in HOMES if HOMES[one] == town)
                for town in ("T1", "T2")
            )
        )
    assert found.draws["best_meets"].tolist() == told
    assert len(set(told)) == 2
    unknown = stability(solve, matrix, persons, limit=30, draws=1, seed=7, **VARIED)
    assert unknown.plans["meets_share"].isna().all()
    with pytest.raises(UnknownIdError, match="no township of these places"):
        stability(solve, matrix, persons, limit=30, draws=1, seed=7, homes={"v0": "T1"}, **VARIED)


def test_a_request_without_a_promise_has_none_to_keep() -> None:
    found = asked()

    assert found.settings["promise"] == ""
    assert found.settings["judged_by"] == "persons"
    assert found.plans["meets_share"].isna().all()
    assert found.draws["best_meets"].isna().all()
    assert "request itself" not in found.explain("en")
    median = asked(solve=partial(p_median, sites=1))
    assert median.settings["promise"] == "reach"
    assert median.plans["meets_share"].tolist() == [1.0]


def test_a_matrix_must_be_known_as_far_as_fast_roads_look() -> None:
    known = TravelMatrix(TIMES.origin_ids, TIMES.destination_ids, "min", COSTS, limit=40)

    assert asked(matrix=known, speed=(0.9, 1.25)).best.chosen == ("G",)  # 37.5
    with pytest.raises(ParameterError, match=r"= 41.5 min is beyond 40 min"):
        asked(matrix=known, speed=(0.9, 1.25), coordinates=2)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"draws": 0}, "draws must be"),
        ({"draws": True}, "draws must be"),
        ({"seed": -1}, "seed must be"),
        ({"seed": 1.5}, "seed must be"),
        ({"speed": (1.2, 0.8)}, "speed must be"),
        ({"speed": 1}, "speed must be"),
        ({"speed": (0, 1)}, "speed must be"),
        ({"speed": (1, float("inf"))}, "speed must be"),
        ({"counts": 1}, "counts must be"),
        ({"counts": float("nan")}, "counts must be"),
        ({"coordinates": -1}, "coordinates must be"),
        ({"workers": 0}, "workers must be"),
        ({"limit": 20}, "limit must be that of the plan"),
    ],
)
def test_bounds_that_mean_nothing_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        asked(**changed)


def test_it_is_told_in_both_languages_with_the_same_numbers() -> None:
    found = asked(speed=(0.5, 0.5), coordinates=2)

    en, zh = found.explain("en", {"G": "Guandu"}), found.explain("zh")
    assert "Best plan: Guandu." in en
    assert "稳妥方案（最大遗憾最小）：H。" in zh
    numbers = [sorted(re.findall(r"\d+(?:\.\d+)?", one)) for one in (en, zh)]
    assert numbers[0] == numbers[1]
    with pytest.raises(ParameterError):
        found.explain(cast("Any", "fr"))
