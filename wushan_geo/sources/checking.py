"""Check a study's files: what arrived, what is wrong or doubtful, and what changed."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from wushan_geo.checkup import (
    ADDRESSES,
    ARRIVALS,
    CHANGES,
    COLUMNS,
    DECIDED,
    FINDINGS,
    MATCHES,
    Checkup,
)
from wushan_geo.errors import Ask, InputError
from wushan_geo.sources.accepted import FOLDER as ACCEPTED
from wushan_geo.sources.accepted import accepted_files, changes_since
from wushan_geo.sources.answered import ANSWERS_FILE, answer_table, is_answered, read_filled
from wushan_geo.sources.finishing import INSIDE, SIGNED
from wushan_geo.sources.formats import read_grids
from wushan_geo.sources.guessing import likely_tables
from wushan_geo.sources.intake import LAYER_SUFFIXES, split_sheet
from wushan_geo.sources.opening import (
    BUILT_IN,
    FILE_TABLE,
    Reading,
    locate,
    named_files,
    named_tables,
    read_study,
    telling,
)
from wushan_geo.storage import table_bytes
from wushan_geo.study.answers import LEAVE_OUT, Answers
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from wushan_geo.errors import Fault
    from wushan_geo.sources.grid import Grid
    from wushan_geo.sources.vocabulary import Vocabulary
    from wushan_geo.study.answers import Answer

CHECKS_FILE = "checks.xlsx"
TABULAR_SUFFIXES = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".parquet"}
# Folders of a study that hold no data of an office.
_OWN_FOLDERS = {ACCEPTED, "outputs", "templates"}
_ORDER = {"error": 0, "decide": 1, "note": 2}
_UNSIGNED = {
    "source_unit": "unsigned_source_unit",
    "signer": "unsigned_signer",
    "as_of": "unsigned_as_of",
}
_DEEPEST = 3  # folders below the study's own that are looked into


def check_study_files(
    source: str | Path, answers: Path | None = None
) -> tuple[Checkup, dict[str, bytes]]:
    """Check every file of a study, and everything else in its folder that looks like data.

    Parameters
    ----------
    source
        A built-in study by name, a folder, or the path of a study file.
    answers
        A filled workbook of checks, or None.

    Returns
    -------
    tuple
        What was found, and the files to keep in the study folder from now on (the remembered
        answers); none where no new answer came.

    Raises
    ------
    InputError
        If there is no such study, its study file cannot be read, or an answer is none of those
        offered.
    OSError
        If the workbook of answers cannot be read.

    Examples
    --------
    >>> checkup, kept = check_study_files("example")
    >>> checkup.clean, kept
    (True, {})
    """
    new: list[Answer] = []
    if answers is not None:
        new, wrong = read_filled(answers.read_bytes(), answers)
        if wrong:  # nothing is remembered, and the filled workbook stays as it is
            raise InputError(wrong)
    reading = read_study(source, new)
    damaged = [one for one in reading.faults if one.file == ANSWERS_FILE]
    if new and damaged:  # to write the file anew would lose what could not be read
        raise InputError(damaged)
    if source not in BUILT_IN:
        reading.taken.faults += _left_lying(reading, answers)
    reading.taken.faults += [*_unsigned(reading), *_pointless(reading)]
    reading.taken.faults = _asked_datum(reading)
    keep = {ANSWERS_FILE: table_bytes(answer_table(reading.answered))} if new else {}
    return _checkup(reading), keep


def own_folder(source: str | Path) -> Path | None:
    """Give the folder of a planner's own study; a built-in one has none to write into.

    Parameters
    ----------
    source
        A built-in study by name, a folder, or the path of a study file.

    Returns
    -------
    Path or None
        The folder, or None.

    Raises
    ------
    InputError
        If there is no such study.

    Examples
    --------
    >>> own_folder("wushan") is None
    True
    """
    return None if source in BUILT_IN else locate(source).parent


def accept_study_files(source: str | Path, day: str) -> dict[str, bytes]:
    """Give the files that make today's version of a study the accepted one.

    Parameters
    ----------
    source
        A study whose check found nothing to mend or decide.
    day
        Date of the acceptance.

    Returns
    -------
    dict
        Content by name, relative to the study folder.

    Raises
    ------
    InputError
        If there is no such study.

    Examples
    --------
    >>> "accepted/persons.csv" in accept_study_files("example", "2025-07-01")
    True
    """
    reading = read_study(source)
    made = accepted_files(reading.clean, day)
    return {f"{ACCEPTED}/{name}": content for name, content in made.items()}


def _checkup(reading: Reading) -> Checkup:
    config = reading.config
    try:
        day, changes = changes_since(reading.folder, reading.clean)
    except InputError as error:
        reading.taken.faults += error.faults
        day, changes = "", _frame(CHANGES, [])
    taken = reading.taken
    return Checkup(
        study=reading.folder.name if config is None else config.id,
        title=("", "") if config is None else (config.title.zh, config.title.en),
        as_of="" if config is None else config.as_of.isoformat(),
        arrivals=_frame(
            ARRIVALS, ({k: getattr(one, k) for k in ARRIVALS} for one in taken.arrivals)
        ),
        columns=_frame(COLUMNS, _columns(reading)),
        findings=_frame(
            FINDINGS, (_finding(one, reading.vocabulary) for one in _sorted(reading.faults))
        ),
        matches=_joined(MATCHES, taken.matches),
        changes=changes,
        addresses=_joined(ADDRESSES, taken.addresses),
        decided=answer_table(reading.answered).reindex(columns=list(DECIDED)),
        accepted=day,
    )


def _frame(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))


def _joined(columns: Sequence[str], tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put tables of the same columns together; an empty one would only blur the kinds of cells."""
    filled = [one for one in tables if len(one)]
    return pd.concat(filled, ignore_index=True) if filled else _frame(columns, [])


def _columns(reading: Reading) -> Iterator[dict[str, Any]]:
    for arrival in reading.taken.arrivals:
        for one in arrival.columns:
            yield {
                "table": arrival.table,
                "file": arrival.file,
                "sheet": arrival.sheet,
                "header": one.header,
                "means": one.means,
                "how": one.how,
            }


def _sorted(faults: Sequence[Fault]) -> list[Fault]:
    """Put the gravest first, then by file and row; what is said twice is said once."""
    grave = [one for one in faults if one.severity != "note"]
    notes = [one for one in faults if one.severity == "note"]
    kept = dict.fromkeys([*telling(grave), *notes])
    return sorted(
        kept, key=lambda one: (_ORDER[one.severity], one.file, one.row or 0, one.column, one.value)
    )


def _finding(one: Fault, vocabulary: Vocabulary) -> dict[str, Any]:
    ask = one.ask or Ask("", "", "")
    choices = list(ask.choices)
    if ask.topic == "column":  # a column is offered with the heading that an officer knows
        heads = [vocabulary.heading(ask.table, choice) for choice in choices]
        pairs = zip(choices, heads, strict=True)
        choices = [key if head == key else f"{key} {head}" for key, head in pairs]
    return {
        "severity": one.severity,
        "file": one.file,
        "row": float("nan") if one.row is None else float(one.row),
        "column": one.column,
        "value": one.value,
        "rule_zh": one.rule_zh or one.rule,
        "rule_en": one.rule,
        "suggestion_zh": one.suggestion_zh or one.suggestion,
        "suggestion_en": one.suggestion,
        "topic": ask.topic,
        "table": ask.table,
        "subject": ask.subject,
        "choices": "; ".join(choices),
        "answer": "",
    }


def _unsigned(reading: Reading) -> Iterator[Fault]:
    """Ask once for each register who supplied it, who signed, and as of when."""
    for table, clean in sorted(reading.clean.items()):
        if "basis" not in clean or not (clean["basis"] == "measured").any():
            continue
        for column in SIGNED:
            if column in clean and clean[column].isna().all():
                raw = reading.raw[table]
                asked = Ask("source", table, column)
                words = rule(_UNSIGNED[column])
                advice = hint("unsigned", table=table)
                where = Where(raw.file, None, column)
                yield fault(where, words, advice, severity="decide", ask=asked)


def _pointless(reading: Reading) -> Iterator[Fault]:
    """Ask where the persons of a village are, if no village says so and times are to be made."""
    villages, raw = reading.clean.get("villages"), reading.raw.get("villages")
    config = reading.config
    if villages is None or raw is None or raw.geometry is None or config is None:
        return
    answer = Answers.of(reading.answered).get("source", "villages", "demand_point")
    if config.travel.engine == "none" or villages["demand_lon"].notna().any() or answer:
        return
    asked = Ask("source", "villages", "demand_point", (INSIDE, LEAVE_OUT))
    words, advice = rule("no_demand_points"), hint("no_demand_points")
    yield fault(Where(raw.file), words, advice, severity="decide", ask=asked)


def _asked_datum(reading: Reading) -> list[Fault]:
    """Ask for the datum of a register of facilities where nothing tells it."""
    facilities = reading.clean.get("facilities")
    measured = facilities is not None and bool((facilities["basis"] == "measured").any())
    return [
        replace(one, severity="decide") if measured and _untold(one) else one
        for one in reading.faults
    ]


def _untold(one: Fault) -> bool:
    ask = one.ask
    return (
        one.severity == "note"
        and ask is not None
        and (ask.topic, ask.table) == ("datum", "facilities")
    )


def _left_lying(reading: Reading, answers: Path | None) -> Iterator[Fault]:
    """Find files of the folder that look like data and that the study does not name."""
    named = (*named_files(reading), *_named_by_others(reading.folder))
    used = {_real(reading.folder / one) for one in named}
    used |= set() if answers is None else {_real(answers)}
    known = Answers.of(reading.answered)
    for path in _data_files(reading.folder):
        if _real(path) in used or path.name in {ANSWERS_FILE, CHECKS_FILE}:
            continue
        name = path.relative_to(reading.folder).as_posix()
        if not _is_text(name):  # an archive packed in GBK and unpacked as UTF-8 leaves such names
            readable = name.encode(errors="surrogateescape").decode("gb18030", "replace")
            yield fault(Where(readable), rule("file_name"), hint("file_name"))
            continue
        answer = known.get("table", FILE_TABLE, name)
        if answer == LEAVE_OUT:
            where = Where(name)
            yield fault(where, rule("file_left_out"), hint("place_left_out"), severity="note")
            continue
        tabular = path.suffix.lower() in TABULAR_SUFFIXES
        grids = read_grids(path.read_bytes(), path)[0] if tabular else []
        if not any(is_answered(one) for one in grids):  # a workbook of checks, renamed
            yield _unnamed(reading, name, grids if tabular else None)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _real(path: Path) -> Path:
    """Follow links; what leads nowhere, or in a circle, stands for itself."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path


def _named_by_others(folder: Path) -> Iterator[str]:
    """Give the files that other studies of the same folder name, such as last year's."""
    for path in sorted(folder.glob("*.toml")):
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError, RecursionError):
            continue  # whichever study it is, its own check says so
        for names in named_tables(document).values():
            yield from (split_sheet(one, folder)[0] for one in names)


def _unnamed(reading: Reading, name: str, grids: Sequence[Grid] | None) -> Fault:
    """Ask which table a file holds: its sheets, or None for a layer."""
    tables = ["townships", "villages", "county"]
    if grids is not None:
        tables = likely_tables(grids, reading.vocabulary)
    asked = Ask("table", FILE_TABLE, name, (*tables, LEAVE_OUT))
    words = rule("file_unnamed")
    advice = hint("file_unnamed", study=reading.study) if tables else hint("file_unknown")
    return fault(Where(name), words, advice, severity="decide", ask=asked)


def _data_files(folder: Path) -> Iterator[Path]:
    """Go through the files of a study's folder that may hold data, in a fixed order."""
    suffixes = TABULAR_SUFFIXES | LAYER_SUFFIXES
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder).parts
        hidden = any(part.startswith((".", "~$")) for part in inner)
        if hidden or len(inner) > _DEEPEST or inner[0] in _OWN_FOLDERS:
            continue
        if path.is_file() and path.suffix.lower() in suffixes:
            yield path
