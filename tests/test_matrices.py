"""Bring your own times: files of any router, their units, their ids and every fault by its row."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import InputError, ParameterError, UnknownIdError
from wushan_geo.matrices import read_matrix
from wushan_geo.sources.matrices import StatedPairs, pairs_table, read_pairs_table
from wushan_geo.study.travelling import MatrixConfig
from wushan_geo.travel.given import given_matrix, given_trips, in_matrix_unit, without_points
from wushan_geo.travel.matrix import TravelMatrix

COLUMNS = ("origin", "destination", "cost")


def written(folder: Path, text: str, name: str = "times.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def found(path: Path, **options: Any) -> list[tuple[int | None, str, str, str]]:
    """Give row, column, value and rule of each fault."""
    options = {"unit": "min"} | options
    with pytest.raises(InputError) as caught:
        read_matrix(path, **options)
    return [(one.row, one.column, one.value, one.rule) for one in caught.value.faults]


def minutes(matrix: TravelMatrix) -> list[list[float]]:
    values: list[list[float]] = matrix.dense().tolist()
    return values


# --- What a file says ---


def test_a_file_of_pairs_becomes_a_matrix_with_the_ids_in_the_order_asked_for(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "from,to,t\nA,G,3\nB,H,inf\nB,G,0\nA,H,4.5\n")

    matrix = read_matrix(
        path, unit="min", origin="from", destination="to", cost="t", origins=["B", "A"]
    )

    assert matrix.origin_ids == ("B", "A")
    assert matrix.destination_ids == ("G", "H")
    assert minutes(matrix) == [[0.0, np.inf], [3.0, 4.5]]


@pytest.mark.parametrize(
    ("unit", "cost", "name", "value"),
    [
        ("min", "30", "min", 30.0),
        ("s", "1800", "min", 30.0),
        ("h", "0.5", "min", 30.0),
        ("m", "1500", "m", 1500.0),
        ("km", "1.5", "m", 1500.0),
        ("h", "0.07", "min", 4.2),
        ("km", "1.001", "m", 1001.0),
        ("s", "inf", "min", np.inf),
    ],
)
def test_every_unit_becomes_minutes_or_metres(
    tmp_path: Path, unit: str, cost: str, name: str, value: float
) -> None:
    matrix = read_matrix(written(tmp_path, f"origin,destination,cost\nA,H,{cost}\n"), unit=unit)

    assert (matrix.unit, minutes(matrix)) == (name, [[value]])


def test_a_unit_must_be_said_and_known(tmp_path: Path) -> None:
    path = written(tmp_path, "origin,destination,cost\nA,H,30\n")
    unsaid: dict[str, Any] = {}

    with pytest.raises(ParameterError, match="min, s, h, m, km"):
        read_matrix(path, unit="minutes")
    with pytest.raises(TypeError, match="unit"):
        read_matrix(path, **unsaid)


def test_the_limit_is_in_the_unit_of_the_file_and_a_pair_at_it_stays(tmp_path: Path) -> None:
    path = written(tmp_path, "origin,destination,cost\nA,G,3600\nA,H,3601\n")

    matrix = read_matrix(path, unit="s", limit=3600)

    assert matrix.limit == 60.0
    assert minutes(matrix) == [[60.0, np.inf]]


def test_with_a_limit_a_pair_and_a_whole_place_may_be_missing(tmp_path: Path) -> None:
    path = written(tmp_path, "origin,destination,cost\nA,H,5\n")

    matrix = read_matrix(path, unit="min", origins=["A", "B"], destinations=["G", "H"], limit=60)

    assert minutes(matrix) == [[np.inf, 5.0], [np.inf, np.inf]]


def test_excel_and_parquet_and_gbk_give_the_same_matrix(tmp_path: Path) -> None:
    table = pd.DataFrame({"起点": ["0012", "0013"], "终点": ["H", "H"], "分钟": [12.5, 7.0]})
    made = {
        "a.xlsx": _bytes(table.to_excel),
        "a.parquet": _bytes(table.to_parquet),
        "a.csv": table.to_csv(index=False).encode("gb18030"),
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)

    matrices = [
        read_matrix(tmp_path / name, unit="min", origin="起点", destination="终点", cost="分钟")
        for name in made
    ]

    for one in matrices:
        assert one.origin_ids == ("0012", "0013")
        assert minutes(one) == [[12.5], [7.0]]


def _bytes(write: Any) -> bytes:
    stream = io.BytesIO()
    write(stream, index=False)
    return stream.getvalue()


def test_the_sheet_that_has_the_columns_is_read_and_two_of_them_are_asked_about(
    tmp_path: Path,
) -> None:
    table = pd.DataFrame({"origin": ["A"], "destination": ["H"], "cost": [5]})
    path = tmp_path / "book.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"说明": ["分钟"]}).to_excel(book, sheet_name="说明", index=False)
        table.to_excel(book, sheet_name="夏季", index=False)
    assert minutes(read_matrix(path, unit="min")) == [[5.0]]

    with pd.ExcelWriter(path) as book:
        table.to_excel(book, sheet_name="夏季", index=False)
        table.assign(cost=9).to_excel(book, sheet_name="冬季", index=False)
    assert "has one sheet" in found(path)[0][3]
    assert minutes(read_matrix(f"{path}#冬季", unit="min")) == [[9.0]]
    assert "sheet" in found(Path(f"{path}#春季"))[0][3]


def test_a_title_above_the_header_and_blank_rows_do_not_move_the_row_numbers(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "到达时间,,\norigin,destination,cost\nA,H,5\n,,\nB,H,x\n")

    assert found(path) == [(5, "cost", "x", "is a number of at least 0, or inf (no way)")]


# --- What is wrong with a file ---


@pytest.mark.parametrize("code", ["5.00237E+11", "5.00237e11", "500237001001.0", "12.0"])
def test_a_code_that_a_spreadsheet_has_turned_into_a_number_is_refused(
    tmp_path: Path, code: str
) -> None:
    path = written(tmp_path, f"origin,destination,cost\n{code},H,5\n")

    assert found(path) == [(2, "origin", code, "is an id, kept as text")]


def test_leading_zeros_stay_and_a_lost_one_is_an_unknown_id(tmp_path: Path) -> None:
    path = written(tmp_path, "origin,destination,cost\n0501,H,5\n")
    assert read_matrix(path, unit="min").origin_ids == ("0501",)

    table = pd.DataFrame({"origin": [501], "destination": ["H"], "cost": [5]})
    book = tmp_path / "a.xlsx"
    book.write_bytes(_bytes(table.to_excel))
    faults = found(book, origins=["0501"])
    assert (2, "origin", "501", "is one of the ids asked for") in faults
    assert (None, "origin", "0501", "has at least one row") in faults


@pytest.mark.parametrize(
    ("cost", "rule"),
    [
        ("", "must not be empty"),
        ("nan", "is a number of at least 0, or inf (no way)"),
        ("无法到达", "is a number of at least 0, or inf (no way)"),
        ("1,5", "is a number of at least 0, or inf (no way)"),
        ("5分", "is a number of at least 0, or inf (no way)"),
        ("-1", "is at least 0"),
        ("-inf", "is a number of at least 0, or inf (no way)"),
    ],
)
def test_a_cost_that_is_none_is_named_with_its_row(tmp_path: Path, cost: str, rule: str) -> None:
    path = written(tmp_path, f'origin,destination,cost\nA,G,1\nA,H,"{cost}"\n')

    assert found(path) == [(3, "cost", cost, rule)]


def test_an_empty_id_is_named_with_its_row(tmp_path: Path) -> None:
    path = written(tmp_path, "origin,destination,cost\nA,H,1\n,H,2\nB,,3\n")

    assert found(path) == [
        (3, "origin", "", "must not be empty"),
        (4, "destination", "", "must not be empty"),
    ]


def test_a_pair_that_is_there_twice_is_refused_and_not_overwritten(tmp_path: Path) -> None:
    path = written(tmp_path, "origin,destination,cost\nA,H,1\nB,H,2\nA,H,3\nA,H,3\n")

    assert found(path) == [
        (4, "origin, destination", "A -> H", "appears only once"),
        (5, "origin, destination", "A -> H", "appears only once"),
    ]


def test_ids_are_checked_both_ways_and_gaps_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, "origin,destination,cost\nA,G,1\nB,H,2\nC,H,2\nC,G,2\n")

    assert found(path, origins=["A", "B", "D"], destinations=["G", "H", "I"]) == [
        (None, "destination", "I", "has at least one row"),
        (None, "origin", "D", "has at least one row"),
        (None, "origin, destination", "A -> H, B -> G", "has a row for every pair (missing: 2)"),
        (4, "origin", "C", "is one of the ids asked for"),
    ]


def test_a_gap_is_a_gap_also_where_nobody_stated_the_ids(tmp_path: Path) -> None:
    path = written(tmp_path, "origin,destination,cost\nA,G,1\nB,H,2\nA,H,2\n")

    (fault,) = found(path)
    assert fault[2:] == ("B -> G", "has a row for every pair (missing: 1)")


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "origin,destination,cost\n1.0E+5,H,x\nA,H,1\nA,H,-1\n,H,\n")

    assert [one[:2] for one in found(path)] == [
        (2, "cost"),
        (2, "origin"),
        (4, "cost"),
        (4, "origin, destination"),
        (5, "cost"),
        (5, "origin"),
    ]


def test_missing_and_repeated_columns_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, "from,to,cost\nA,H,1\n")
    assert [one[1] for one in found(path)] == ["destination", "origin"]

    path = written(tmp_path, "origin,destination,cost,cost\nA,H,1,2\n")
    assert [(row, column) for row, column, _, _ in found(path)] == [(1, "cost")]

    path = written(tmp_path, "origin,cost\nA,1\n")
    assert [one[1] for one in found(path, destination="origin")] == ["origin"]


def test_a_file_that_is_not_there_or_no_table_is_an_input_error(tmp_path: Path) -> None:
    assert found(tmp_path / "no.csv") == [(None, "", "", "exists")]
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    assert len(found(empty)) == 1


def test_a_table_without_rows_has_no_pair_and_stated_places_lack_theirs(tmp_path: Path) -> None:
    path = written(tmp_path, "origin,destination,cost\n")

    assert read_matrix(path, unit="min").origin_ids == ()
    assert {one[2] for one in found(path, origins=["A"], destinations=["H"])} == {"A", "H"}


def test_an_id_stated_twice_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "origin,destination,cost\nA,H,1\n")

    with pytest.raises(UnknownIdError, match="more than once: A"):
        read_matrix(path, unit="min", origins=["A", "A"])


def test_the_clean_table_tells_the_row_of_each_pair(tmp_path: Path) -> None:
    path = written(tmp_path, "origin,destination,cost,note\nA,H,1,x\n,,,remark\nB,H,inf,\n")

    table = read_pairs_table(path, COLUMNS, StatedPairs())

    assert table.index.tolist() == [2, 4]
    assert table.to_numpy().tolist() == [["A", "H", 1.0], ["B", "H", np.inf]]


def test_faults_of_a_study_come_as_a_list() -> None:
    table, faults = pairs_table(b"origin,destination,cost\nA,H,x\n", Path("t.csv"), COLUMNS)

    assert table is None
    assert [(one.file, one.row, one.severity) for one in faults] == [("t.csv", 2, "error")]
    assert all(one.rule_zh and one.suggestion_zh for one in faults)


pairs = st.dictionaries(
    st.tuples(st.sampled_from(["0A", "1", "村", "b c"]), st.sampled_from(["H", "00", "j"])),
    st.one_of(st.just(float("inf")), st.floats(0, 1e6)),
    min_size=1,
)


@given(pairs, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_a_matrix_survives_the_way_through_a_file_in_any_order_of_rows(
    costs: dict[tuple[str, str], float], random: Any
) -> None:
    rows = [(*ends, cost) for ends, cost in costs.items()]
    random.shuffle(rows)
    lines = [f"{start},{end},{cost!r}\n" for start, end, cost in rows]
    origins, destinations = ["0A", "1", "村", "b c"], ["H", "00", "j"]
    text = "origin,destination,cost\n" + "".join(lines)
    stated = StatedPairs(tuple(origins), tuple(destinations), complete=False)

    table, faults = pairs_table(text.encode(), Path("t.csv"), COLUMNS, stated)

    assert faults == []
    assert table is not None
    read = dict(
        zip(zip(table["origin"], table["destination"], strict=True), table["cost"], strict=True)
    )
    assert read == costs


# --- Times of a study from another router ---


def config(unit: str = "min", limit: float | None = None) -> MatrixConfig:
    return MatrixConfig(unit, *COLUMNS, limit)


def table(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS))


def test_given_times_are_the_moving_part_and_the_charges_of_the_study_are_added() -> None:
    homes = without_points(["A", "B"], {"A": 5.0, "B": 7.0})
    facilities = without_points(["H"])
    given_times = table(("B", "H", 2400.0), ("A", "H", 1200.0))

    trips = given_trips(config("s"), given_times, homes, facilities)

    # 20 and 40 minutes on the way, 5 and 7 in the village; the way alone is uncertain
    assert minutes(trips.matrix()) == [[25.0], [47.0]]
    assert minutes(trips.matrix(1.5)) == [[35.0], [67.0]]
    assert trips.snaps["other_min"].tolist() == [5.0, 7.0, 0.0]
    assert given_times["cost"].tolist() == [2400.0, 1200.0]


def test_given_times_up_to_a_limit_do_not_answer_beyond_it() -> None:
    homes, facilities = without_points(["A", "B"]), without_points(["H"])
    trips = given_trips(config("h", 1.0), table(("A", "H", 0.5)), homes, facilities)

    assert trips.reach == 60.0
    assert minutes(trips.matrix(1.0, limit=60)) == [[30.0], [np.inf]]
    with pytest.raises(ParameterError, match="searched up to 54 min"):
        trips.matrix(0.9, limit=60)


def test_given_distances_are_no_times_of_a_study() -> None:
    places = without_points(["A"]), without_points(["H"])

    with pytest.raises(ParameterError, match="in km, and the limits of a study are minutes"):
        given_trips(config("km"), table(("A", "H", 1.0)), *places)


def test_given_times_lack_no_village_and_no_facility() -> None:
    places = without_points(["A", "B"]), without_points(["H"])

    with pytest.raises(InputError, match="B -> H"):
        given_trips(config(), table(("A", "H", 1.0)), *places)
    with pytest.raises(InputError, match="C"):
        given_trips(config(), table(("A", "H", 1.0), ("B", "H", 1.0), ("C", "H", 1.0)), *places)


def test_a_matrix_in_metres_keeps_its_limit_in_metres() -> None:
    matrix = given_matrix(table(("A", "H", 1.5)), unit="km", limit=2)

    assert (matrix.unit, matrix.limit, minutes(matrix)) == ("m", 2000.0, [[1500.0]])


def test_costs_are_not_changed_by_turning_them() -> None:
    values = np.array([60.0])

    assert in_matrix_unit(values, "s")[0].tolist() == [1.0]
    assert values.tolist() == [60.0]


# --- Costs that nobody can mean ---


@pytest.mark.parametrize(
    ("unit", "fits", "mark"),
    [
        ("min", 1440, 9999),
        ("s", 86400, 99999),
        ("h", 24, 9999),
        ("m", 2880000, 4294967.295),
        ("km", 2880, 9999),
    ],
)
def test_a_mark_for_no_way_is_one_fault_with_its_first_row_and_how_many(
    tmp_path: Path, unit: str, fits: float, mark: float
) -> None:
    text = f"origin,destination,cost\nA,G,{fits}\nA,H,{mark}\nB,G,inf\nB,H,{mark}\n"
    path = written(tmp_path, text)

    ((row, column, value, rule),) = found(path, unit=unit)
    assert (row, column, float(value)) == (3, "cost", mark)
    assert rule == f"is at most {fits:g} {unit} (pairs above it: 2)"
    with pytest.raises(InputError) as caught:
        read_matrix(path, unit=unit)
    (one,) = caught.value.faults
    assert "inf" in one.suggestion
    assert "inf" in one.suggestion_zh
    read_matrix(written(tmp_path, text.replace(str(mark), "inf"), "b.csv"), unit=unit)


def test_infinity_goes_through_a_parquet_file_and_an_empty_cost_does_not(tmp_path: Path) -> None:
    matrix = TravelMatrix(("A", "B"), ("H",), "min", np.array([[5.0], [np.inf]]))
    path = tmp_path / "times.parquet"
    matrix.to_table().to_parquet(path)

    assert read_matrix(path, unit="min").dense().tolist() == [[5.0], [np.inf]]
    matrix.to_table().replace(np.inf, np.nan).to_parquet(path)
    with pytest.raises(InputError, match="empty"):
        read_matrix(path, unit="min")
