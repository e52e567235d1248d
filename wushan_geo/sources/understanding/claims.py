"""Which column of the sheet is which column of the table, and where two want to be the same."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from wushan_geo.errors import shortened
from wushan_geo.sources.understanding.columns import NAMING, PERSONAL, UNUSED, WIDE, Parts
from wushan_geo.sources.understanding.header import WIDEST
from wushan_geo.sources.understanding.parsed import text_of
from wushan_geo.sources.vocabulary import folded
from wushan_geo.study.answers import LEAVE_OUT
from wushan_geo.study.faults import hint, rule
from wushan_geo.study.tables import CONTRACTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wushan_geo.sources.grid import ColumnRead
    from wushan_geo.sources.understanding.desk import Desk
    from wushan_geo.sources.understanding.header import Header
    from wushan_geo.study.faults import Pair

REGISTERS = ("persons", "residence")
NEAR = 0.8  # how alike an unknown header and a known word must be to be asked about
_SHORTEST = 3  # signs that a header must have to be called nearly another


@dataclass(frozen=True, slots=True)
class Claim:
    """What one column of the sheet was taken for."""

    at: int
    """Position of the column."""
    header: str
    """Header, levels joined by a slash."""
    column: str
    """Column of the contract or beside it; empty where it is not used."""
    how: str
    """``exact``, ``alias``, ``answer``, ``personal`` or ``unused``."""
    parts: Parts = ()
    """Group of the contract, in a wide table."""

    @property
    def means(self) -> str:
        """Column and group, as an arrival shows them."""
        return "/".join([self.column, *(part for _, part in self.parts)])


@dataclass(frozen=True, slots=True)
class Claims:
    """All columns of a sheet."""

    all: tuple[Claim, ...]
    """Each column that has a header or a cell."""
    register: bool
    """Whether a row is a person."""
    used: tuple[Claim, ...] = field(init=False)
    """Columns that are carried into the table."""

    def __post_init__(self) -> None:
        """Pick the columns that are used."""
        personal = set(PERSONAL) if self.register else set()
        used = tuple(one for one in self.all if one.column and _carried(one, personal))
        object.__setattr__(self, "used", used)

    def single(self, column: str) -> Claim | None:
        """Give the one column of the sheet that is a column of the table.

        Parameters
        ----------
        column
            Column of the contract, or beside it.

        Returns
        -------
        Claim or None
            The column; None if there is none, or it is one of the groups of a wide table.

        Raises
        ------
        TypeError
            If `column` is not a text.

        Examples
        --------
        >>> claim = Claim(0, "村", "village_name", "alias")
        >>> Claims((claim,), register=False).single("village_name").at
        0
        """
        return next((one for one in self.used if one.column == column and not one.parts), None)


def _carried(claim: Claim, personal: set[str]) -> bool:
    return claim.how in {"exact", "alias", "answer"} or claim.column in personal


def assign(desk: Desk, header: Header) -> Claims:
    """Tell what each column of a sheet means, and ask where that is not sure.

    Parameters
    ----------
    desk
        The sheet; findings are put there.
    header
        Its header.

    Returns
    -------
    Claims
        The columns.

    Raises
    ------
    KeyError
        If the table is no table of the contract.

    Examples
    --------
    See :func:`wushan_geo.sources.understanding.understand`.
    """
    body = desk.grid.rows[header.bottom + 1 :]
    claims = []
    width = max((len(row) for row in desk.grid.rows), default=0)
    if width > WIDEST:
        desk.wrong((None, "", str(width)), rule("head_wide", most=WIDEST), hint("head_wide"))
    for at in range(min(width, WIDEST)):
        path = header.paths[at] if at < len(header.paths) else ()
        if path:
            found = desk.resolver.read(path)
            claims.append(Claim(at, "/".join(path), found.column, found.how, found.parts))
            if found.how == "answer" and not found.column:
                desk.note("/".join(path), "", rule("head_left"), [header.bottom])
        elif any(at < len(row) and text_of(row[at]) for row in body):
            claims.append(_nameless(desk, header, at))
    claims = list(_bracketed(desk, header, claims))
    register = _is_register(desk.table, claims)
    claims = _as_register(claims) if register else _as_counts(desk.table, claims)
    claims = _once(desk, header, claims)
    claims = list(_near(desk, header, claims))
    result = Claims(tuple(claims), register)
    _tell_personal(desk, result)
    return result


def _bracketed(desk: Desk, header: Header, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Read an unknown header without the bracket at its end, where nothing else is that column."""
    taken = {(one.column, one.parts) for one in claims if one.column}
    found = {
        one.at: desk.resolver.without_bracket(header.paths[one.at])
        for one in claims
        if one.how == UNUSED.how and one.at < len(header.paths) and header.paths[one.at]
    }
    several = Counter((one.column, one.parts) for one in found.values() if one.known)
    for one in claims:
        means = found.get(one.at, UNUSED)
        key = (means.column, means.parts)
        if not means.known or key in taken or several[key] > 1:
            yield one
            continue
        claim = replace(one, column=means.column, how=means.how, parts=means.parts)
        if means.how == "exact":
            claim = replace(claim, how="alias")
        if means.how != "personal":
            words = rule("head_bracket", name=_shown(desk, claim))
            desk.note(one.header, "", words, [header.bottom])
        yield claim


def _nameless(desk: Desk, header: Header, at: int) -> Claim:
    name = f"column {at + 1}"
    rows = [
        number
        for number in range(header.bottom + 1, len(desk.grid.rows))
        if at < len(desk.grid.rows[number]) and text_of(desk.grid.rows[number][at])
    ]
    if _canonical(desk, header):  # a file in our own words has lost a name: that is a mistake
        desk.wrong((header.bottom, name, ""), rule("column_named"), hint("column_named"))
    else:
        desk.note(name, "", rule("head_nameless", rows=desk.rows(rows)), rows)
    return Claim(at, name, "", UNUSED.how)


def _canonical(desk: Desk, header: Header) -> bool:
    paths = [path for path in header.paths if path]
    exact = sum(path[-1] in desk.resolver.columns for path in paths)
    return 2 * exact > len(paths)


def _is_register(table: str, claims: Sequence[Claim]) -> bool:
    """Tell whether a row is a person: there are persons' numbers, or names and no counts."""
    if table not in REGISTERS:
        return False
    columns = {one.column for one in claims}
    counts = any(one.column == WIDE[table] for one in claims)
    told = columns & {"person_type", "person_grade", "person_birth", "person_sex", "group"}
    named = NAMING[0] in columns and bool(told | (columns & {"person_residence", "residence"}))
    return bool(columns & set(NAMING[1:])) or (named and not counts)


_ONE_PERSON = {"group": "person_type", "residence": "person_residence"}


def _as_register(claims: Sequence[Claim]) -> list[Claim]:
    """Read columns of a register as those of one person; counts have no place there."""
    there = {one.column for one in claims}
    turned = []
    for one in claims:
        column = _ONE_PERSON.get(one.column, one.column)
        if one.column in PERSONAL:
            turned.append(one)
        elif one.column == "persons":
            turned.append(replace(one, column="", how=UNUSED.how, parts=()))
        elif column != one.column and column not in there:
            turned.append(replace(one, column=column, how="personal"))
        elif column != one.column:
            turned.append(replace(one, column="", how=UNUSED.how))
        else:
            turned.append(one)
    return turned


def _as_counts(table: str, claims: Sequence[Claim]) -> list[Claim]:
    """Read type and grade as groups where rows are counts, not persons."""
    if table not in REGISTERS:
        return list(claims)
    wide = any(one.parts for one in claims)
    group = any(one.column == "group" for one in claims)
    allowed = {"person_type", "person_grade"} if not wide and not group else set()
    allowed |= {"person_residence"} if table == "residence" else set()
    return [replace(one, how="alias") if one.column in allowed else one for one in claims]


def _once(desk: Desk, header: Header, claims: Sequence[Claim]) -> list[Claim]:
    """Keep one of several columns that claim to be the same, and ask which it is."""
    groups: dict[tuple[str, Parts], list[Claim]] = {}
    for one in claims:
        if one.column and one.how != "personal":
            groups.setdefault((one.column, one.parts), []).append(one)
    dropped: set[int] = set()
    for rivals in groups.values():
        if len(rivals) > 1:
            dropped |= _settled(desk, header, rivals)
    return [
        replace(one, column="", how=UNUSED.how, parts=()) if one.at in dropped else one
        for one in claims
    ]


def _settled(desk: Desk, header: Header, rivals: list[Claim]) -> set[int]:
    """Settle which of the rivals is kept; give the positions of the others."""
    body = desk.grid.rows[header.bottom + 1 :]
    cells = {one.at: [text_of(row[one.at]) for row in body if one.at < len(row)] for one in rivals}
    full = [one for one in rivals if any(cells[one.at])]
    if len(full) < len(rivals):
        rivals_left = full or rivals[:1]
        rest = {one.at for one in rivals} - {one.at for one in rivals_left}
        return rest | (_settled(desk, header, rivals_left) if len(rivals_left) > 1 else set())
    first = next((one for one in rivals if one.how == "answer"), rivals[0])
    for one in rivals:
        if one is first:
            continue
        words = rule("head_twice", other=first.header, name=_shown(desk, one))
        if cells[one.at] == cells[first.at]:
            desk.note(one.header, "", rule("head_same", other=first.header), [header.bottom])
        elif one.header == first.header:
            where = (header.bottom, one.header, one.header)
            desk.wrong(where, rule("column_once"), hint("rename"))
        elif first.how != "answer" or one.how == "answer":
            ask = desk.question("column", one.header, (LEAVE_OUT, _asked(one)))
            place = (header.bottom, one.header, one.header)
            desk.ask(place, words, hint("head_twice", skip=LEAVE_OUT), ask)
        else:
            desk.note(one.header, "", rule("head_beaten", other=first.header), [header.bottom])
    return {one.at for one in rivals if one is not first}


def _asked(claim: Claim) -> str:
    return claim.parts[-1][1] if claim.parts else claim.column


def _shown(desk: Desk, claim: Claim) -> Pair:
    if claim.parts:
        return claim.means, claim.means
    return desk.words.vocabulary.heading(desk.table, claim.column), claim.column


def _near(desk: Desk, header: Header, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Ask about an unknown header that is nearly the word for a column that is not there."""
    there = {one.column for one in claims}
    contract = {one.name for one in CONTRACTS[desk.table].columns}
    free = {one for one in desk.resolver.columns if one not in there and one not in PERSONAL}
    words: dict[str, str] = {}
    for one in desk.words.vocabulary.words:
        if (
            one.list == "headers"
            and one.table in {desk.table, "*"}
            and one.means in free & contract
        ):
            words.setdefault(folded(one.word), one.means)
    words |= {one: one for one in sorted(free & contract)}
    for claim in claims:
        if claim.how == UNUSED.how and not claim.column and claim.header and words:
            _ask_near(desk, header, claim, words)
        yield claim


def _ask_near(desk: Desk, header: Header, claim: Claim, words: dict[str, str]) -> None:
    leaf = folded(claim.header.rpartition("/")[2])
    if len(leaf) < _SHORTEST or leaf.startswith("column"):
        return
    near = difflib.get_close_matches(leaf, list(words), n=3, cutoff=NEAR)
    columns = tuple(dict.fromkeys(words[one] for one in near if len(one) >= _SHORTEST))
    if columns:
        heading = desk.words.vocabulary.heading(desk.table, columns[0])
        ask = desk.question("column", claim.header, (*columns, LEAVE_OUT))
        place = (header.bottom, claim.header, claim.header)
        desk.ask(
            place,
            rule("head_near", name=(heading, columns[0])),
            hint("head_near", skip=LEAVE_OUT),
            ask,
        )


def _tell_personal(desk: Desk, claims: Claims) -> None:
    """Say which columns name persons and are left in the file."""
    if claims.register:
        return
    for one in claims.all:
        if one.how == "personal":
            desk.note(one.header, "", rule("head_personal"))


def arrival_columns(claims: Claims, read: type[ColumnRead]) -> tuple[ColumnRead, ...]:
    """Say what each column was taken for.

    Parameters
    ----------
    claims
        The columns.
    read
        The record of one column.

    Returns
    -------
    tuple of ColumnRead
        One for each column of the sheet.

    Raises
    ------
    TypeError
        If `read` is no such record.

    Examples
    --------
    >>> from wushan_geo.sources.grid import ColumnRead
    >>> claim = Claim(0, "视力", "persons", "alias", (("type", "visual"),))
    >>> arrival_columns(Claims((claim,), register=False), ColumnRead)
    (ColumnRead(header='视力', means='persons/visual', how='alias'),)
    """
    return tuple(
        read(shortened(one.header), one.means if one.column else "", one.how) for one in claims.all
    )
