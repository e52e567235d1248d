"""Empty cells beside a total that the others make up: they are zeros, and not missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.sources.understanding.cells import figures
from wushan_geo.sources.understanding.counts import RESIDENCES
from wushan_geo.sources.understanding.fold import DIMENSIONS, SEVERE_GRADES
from wushan_geo.study.faults import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wushan_geo.sources.understanding.body import Body
    from wushan_geo.sources.understanding.claims import Claim
    from wushan_geo.sources.understanding.columns import Parts

_WHOLE = {**DIMENSIONS, "residence": RESIDENCES}
_SEVERE: Parts = (("severe", "severe"),)


def prove_zeros(body: Body) -> None:
    """Find empty cells that a total in their row proves to be zero, and say so once.

    Where a count equals the sum of those parts of a complete breakdown that are given, none of
    them negative, nothing is left for the parts that are empty. Without a total, or where it does
    not add up, they stay missing.

    Parameters
    ----------
    body
        The records; the cells that are proven are marked there.

    Raises
    ------
    KeyError
        Never: only columns of the sheet are asked for.

    Examples
    --------
    See :func:`wushan_geo.sources.understanding.understand`.
    """
    claims = {one.parts: one for one in body.claims.used if one.column == "persons"}
    if len(claims) == 1 or body.claims.register:
        return
    counts = {parts: np.array(figures(body, one), dtype=float) for parts, one in claims.items()}
    empty = {parts: _empty(body, one) for parts, one in claims.items()}
    breakdowns = list(_breakdowns(claims))
    found: dict[Parts, set[int]] = {}
    while any(_filled(one, counts, empty, found) for one in breakdowns):
        pass  # a zero that is proven may itself be the total of others
    rows = sorted({index for cells in found.values() for index in cells})
    if not rows:
        return
    body.proven = {claims[parts].at: cells for parts, cells in found.items()}
    for parts, cells in found.items():
        for index in cells:
            body.desk.marks[body.texts(claims[parts].at)[index], "0"] += 1
    at = [body.at[index] for index in rows]
    many = sum(map(len, found.values()))
    first = min((one for parts, one in claims.items() if parts in found), key=lambda one: one.at)
    words = rule("cell_proven", count=many, rows=body.desk.rows(at))
    body.desk.note(first.header, "", words, at)


def _breakdowns(claims: Mapping[Parts, Claim]) -> Iterator[tuple[Parts, list[Parts]]]:
    """Give each count whose parts are all there as columns, with these."""
    for parts in claims:
        for dimension, whole in _WHOLE.items():
            wanted = [tuple(sorted([*parts, (dimension, one)])) for one in whole]
            if all(one in claims for one in wanted):
                yield parts, wanted
        if set(_SEVERE) <= set(parts):
            rest = [one for one in parts if one not in _SEVERE]
            wanted = [tuple(sorted([*rest, ("grade", one)])) for one in SEVERE_GRADES]
            if all(one in claims for one in wanted):
                yield parts, wanted


def _empty(body: Body, claim: Claim) -> np.ndarray:
    """Tell which cells are empty or hold a stroke: a word such as 不详 is no empty cell."""
    words, kind = body.desk.words, body.kind(claim)
    read: dict[str, bool] = {"": True}
    for text in set(body.texts(claim.at)) - {""}:
        stroke = not any(sign.isalnum() for sign in text)
        read[text] = stroke and words.mark(claim.column, kind, text) == "missing"
    return np.array([read[text] for text in body.texts(claim.at)], dtype=bool)


def _filled(
    breakdown: tuple[Parts, list[Parts]],
    counts: dict[Parts, np.ndarray],
    empty: Mapping[Parts, np.ndarray],
    found: dict[Parts, set[int]],
) -> bool:
    """Fill the empty parts of one breakdown where they are proven; tell whether any was."""
    stated, parts = counts[breakdown[0]], breakdown[1]
    table = np.array([counts[one] for one in parts])
    lacking = np.isnan(table)
    blank = lacking & np.array([empty[one] for one in parts])
    given = np.where(lacking, 0.0, table)
    whole = (blank == lacking).all(axis=0) & (given >= 0).all(axis=0)
    rows = blank.any(axis=0) & whole & (given.sum(axis=0) == stated)
    for one, cells in zip(parts, blank & rows, strict=True):
        if cells.any():
            counts[one] = np.where(cells, 0.0, counts[one])
            found.setdefault(one, set()).update(np.flatnonzero(cells).tolist())
    return bool(rows.any())
