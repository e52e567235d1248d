"""Totals against the sum of their rows: those that agree are left out, others are asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.sources.understanding.cells import figures
from wushan_geo.sources.understanding.codes import read_code
from wushan_geo.sources.understanding.numbers import number
from wushan_geo.study.faults import hint, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushan_geo.sources.understanding.body import Body
    from wushan_geo.sources.understanding.claims import Claim
    from wushan_geo.sources.understanding.rows import Sorted

ADDABLE = ("persons", "capacity")
"""Columns whose rows add up."""
ACCEPT = "accept"  # the answer that keeps the records as they are
_NEAR = 1e-9
_ORDER = {"part": 0, "township": 0, "any": 1, "all": 2}


def check_totals(body: Body, found: Sorted) -> None:
    """Check each total against its rows, and say which totals are left out.

    The rows of a total are those of its township, the block above or below it, or all; of several
    possibilities the one that agrees best is meant.

    Parameters
    ----------
    body
        The rows.
    found
        What they are.

    Raises
    ------
    KeyError
        Never: only columns of the sheet are asked for.

    Examples
    --------
    See :func:`wushan_geo.sources.understanding.understand`.
    """
    if not found.totals:
        return
    checker = _Checker(body, found)
    said: dict[str, list[int]] = {"total_agrees": [], "total_untested": [], "total_follows": []}
    # Subtotals first: what is wrong with them may be all that is wrong with the total of all.
    for index in sorted(found.totals, key=lambda one: (_ORDER[found.totals[one][0]], one)):
        verdict = checker.check(index)
        if verdict:
            said[verdict].append(body.at[index])
    for key, rows in said.items():
        if rows:
            rows.sort()
            words = rule(key, count=len(rows), rows=body.desk.rows(rows))
            body.desk.note("", "", words, rows)


class _Checker:
    """Checks the totals of one sheet."""

    def __init__(self, body: Body, found: Sorted) -> None:
        self.body, self.found = body, found
        self.claims = [one for one in body.claims.used if one.column in ADDABLE]
        self.numbers = {one.at: np.array(figures(body, one), dtype=float) for one in self.claims}
        self.records = np.zeros(len(body.at), dtype=bool)
        self.records[found.records] = True
        self.keys = _codes(body)
        self.towns = _column(body, "township_name")
        codes = _column(body, "zone_id")
        self.codes = np.array([(read_code(one).text or "")[:9] for one in codes], dtype=object)
        self.stops = sorted(found.totals)
        self.off: dict[tuple[int, str], list[float]] = {}
        """By how much the subtotals of a column are off."""

    def check(self, index: int) -> str:
        """Check one total: give the rule to note it under, none if it is asked about."""
        told = [one for one in self.claims if not np.isnan(self.numbers[one.at][index])]
        best: tuple[tuple[int, float], list[tuple[Claim, float]], np.ndarray] | None = None
        for members in self._members(index):
            sums = [(one, self._sum(one, members)) for one in told]
            sums = [(one, total) for one, total in sums if not np.isnan(total)]
            if not sums:
                continue
            apart = [self._apart(one, index, total) for one, total in sums]
            off = (sum(one > _NEAR for one in apart), sum(apart))
            if best is None or off < best[0]:
                best = (off, sums, members)
            if off[0] == 0:
                return "total_agrees"
        if best is None:
            return "total_untested"
        _, sums, members = best
        wrong = [(one, total) for one, total in sums if self._apart(one, index, total) > _NEAR]
        wrong = [one for one in wrong if not self._follows(index, one, members)]
        if not wrong:
            return "total_follows"
        self._tell(index, wrong, self._unit(index, members))
        return ""

    def _follows(self, index: int, wrong: tuple[Claim, float], members: np.ndarray) -> bool:
        """Tell whether a total of all is off by what its subtotals are off, and by no more."""
        claim, total = wrong
        key = (claim.at, str(self.keys[index]))
        off = float(self.numbers[claim.at][index]) - total
        whole = bool((members == (self.records & (self.keys == self.keys[index]))).all())
        if whole and self.found.totals[index][0] in {"any", "all"}:
            # A wrong row spoils its subtotal and the total; a subtotal may be wrong by itself.
            parts = self.off.get(key, [])
            causes = [sum(parts), *parts] if parts else []
            return any(abs(off - one) <= _NEAR * max(1.0, abs(total)) for one in causes)
        self.off.setdefault(key, []).append(off)
        return False

    def _apart(self, claim: Claim, index: int, total: float) -> float:
        """Give how far a total is from its sum, as a share of it."""
        return abs(float(self.numbers[claim.at][index]) - total) / max(1.0, abs(total))

    def _sum(self, claim: Claim, members: np.ndarray) -> float:
        picked = self.numbers[claim.at][members]
        known = picked[~np.isnan(picked)]
        return float(known.sum()) if known.size else float("nan")

    def _members(self, index: int) -> Iterator[np.ndarray]:
        """Give the rows that a total may be of, the likeliest first."""
        kind, unit = self.found.totals[index]
        mine = self.records & (self.keys == self.keys[index])
        sets = {
            "town": mine & self._of_town(unit or self.towns[index], self.codes[index]),
            "above": mine & self._block(index, -1),
            "below": mine & self._block(index, 1),
            "all": mine,
        }
        orders = {
            "all": ("all",),
            "part": ("town", "above", "below", "all"),
            "township": ("town", "below", "above"),
            "any": ("town", "all", "above", "below"),
        }
        for name in orders[kind]:
            if sets[name].any():
                yield sets[name]

    def _of_town(self, name: str, code: str) -> np.ndarray:
        """Tell which rows are of a township, by its name or its code."""
        rows = np.zeros(len(self.records), dtype=bool)
        if name:
            rows |= self.towns == name
        if code:
            rows |= self.codes == code
        return rows

    def _block(self, index: int, way: int) -> np.ndarray:
        """Give the rows between a total and the next one of its kind above or below it."""
        peers = [
            one for one in self.stops
            if one != index and self.keys[one] == self.keys[index]
        ]  # fmt: skip
        rows = np.zeros(len(self.records), dtype=bool)
        if way > 0:
            rows[index + 1 : min((one for one in peers if one > index), default=None)] = True
        else:
            rows[max((one for one in peers if one < index), default=-1) + 1 : index] = True
        return rows

    def _unit(self, index: int, members: np.ndarray) -> list[str]:
        """Name the unit of a total, by its rows where it does not say, and the word for a total."""
        kind, unit = self.found.totals[index]
        unit = unit or str(self.towns[index])
        towns = set(self.towns[members])
        if not unit and kind != "all" and len(towns) == 1:
            unit = str(towns.pop())
        words = [one.removeprefix(unit).strip() for one in _labels(self.body, index)]
        words = [one for one in words if one]
        word = next((one for one in words if "计" in one), "" if unit else "".join(words[:1]))
        return [one for one in (unit, word) if one]

    def _tell(self, index: int, wrong: list[tuple[Claim, float]], unit: list[str]) -> None:
        """Ask about a total once, with all of its columns that do not agree."""
        desk, key = self.body.desk, str(self.keys[index])
        figures_of = [
            (claim, f"{float(self.numbers[claim.at][index]):.15g}", f"{total:.15g}")
            for claim, total in wrong
        ]
        claim, stated, added = figures_of[0]
        apart = ";".join(
            "/".join(filter(None, [means, key, f"{told}≠{summed}"]))
            for means, told, summed in ((one.means, *rest) for one, *rest in figures_of)
        )
        subject = desk.apart("/".join([*unit, apart]))
        said: dict[str, Any] = {"unit": "".join(unit), "total": stated, "sum": added}
        listed = [f"{one.header} {told}≠{summed}" for one, told, summed in figures_of]
        several: dict[str, Any] = {"unit": "".join(unit), "count": len(wrong)}
        several |= {"columns": ("、".join(listed), ", ".join(listed))}
        one_column = len(wrong) == 1
        ask = desk.question("total", subject, (ACCEPT,))
        if desk.answer("total", subject) == ACCEPT:
            words = (
                rule("total_accepted", **said)
                if one_column
                else rule("total_row_accepted", **several)
            )
            desk.note(claim.header, stated, words, [self.body.at[index]], ask)
            return
        words = rule("total_sum", **said) if one_column else rule("total_row", **several)
        where = (self.body.at[index], claim.header, stated)
        desk.ask(where, words, hint("total_sum", accept=ACCEPT), ask)


def _codes(body: Body) -> np.ndarray:
    """Give what a row is of besides its place: group and residence of a long table."""
    columns = [body.named(one) for one in ("group", "residence", "person_type", "person_grade")]
    kept = [one for one in columns if one is not None]
    keys = np.full(len(body.at), "", dtype=object)
    if kept:
        keys[:] = ["/".join(filter(None, parts)) for parts in zip(*kept, strict=True)]
    return keys


def _column(body: Body, column: str) -> np.ndarray:
    """Give a column of the table as an array of texts, empty where the sheet has none."""
    found = np.full(len(body.at), "", dtype=object)
    texts = body.named(column)
    if texts is not None:
        found[:] = texts
    return found


def _labels(body: Body, index: int) -> list[str]:
    """Give the words of a row, among them the one by which it was known as a total."""
    texts = [body.texts(column)[index] for column in sorted(body.cells)]
    return [text for text in texts if text and np.isnan(number(text))]
