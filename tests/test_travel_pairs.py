"""Tables of pairs: in any order, with any kind of id, read as a plain loop reads them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import InputError
from wushan_geo.travel.matrix import TravelMatrix
from wushan_geo.travel.pairs import read_pairs

COLUMNS = ("origin", "destination", "cost")
NUMBERS = [3, -2, 40, 7_000_000_000, 5, 6]
KINDS = ["int64", "int8", "uint64", "object", "str", "string", "category", "Int64"]


def column(ids: list[int], kind: str) -> pd.Series[Any]:
    """Write ids as a column of some kind; small ones where the kind holds no others."""
    if kind in {"int8", "uint64"}:
        return pd.Series([abs(one) % 50 for one in ids], dtype=kind)
    texts = kind in {"str", "string", "category"}
    return pd.Series([str(one) for one in ids] if texts else ids, dtype=kind)


def looped(table: pd.DataFrame, limit: float) -> tuple[list[str], list[str], list[Any]]:
    """Read a table row by row."""
    origins: dict[str, int] = {}
    destinations: dict[str, int] = {}
    pairs = []
    for origin, destination, cost in table.astype(object).itertuples(index=False):
        at = origins.setdefault(str(origin), len(origins))
        to = destinations.setdefault(str(destination), len(destinations))
        if cost <= limit:
            pairs.append((at, to, cost))
    return list(origins), list(destinations), sorted(pairs)


@given(
    pairs=st.lists(
        st.tuples(st.sampled_from(NUMBERS), st.sampled_from(NUMBERS)), max_size=36, unique=True
    ),
    kinds=st.tuples(st.sampled_from(KINDS), st.sampled_from(KINDS)),
    in_order=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_a_table_is_read_as_a_plain_loop_reads_it(
    pairs: list[tuple[int, int]], kinds: tuple[str, str], *, in_order: bool
) -> None:
    some = sorted(pairs) if in_order else pairs
    table = pd.DataFrame(
        {
            "origin": column([one for one, _ in some], kinds[0]),
            "destination": column([two for _, two in some], kinds[1]),
            "cost": np.arange(len(some), dtype=float) % 7,
        }
    )
    before = table.copy(deep=True)
    known = read_pairs(table, COLUMNS, None, None, 5.0)
    found = [one.tolist() for one in known.pairs]
    assert (list(known.origin_ids), list(known.destination_ids)) == looped(table, 5.0)[:2]
    assert list(zip(*found, strict=True)) == looped(table, 5.0)[2]
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize("kind", ["int64", "str", "object"])
def test_long_tables_in_order_or_not_give_the_same_matrix(kind: str) -> None:
    origin, destination = np.divmod(np.arange(6_000), 60)
    table = pd.DataFrame(
        {
            "origin": column(origin.tolist(), kind),
            "destination": column((destination + 500).tolist(), kind),
            "cost": np.random.default_rng(3).uniform(0, 90, 6_000),
        }
    )
    ids = {"origins": range(100), "destinations": range(500, 560)}
    for limit in (None, 60.0):
        right = TravelMatrix.from_table(table, unit="min", limit=limit, **ids)
        mixed = table.sample(frac=1, random_state=5)
        assert right == TravelMatrix.from_table(mixed, unit="min", limit=limit, **ids)
        assert right.dense().max(where=np.isfinite(right.dense()), initial=0) <= (limit or 90)


@pytest.mark.parametrize("kind", ["int64", "str"])
@pytest.mark.parametrize("rows", [[0, 0, 1, 2], [2, 1, 0, 0], [0, 1, 2, 0]])
def test_a_pair_twice_is_refused_wherever_it_stands(kind: str, rows: list[int]) -> None:
    table = pd.DataFrame(
        {"origin": column(rows, kind), "destination": column([9] * 4, kind), "cost": 1.0}
    )
    with pytest.raises(InputError, match="0 -> 9"):
        read_pairs(table, COLUMNS, None, None, 5.0)


def test_a_matrix_does_not_change_with_its_table() -> None:
    table = pd.DataFrame({"origin": [1, 2], "destination": [7, 7], "cost": [3.0, 4.0]})
    for limit in (None, 10.0):
        made = TravelMatrix.from_table(table, unit="min", limit=limit)
        costs = table["cost"].to_numpy(copy=False)
        if costs.flags.writeable:
            costs[0] = 8.0
        table.loc[0, "cost"] = 9.0
        assert made.dense().tolist() == [[3.0], [4.0]]
        table.loc[0, "cost"] = 3.0


@pytest.mark.parametrize("mark", [4294967.295, 2147483647, 4294967295.0, 3.4028234663852886e38])
def test_what_another_tool_writes_for_no_way_is_refused_and_infinity_is_not(mark: float) -> None:
    table = pd.DataFrame({"origin": ["A", "B"], "destination": "H", "cost": [5.0, mark]})

    with pytest.raises(InputError) as caught:
        TravelMatrix.from_table(table, unit="m")
    (one,) = caught.value.faults
    assert "inf" in one.suggestion
    far = table.assign(cost=[4294967.0, np.inf])  # near to a mark is none
    assert TravelMatrix.from_table(far, unit="m").dense().tolist() == [[4294967.0], [np.inf]]
