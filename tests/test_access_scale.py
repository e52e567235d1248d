"""Verdicts of villages and of townships side by side, and the units where they differ."""

from __future__ import annotations

import math
from typing import Any, Literal

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wushan_geo.access.scale import Rule, ScaleFlips, flips
from wushan_geo.errors import ParameterError, UnknownIdError

INF, NAN = math.inf, math.nan
NEAR = Rule(line=30, worse="high", share=0.5)

VILLAGES = st.lists(
    st.tuples(
        st.sampled_from([0.0, 10.0, 30.0, 30.000001, 80.0, INF, NAN]),
        st.integers(0, 5),
        st.sampled_from("xyz"),
    ),
    min_size=1,
    max_size=8,
)


def missing(series: pd.Series) -> list[bool | None]:
    return [None if pd.isna(one) else bool(one) for one in series]


def of(
    villages: list[tuple[float, float, str]], rule: Rule, seats: dict[str, float] | None = None
) -> ScaleFlips:
    ids = [f"v{at}" for at in range(len(villages))]
    values, persons, parents = (
        {one: row[at] for one, row in zip(ids, villages, strict=True)} for at in range(3)
    )
    return flips(values, persons, parents, rule=rule, seats=seats)  # type: ignore[arg-type] -- columns of three kinds


def test_a_township_passes_by_its_seat_and_fails_by_its_villages() -> None:
    found = of([(10, 20, "t"), (45, 30, "t"), (50, 50, "t"), (5, 1, "u")], NEAR, {"t": 10, "u": 5})
    t, u = found.townships.loc["t"], found.townships.loc["u"]
    assert (t["places"], t["places_covered"], t["place_share"]) == (3, 1, 1 / 3)
    assert (t["persons"], t["persons_covered"], t["person_share"]) == (100, 20, 0.2)
    assert (t["value"], t["as_one"], t["by_villages"], t["flips"]) == (10, True, False, True)
    assert (t["places_otherwise"], t["persons_otherwise"]) == (2, 80)
    assert (u["as_one"], u["by_villages"], u["flips"]) == (True, True, False)
    assert found.flipped_townships == ("t",)
    assert (found.places_otherwise, found.persons_otherwise) == (2, 80.0)
    assert found.villages["township"].tolist() == ["t", "t", "t", "u"]
    assert missing(found.villages["covered"]) == [True, False, False, True]
    assert missing(found.villages["township_covered"]) == [True] * 4
    assert missing(found.villages["flips"]) == [False, True, True, False]


def test_a_township_fails_by_its_mean_and_passes_by_its_villages() -> None:
    found = of([(10, 8, "t"), (INF, 2, "t")], NEAR)
    assert found.townships.loc["t", "value"] == INF
    assert found.flipped_townships == ("t",)
    assert (found.places_otherwise, found.persons_otherwise) == (1, 8.0)
    mean = of([(10, 3, "t"), (40, 1, "t")], NEAR)
    assert mean.townships.loc["t", "value"] == 17.5
    assert mean.flipped_townships == ()


def test_exactly_at_the_line_and_exactly_the_share_is_covered() -> None:
    found = of([(30, 5, "t"), (31, 5, "t")], NEAR, {"t": 30})
    assert (found.townships.loc["t", "as_one"], found.townships.loc["t", "by_villages"]) == (
        True,
        True,
    )
    more = of([(30, 5, "t"), (31, 5, "t")], Rule(line=30, worse="high", share=0.51), {"t": 30})
    assert not more.townships.loc["t", "by_villages"]
    low = of([(0.1, 5, "t"), (0.05, 5, "t")], Rule(line=0.1, worse="low", share=0.5), {"t": 0.1})
    assert missing(low.villages["covered"]) == [True, False]
    assert low.townships.loc["t", "as_one"]


def test_what_is_not_known_makes_a_verdict_unknown_only_where_it_decides() -> None:
    sure = of([(10, 5, "t"), (NAN, 5, "t")], NEAR, {"t": 10})
    assert missing(sure.townships["by_villages"]) == [True]
    assert missing(sure.villages["covered"]) == [True, None]
    assert missing(sure.villages["flips"]) == [False, None]
    assert (
        sure.townships.loc["t", "places_unknown"],
        sure.townships.loc["t", "persons_unknown"],
    ) == (1, 5)
    hopeless = of([(99, 6, "t"), (NAN, 4, "t")], NEAR, {"t": 10})
    assert missing(hopeless.townships["by_villages"]) == [False]
    assert (hopeless.places_otherwise, hopeless.persons_otherwise) == (1, 6.0)
    open_ = of([(99, 5, "t"), (NAN, 5, "t")], NEAR, {"t": 10})
    assert missing(open_.townships["by_villages"]) == [None]
    assert missing(open_.townships["flips"]) == [None]
    assert open_.flipped_townships == ()
    seat = of([(99, 5, "t")], NEAR, {"t": NAN})
    assert missing(seat.townships["as_one"]) == [None]
    assert (missing(seat.villages["flips"]), seat.places_otherwise) == ([None], 0)


def test_a_township_without_persons_has_no_verdict_by_its_villages() -> None:
    found = of([(10, 0, "t"), (NAN, 0, "t")], NEAR)
    row = found.townships.loc["t"]
    assert math.isnan(row["person_share"])
    assert row["place_share"] == 0.5
    assert math.isnan(row["value"])
    assert missing(found.townships["by_villages"]) == [None]
    assert flips({}, {}, {}, rule=NEAR).townships.empty


@settings(max_examples=60, deadline=None)
@given(VILLAGES, st.sampled_from([0.3, 0.5, 1.0]), st.sampled_from(["seat", "mean"]))
@example([(NAN, 0, "x"), (10.0, 2, "x"), (INF, 0, "y")], 0.5, "mean")
def test_both_levels_are_those_of_plain_loops(
    villages: list[tuple[float, int, str]], share: float, figures: str
) -> None:
    names = sorted({one[2] for one in villages})
    seats = (
        {name: [12.0, NAN, 31.0][at] for at, name in enumerate(names)}
        if figures == "seat"
        else None
    )
    found = of([(v, p, t) for v, p, t in villages], Rule(30, "high", share), seats)
    assert list(found.townships.index) == names
    flipped = []
    for name in names:
        mine = [(value, count) for value, count, parent in villages if parent == name]
        people = [value for value, count in mine for _ in range(count)]
        mean = sum(people) / len(people) if people else NAN
        figure = seats[name] if seats else mean
        as_one = None if math.isnan(figure) else figure <= 30
        # Try every way the unknown ones may turn out: all near or all far.
        turns = {
            sum(one <= 30 or (near and math.isnan(one)) for one in people) / len(people) >= share
            for near in (False, True)
            if people
        }
        by_villages = turns.pop() if len(turns) == 1 else None
        row = found.townships.loc[name]
        assert row["places"] == len(mine)
        assert row["persons"] == len(people)
        assert row["value"] == pytest.approx(figure, nan_ok=True)
        assert missing(found.townships.loc[[name], "as_one"]) == [as_one]
        assert missing(found.townships.loc[[name], "by_villages"]) == [by_villages]
        if as_one is not None and by_villages is not None and as_one != by_villages:
            flipped.append(name)
        other = [
            count
            for value, count in mine
            if as_one is not None and not math.isnan(value) and (value <= 30) != as_one
        ]
        assert (row["places_otherwise"], row["persons_otherwise"]) == (len(other), sum(other))
    assert found.flipped_townships == tuple(flipped)
    assert found.places_otherwise == found.townships["places_otherwise"].sum()


@settings(max_examples=20, deadline=None)
@given(VILLAGES, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(
    villages: list[tuple[float, int, str]], chance: Any
) -> None:
    ids = [f"v{at}" for at in range(len(villages))]
    table = pd.DataFrame(
        {
            "value": [one[0] for one in villages],
            "persons": [one[1] / 3 for one in villages],
            "parent": [one[2] for one in villages],
        },
        index=ids,
    )
    chance.shuffle(ids)
    mixed = table.loc[ids]
    before = mixed.copy(deep=True)
    one = flips(table["value"], table["persons"], table["parent"], rule=NEAR)
    two = flips(mixed["value"], table["persons"], mixed["parent"], rule=NEAR)
    pd.testing.assert_frame_equal(one.townships, two.townships, check_exact=True)
    assert list(two.villages.index) == ids
    pd.testing.assert_frame_equal(one.villages.loc[ids], two.villages, check_exact=True)
    pd.testing.assert_frame_equal(mixed, before)


@pytest.mark.parametrize(
    ("line", "worse", "share", "words"),
    [
        (0, "high", 0.5, "line must be a finite number above 0"),
        (INF, "high", 0.5, "line must be a finite number above 0"),
        (30, "up", 0.5, "worse must be"),
        (30, "high", 0, "share must be a finite number above 0"),
        (30, "high", 1.1, "share must be at most 1"),
        (30, "high", True, "share must be a finite number"),
    ],
)
def test_a_rule_has_a_line_a_direction_and_a_share(
    line: Any, worse: Any, share: Any, words: str
) -> None:
    with pytest.raises(ParameterError, match=words):
        Rule(line, worse, share)


@pytest.mark.parametrize(
    ("value", "worse", "seat"),
    [(-1.0, "high", 1.0), (INF, "low", 1.0), (1.0, "high", -1.0), (1.0, "low", INF)],
)
def test_values_that_cannot_be_are_refused(
    value: float, worse: Literal["low", "high"], seat: float
) -> None:
    with pytest.raises(ParameterError, match="must be at least 0"):
        of([(value, 1, "t")], Rule(1, worse, 0.5), {"t": seat})


def test_villages_and_townships_are_named_alike_everywhere() -> None:
    values, persons, parents = {"a": 1, "b": 2}, {"a": 1, "b": 2}, {"a": "t", "b": "t"}
    with pytest.raises(UnknownIdError, match="persons is missing for b"):
        flips(values, {"a": 1}, parents, rule=NEAR)
    with pytest.raises(UnknownIdError, match="parents is missing for b"):
        flips(values, persons, {"a": "t"}, rule=NEAR)
    with pytest.raises(UnknownIdError, match=r"seats is missing for t; .*others: u"):
        flips(values, persons, parents, rule=NEAR, seats={"u": 1})
    with pytest.raises(ParameterError, match="parents is not known for b"):
        flips(values, persons, {"a": "t", "b": None}, rule=NEAR)  # type: ignore[dict-item] -- refused
    with pytest.raises(ParameterError, match="persons is negative for a"):
        flips(values, {"a": -1, "b": 1}, parents, rule=NEAR)
