"""The cells of a column, read once for each distinct value, with everything there is to tell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wushan_geo.sources.understanding.body import NUMERIC
from wushan_geo.sources.understanding.codes import (
    DIVISION_COLUMNS,
    read_code,
    read_id,
    read_personal,
)
from wushan_geo.sources.understanding.columns import PERSONAL
from wushan_geo.sources.understanding.dates import read_date
from wushan_geo.sources.understanding.desk import HIDDEN
from wushan_geo.sources.understanding.numbers import PLAIN, number, read_number
from wushan_geo.sources.understanding.parsed import Parsed, text_of
from wushan_geo.sources.understanding.words import BLANK, read_set
from wushan_geo.study.answers import LEAVE_OUT
from wushan_geo.study.faults import hint, rule
from wushan_geo.study.tables import CONTRACTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from wushan_geo.sources.grid import Cell
    from wushan_geo.sources.understanding.body import Body
    from wushan_geo.sources.understanding.claims import Claim
    from wushan_geo.sources.understanding.records import Texts
    from wushan_geo.study.faults import Pair
    from wushan_geo.study.tables import Column

_HINTS: dict[str, str] = {
    "cell_formula": "cell_formula",
    "cell_no_day": "date",
    "cell_code_rounded": "code_rounded",
    "cell_code_cut": "cell_code_cut",
    "cell_personal_rounded": "cell_personal_rounded",
}
_MARKS = {
    "zero": ("0", "cell_mark_zero"),
    "missing": (None, "cell_mark_missing"),
    "none": (";", "cell_mark_none"),
    "unknown": ("unknown", "cell_mark_unknown"),
}
_AS_WRITTEN = ("note", "clause", "source", "closures", "hours", "name_en")
"""Texts in which a word such as 无 is a statement."""
_WORD = "cell_word"  # the note on a word that a list knows
_SHOWN = {None: "NA", ";": "{}"}
_COUNTED = ("persons", "capacity")
"""Columns where it matters that an empty cell is no zero."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one distinct cell was read as."""

    parsed: Parsed
    mark: str = ""


def read_column(body: Body, claim: Claim) -> Texts:
    """Read the cells of a column into canonical text, and put the findings on the desk.

    Parameters
    ----------
    body
        The records.
    claim
        The column.

    Returns
    -------
    list of str or None
        One text a row; None where a cell says nothing, or nothing sure.

    Raises
    ------
    KeyError
        If the table is no table of the contract.

    Examples
    --------
    See :func:`wushan_geo.sources.understanding.understand`.
    """
    cells, proven = body.cells[claim.at], body.proven.get(claim.at, set())
    reader = _Reader(body, claim)
    seen: dict[tuple[type, Cell], _Seen] = {}
    told: dict[tuple[type, Cell], list[int]] = {}
    texts: Texts = []
    for index, cell in enumerate(cells):
        if index in proven:
            texts.append("0")
            continue
        if cell is None and reader.silent:
            texts.append(None)
            continue
        key = (cell.__class__, cell)
        one = seen.get(key)
        if one is None:
            one = seen[key] = reader.read(cell)
        parsed = one.parsed
        texts.append(parsed.text)
        if one.mark or parsed.note or parsed.doubt or parsed.wrong:
            told.setdefault(key, []).append(index)
    for key, indexes in told.items():
        reader.tell(key[1], seen[key], indexes, texts)
    reader.notes()
    return texts


class _Reader:
    """Reads the cells of one column."""

    def __init__(self, body: Body, claim: Claim) -> None:
        self.body, self.claim, self.desk = body, claim, body.desk
        self.column, self.kind = claim.column, body.kind(claim)
        self.hidden = claim.column in HIDDEN
        contract = {one.name: one for one in CONTRACTS[body.desk.table].columns}
        self.contract: Column | None = contract.get(claim.column)
        self.answered = any(
            topic == "value" and table == self.desk.table
            for topic, table, _ in self.desk.answers.known
        )
        self.canonical = all(one.how == "exact" for one in body.claims.used)
        self.noted: dict[tuple[str, str, str], list[int]] = {}
        self.read_text = self._pick()
        blank = self.read(None)
        self.silent = blank.parsed.text is None and not blank.parsed.note
        """Whether there is nothing to tell of an empty cell."""

    def _pick(self) -> Callable[[Cell], Parsed]:
        """Pick the reader of the column."""
        if self.column in PERSONAL:
            return self._person
        if self.claim.parts and self.column == "services":
            return lambda cell: self.desk.words.flag("flag", text_of(cell))
        by_kind: dict[str, Callable[[Cell], Parsed]] = {
            "number": lambda cell: read_number(text_of(cell), self.column),
            "count": lambda cell: read_number(text_of(cell), self.column),
            "date": self._date,
            "flag": lambda cell: self.desk.words.flag(self.column, text_of(cell)),
            "choice": self._choice,
            "set": lambda cell: read_set(text_of(cell)),
            "id": read_code if self.column in DIVISION_COLUMNS else read_id,
        }
        return by_kind.get(self.kind, self._text)

    def read(self, cell: Cell) -> _Seen:
        """Read one cell: an answer first, then a value, then a sign for nothing."""
        text = text_of(cell)
        if not text:
            return self._blank()
        if self.answered:
            answer = self.desk.answer("value", f"{self.column}/{text}")
            if answer is not None:
                return _Seen(_answered(answer))
        if self.kind in NUMERIC and PLAIN.fullmatch(text):  # most cells are plain numbers
            return _Seen(Parsed(text))
        mark = self._mark(text)
        if mark is not None and not self._is_word(text):
            return mark
        parsed = self.read_text(cell)
        if self._is_strange(parsed, text):
            parsed = Parsed(text, doubt="cell_strange", choices=self._options())
        if parsed.doubt and not parsed.choices:
            parsed = replace(parsed, choices=(LEAVE_OUT,))
        return _Seen(parsed)

    def _blank(self) -> _Seen:
        """Read an empty cell: missing, unless the office's own list of marks says otherwise."""
        if self.column in PERSONAL:
            return _Seen(Parsed(None))
        found = self._mark(BLANK)
        if found is not None and found.parsed.text is not None and self.kind in NUMERIC:
            return replace(found, mark="")
        tell = self.column in _COUNTED and not self.canonical
        return _Seen(Parsed(None, note="cell_blank" if tell else ""))

    def _is_word(self, text: str) -> bool:
        """Tell whether a sign is a word of the column before it is a sign for nothing."""
        if self.kind in {"choice", "flag"} or self.claim.parts:
            return self.read_text(text).note != ""
        return False

    def _mark(self, text: str) -> _Seen | None:
        if self.column in PERSONAL or self.column in _AS_WRITTEN:
            return None
        kind = "flag" if self.claim.parts and self.column == "services" else self.kind
        means = self.desk.words.mark(self.column, kind, text)
        if means == "ask":
            return _Seen(Parsed(None, doubt="cell_vague", choices=("0", LEAVE_OUT)))
        if means not in _MARKS:
            return None
        value, key = _MARKS[means]
        return _Seen(Parsed(value, note=key), mark=text)

    def _is_strange(self, parsed: Parsed, text: str) -> bool:
        """Tell a word of an office that no list knows from a misspelt word of the contract."""
        listed = self.kind in {"choice", "flag"} and self.column not in PERSONAL
        return listed and not parsed.note and parsed.text == text and not text.isascii()

    def _options(self) -> tuple[str, ...]:
        options = self.contract.options if self.contract is not None else ()
        return ("yes", "no") if self.kind == "flag" else options

    def _choice(self, cell: Cell) -> Parsed:
        text = text_of(cell)
        if self.contract is None:
            return Parsed(text)
        found = self.desk.words.choice(self.contract, text)
        if self.desk.table == "services" and self.column == "status" and found.text == text:
            return _from_times(text) or found
        return found

    def _date(self, cell: Cell) -> Parsed:
        found, text = read_date(cell), text_of(cell)
        # A word such as 上月 is no day; what is nearly one is told by the contract, as it stands.
        worded = found.text == text and not any(sign.isdigit() for sign in text)
        if worded and not text.isascii():
            return Parsed(None, doubt="cell_undated")
        return found

    def _text(self, cell: Cell) -> Parsed:
        text = text_of(cell)
        found: str | None = None
        if self.column == "as_of":
            date = read_date(cell)
            if date.doubt == "cell_year":  # a year is all that a census has
                return Parsed(date.choices[0][:4])
            return date if date.text or date.choices else Parsed(text)
        if self.column == "group":
            group = self.desk.resolver.group(text)
            found = group[1] if group else None
        elif self.column == "service":
            found = self.desk.resolver.service(text)
        elif self.desk.table == "eligibility":
            found = self.desk.words.value(self.column, text)
        if found is None or found == text:
            return Parsed(text)
        return Parsed(found, note="cell_word")

    def _person(self, cell: Cell) -> Parsed:
        if self.column in {"person_id", "person_certificate", "person_phone"}:
            return read_personal(cell)
        if self.column == "person_birth":
            date = read_date(cell)
            return Parsed(date.text) if date.text else Parsed(text_of(cell))
        return Parsed(text_of(cell) or None)

    def tell(self, cell: Cell, seen: _Seen, indexes: list[int], texts: Texts) -> None:
        """Tell what was found about one distinct cell; answers given for a place are put in."""
        parsed, text = seen.parsed, text_of(cell)
        if parsed.doubt:
            # A word, or a date that holds for the whole table, is asked about once.
            once = self._is_once(parsed)
            for index in indexes[:1] if once else indexes:
                texts[index] = self._doubt(parsed, text, index, indexes)
        elif parsed.wrong:
            for index in indexes:
                where = (self.body.at[index], self.claim.header, "" if self.hidden else text)
                self.desk.wrong(where, rule(parsed.wrong), hint(_HINTS[parsed.wrong]))
        else:
            own = parsed.note == "cell_word" or seen.mark
            key = (parsed.note, text if own else "", parsed.text or "")
            if not own:
                key = (parsed.note, "", "")
            self.noted.setdefault(key, []).extend(indexes)
            if seen.mark or parsed.note == "cell_blank":
                shown = _SHOWN.get(parsed.text, parsed.text or "")
                self.desk.marks[text, shown] += len(indexes)

    def _is_once(self, parsed: Parsed) -> bool:
        """Tell whether one answer holds wherever the column says the same."""
        return self.column == "as_of" or parsed.doubt in {"cell_strange", "cell_undated"}

    def _doubt(self, parsed: Parsed, text: str, index: int, same: list[int]) -> str | None:
        """Ask what a doubtful cell means, unless that was decided before."""
        once = self._is_once(parsed)
        place = [] if once else place_of(self.body, index)
        parts = [part for _, part in self.claim.parts]
        subject = "/".join([*place, self.column, *parts, text])
        answer = self.desk.answer("value", subject)
        if answer is not None:
            given = _answered(answer)
            self.noted.setdefault((given.note, text, given.text or ""), []).append(index)
            return given.text
        choices = tuple(dict.fromkeys([*parsed.choices, LEAVE_OUT]))
        ask = self.desk.question("value", subject, choices)
        where = (self.body.at[index], self.claim.header, text)
        readings: Pair = ("、".join(parsed.choices), ", ".join(parsed.choices))
        advice = hint("cell_doubt", readings=readings, skip=LEAVE_OUT)
        if parsed.doubt == "cell_undated":
            advice = hint("cell_undated", skip=LEAVE_OUT)
        rows = self.desk.rows([self.body.at[one] for one in same])
        self.desk.ask(where, rule(parsed.doubt, rows=rows), advice, ask)
        return parsed.text

    def notes(self) -> None:
        """Tell once for a column what was done to its cells."""
        self._words()
        for (key, said, means), indexes in sorted(self.noted.items()):
            if key == _WORD:
                continue
            indexes.sort()
            rows = [self.body.at[one] for one in indexes]
            first = indexes[0]
            shown = text_of(self.body.cells[self.claim.at][first])
            words = rule(
                key, count=len(rows), rows=self.desk.rows(rows), said=said, means=means or "NA"
            )
            self.desk.note(self.claim.header, "" if self.hidden else shown, words, rows)

    def _words(self) -> None:
        """Tell once for a column which words were read as which."""
        read = {key[1:]: at for key, at in sorted(self.noted.items()) if key[0] == _WORD}
        if not read:
            return
        shown = [f"{said}→{means or 'NA'} ×{len(at)}" for (said, means), at in read.items()]
        rows = sorted(index for at in read.values() for index in at)
        words = rule("cell_words", words=("、".join(shown), ", ".join(shown)))
        where = [self.body.at[one] for one in rows]
        self.desk.note(self.claim.header, "", words, where)


def _from_times(text: str) -> Parsed | None:
    """Read how often a service was given as whether it is given."""
    often = number(read_number(text, "times").text)
    if often != often or often < 0:  # noqa: PLR0124 - the one number that is not itself
        return None
    return Parsed("delivered" if often > 0 else "none", note="cell_word")


def _answered(answer: str) -> Parsed:
    given = answer.strip()
    if given == LEAVE_OUT:
        return Parsed(None, note="cell_answer_out")
    return Parsed(given, note="cell_answer")


def place_of(body: Body, index: int) -> list[str]:
    """Name the place of a row as the office does, for a question that holds next year as well.

    Parameters
    ----------
    body
        The records.
    index
        Index of the row.

    Returns
    -------
    list of str
        Township and village, or the name or code of the unit; never a person.

    Raises
    ------
    IndexError
        If there is no such row.

    Examples
    --------
    See :func:`wushan_geo.sources.understanding.understand`.
    """
    for columns in (
        ("township_name", "village_name"),
        ("township_name", "name"),
        ("zone_name",),
        ("name",),
        ("zone_id",),
        ("facility_id",),
        ("indicator",),
        ("service", "type", "severity", "age_band"),
    ):
        found = [body.named(one) for one in columns]
        said = [texts[index] for texts in found if texts is not None and texts[index]]
        if said and columns[0] != "service":  # a place may have a row for each group or service
            more = [body.named(one) for one in ("group", "residence", "service")]
            said += [texts[index] for texts in more if texts is not None and texts[index]]
        if said:
            return said
    return []


def figures(body: Body, claim: Claim) -> list[float]:
    """Read a column of counts as numbers, without telling anything.

    Parameters
    ----------
    body
        The rows, totals among them.
    claim
        The column.

    Returns
    -------
    list of float
        One number a row; NaN where there is none that is sure.

    Raises
    ------
    KeyError
        If the column is not used.

    Examples
    --------
    See :func:`wushan_geo.sources.understanding.understand`.
    """
    known: dict[str, float] = {}
    reader = _Reader(body, claim)
    found = []
    for text in body.texts(claim.at):
        if text not in known:
            known[text] = number(reader.read(text).parsed.text)
        found.append(known[text])
    return found
