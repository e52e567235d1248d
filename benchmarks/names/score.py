"""Score what a matcher made of `names.csv`."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LIST = Path(__file__).resolve().with_name("names.csv")
NO_UNIT = frozenset({"none", "ambiguous"})
TOWNSHIP_DIGITS = 9


class Mistake(NamedTuple):
    """A row that was matched wrongly, or not although it means a unit.

    Attributes
    ----------
    row_id
        The row.
    name
        The messy name.
    expected
        The right code, none or ambiguous.
    found
        The automatic match, or None.
    kind
        `wrong` (another unit), `should_not` (none or ambiguous was right) or `missed`.
    rule
        The rules by which the name was made messy.
    """

    row_id: str
    name: str
    expected: str
    found: str | None
    kind: str
    rule: str


class Score(NamedTuple):
    """How well a list was matched.

    Attributes
    ----------
    rows
        Rows of the list.
    matched
        Rows that were matched automatically.
    right
        Rows matched with the right code.
    meant
        Rows that mean a unit of the county.
    precision
        Right among matched; None when nothing was matched.
    recall
        Right among meant; None when no row means a unit.
    homonyms_outside
        Planted homonyms (rules H1 to H5) matched to a village outside the parent that is told.
    outside
        All rows matched to a village outside the parent that is told.
    mistakes
        Every row that is not right, in the order of the list.
    """

    rows: int
    matched: int
    right: int
    meant: int
    precision: float | None
    recall: float | None
    homonyms_outside: int
    outside: int
    mistakes: tuple[Mistake, ...]


def read_names(path: Path = LIST) -> list[dict[str, str]]:
    """Read the list, with every blank kept.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list
        Its rows.

    Raises
    ------
    FileNotFoundError
        If it is lacking.

    Examples
    --------
    >>> read_names()[0]["row_id"]
    'n0001'
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _mistake(row: Mapping[str, str], found: str | None) -> Mistake | None:
    """Say what is wrong with a match, if anything."""
    expected = row["expected"]
    if found == expected or (found is None and expected in NO_UNIT):
        return None
    unwanted = "should_not" if expected in NO_UNIT else "wrong"
    kind = "missed" if found is None else unwanted
    return Mistake(row["row_id"], row["name"], expected, found, kind, row["rule"])


def _is_outside(row: Mapping[str, str], found: str | None) -> bool:
    """Whether a village was matched outside the township that the row tells."""
    told = row["parent_meant"]
    return (
        found is not None
        and row["level"] == "village"
        and bool(told)
        and found[:TOWNSHIP_DIGITS] != told
    )


def _share(part: int, whole: int) -> float | None:
    """Give a share, or None of nothing."""
    return part / whole if whole else None


def measure(
    matches: Mapping[str, str | None], names: Sequence[Mapping[str, str]] | None = None
) -> Score:
    """Score the automatic matches of a list.

    A match where `none` or `ambiguous` is expected is a mistake; no match there is right, and
    counts neither for precision nor for recall.

    Parameters
    ----------
    matches
        For every `row_id` the code that was matched automatically, or None where the matcher
        gave nothing, or only a suggestion for a person to decide.
    names
        Rows with the columns of `names.csv`; that file if left out.

    Returns
    -------
    Score
        Shares, counts and all mistakes.

    Raises
    ------
    ValueError
        If a row has no entry, an entry no row, or a match is not a code (text of digits).

    Examples
    --------
    >>> row = {"row_id": "n1", "level": "village", "name": "永安", "expected": "500237101208"}
    >>> row |= {"rule": "R1", "parent_meant": "500237101"}
    >>> score = measure({"n1": "500237101208"}, [row])
    >>> score.precision, score.recall, score.mistakes
    (1.0, 1.0, ())
    """
    rows = read_names() if names is None else names
    known = {row["row_id"] for row in rows}
    lacking, unknown = sorted(known - matches.keys()), sorted(matches.keys() - known)
    if lacking or unknown:
        raise ValueError(f"rows without an entry: {lacking}; entries without a row: {unknown}")
    strange = sorted(
        key for key, found in matches.items() if found is not None and not found.isdecimal()
    )
    if strange:
        raise ValueError(f"neither a code nor None: {strange}")
    found = [matches[row["row_id"]] for row in rows]
    right = sum(code == row["expected"] for row, code in zip(rows, found, strict=True))
    matched = sum(code is not None for code in found)
    meant = sum(row["expected"] not in NO_UNIT for row in rows)
    outside = [row for row, code in zip(rows, found, strict=True) if _is_outside(row, code)]
    mistakes = (_mistake(row, code) for row, code in zip(rows, found, strict=True))
    return Score(
        rows=len(rows),
        matched=matched,
        right=right,
        meant=meant,
        precision=_share(right, matched),
        recall=_share(right, meant),
        homonyms_outside=sum(row["rule"].startswith("H") for row in outside),
        outside=len(outside),
        mistakes=tuple(mistake for mistake in mistakes if mistake is not None),
    )
