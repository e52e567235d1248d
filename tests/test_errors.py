"""Errors say what is wrong, where, and what to do."""

from __future__ import annotations

import pytest

from wushan_geo import errors
from wushan_geo.errors import Fault, InputError, UnknownIdError, WushanGeoError, listed, shortened


def fault(**changes: object) -> Fault:
    told: dict[str, object] = {
        "file": "a.csv",
        "row": 3,
        "column": "persons",
        "value": "-2",
        "rule": "is at least 0",
        "suggestion": "Correct the number.",
    }
    return Fault(**{**told, **changes})  # type: ignore[arg-type]  # the fields are those above


def test_a_fault_reads_as_one_line() -> None:
    assert str(fault()) == "a.csv, row 3, persons: is at least 0 (found '-2'). Correct the number."
    assert str(fault(row=None, column="", value="")) == "a.csv: is at least 0. Correct the number."


def test_a_value_as_long_as_a_page_is_cut() -> None:
    assert shortened("x" * 100) == "x" * 100
    assert shortened("x" * 101) == "x" * 99 + "…"
    assert len(str(fault(value="x" * 10_000))) < 200


def test_an_input_error_lists_every_fault_once_sorted_by_file_and_row() -> None:
    one, two, three = fault(), fault(row=12), fault(file="b.csv", row=None)

    error = InputError([three, two, one, fault()])

    assert error.faults == (one, two, three)
    assert str(error).splitlines() == [
        "3 faults in the input:",
        f"  {one}",
        f"  {two}",
        f"  {three}",
    ]
    assert str(InputError([one])).startswith("1 fault in the input:")


def test_the_fault_of_a_whole_file_stands_before_those_of_its_rows() -> None:
    whole, row = fault(row=None), fault(row=2)

    assert InputError([row, whole]).faults == (whole, row)


@pytest.mark.parametrize(
    ("name", "builtin"),
    [
        ("InputError", ValueError),
        ("UnknownIdError", KeyError),
        ("ParameterError", ValueError),
        ("TimeOverError", ValueError),
        ("CrsError", ValueError),
        ("InfeasibleError", ValueError),
        ("VerificationError", RuntimeError),
    ],
)
def test_each_error_is_ours_and_a_built_in_one(name: str, builtin: type[Exception]) -> None:
    kind = getattr(errors, name)

    assert issubclass(kind, WushanGeoError)
    assert issubclass(kind, builtin)


def test_an_unknown_id_is_told_without_quotes() -> None:
    assert str(UnknownIdError("no village '1'")) == "no village '1'"
    assert str(UnknownIdError()) == ""


def test_a_few_ids_are_named_and_the_rest_counted() -> None:
    assert listed([1, 2, 3, 4, 5]) == "1, 2, 3, 4, 5"
    assert listed("abcdefg") == "a, b, c, d, e and 2 more"
    assert listed([]) == ""
