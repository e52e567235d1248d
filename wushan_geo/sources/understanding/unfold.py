"""Wide tables into long ones: a column a group, a residence or a service becomes a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.sources.understanding.counts import counted
from wushan_geo.sources.understanding.numbers import number
from wushan_geo.sources.understanding.records import Records, Texts
from wushan_geo.study.faults import rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wushan_geo.sources.understanding.body import Body
    from wushan_geo.sources.understanding.claims import Claim

COUNTED = ("persons", "residence")
_SERVED = ("provider", "last", "per_quarter")


def unfold(body: Body, texts: Mapping[int, Texts]) -> Records:
    """Bring the columns of a sheet into those of the contract.

    Parameters
    ----------
    body
        The records.
    texts
        Canonical texts by position of the column.

    Returns
    -------
    Records
        One record for each place and group (or residence, or service).

    Raises
    ------
    KeyError
        If the texts of a used column are not there.

    Examples
    --------
    See :func:`wushan_geo.sources.understanding.understand`.
    """
    used = body.claims.used
    single = [one for one in used if not one.parts]
    columns: dict[str, Texts] = {
        name: [*map(_or_none, given)] for name, given in body.given.items()
    }
    columns |= {one.column: list(texts[one.at]) for one in single}
    labels = {one.column: one.header for one in single}
    records = Records(columns, list(body.at), labels)
    table = body.desk.table
    if body.claims.register:
        records.layout = "register"
    elif table in COUNTED:
        records = counted(body, texts, records)
    elif table == "services":
        records = _services(body, texts, records)
    elif table == "facilities":
        _offers(body, texts, records)
    records.labels = {name: head for name, head in records.labels.items() if name != head}
    return records


def _or_none(text: str) -> str | None:
    return text or None


def _services(body: Body, texts: Mapping[int, Texts], records: Records) -> Records:
    """Give each village a record a service, where the sheet has a column a service."""
    told: dict[str, dict[str, Claim]] = {}
    for one in body.claims.used:
        if one.parts:
            told.setdefault(one.parts[0][1], {})[one.column] = one
    if not told:
        _status_from_times(body, records)
        return records
    size = len(records.rows)
    beyond = {"service", "status", "times", *_SERVED}
    kept = {name: cells for name, cells in records.columns.items() if name not in beyond}
    columns: dict[str, Texts] = {
        name: [cell for cell in cells for _ in told] for name, cells in kept.items()
    }
    columns["service"] = [*told] * size
    status = {key: _status(body, claims, texts, size) for key, claims in told.items()}
    columns["status"] = [status[key][row] for row in range(size) for key in told]
    for name in _SERVED:
        own = {key: texts[one[name].at] for key, one in told.items() if name in one}
        shared = records.columns.get(name)
        if own or shared is not None:
            given = _of_delivered(body, records, name, status)
            columns[name] = [
                own[key][row] if key in own else given[key][row]
                for row in range(size)
                for key in told
            ]
    headers = [
        (claims.get("status") or next(iter(claims.values()))).header for claims in told.values()
    ]
    labels = {name: head for name, head in records.labels.items() if name in {*kept, *_SERVED}}
    rows = [row for row in records.rows for _ in told]
    return Records(columns, rows, labels, headers * size, "wide")


def _of_delivered(
    body: Body, records: Records, name: str, status: Mapping[str, Texts]
) -> dict[str, Texts]:
    """Give what a row tells of all its services to those that are delivered."""
    shared = records.columns.get(name, [None] * len(records.rows))
    given: dict[str, Texts] = {
        key: [
            one if said == "delivered" else None for one, said in zip(shared, states, strict=True)
        ]
        for key, states in status.items()
    }
    lost = [
        body.at[row]
        for row, one in enumerate(shared)
        if one is not None and not any(states[row] == "delivered" for states in status.values())
    ]
    if lost:
        words = rule("wide_undelivered", rows=body.desk.rows(lost))
        body.desk.note(records.labels.get(name, name), "", words, lost)
    return given


def _status(
    body: Body, claims: Mapping[str, Claim], texts: Mapping[int, Texts], size: int
) -> Texts:
    """Give the state of one service in each village: an empty cell is unknown, not none."""
    none: Texts = [None] * size
    said = texts[claims["status"].at] if "status" in claims else none
    times = texts[claims["times"].at] if "times" in claims else none
    found = [one or _delivered(often) for one, often in zip(said, times, strict=True)]
    rows = [body.at[index] for index, one in enumerate(found) if one is None]
    if rows:
        header = next(iter(claims.values())).header
        words = rule("wide_unknown", count=len(rows), rows=body.desk.rows(rows))
        body.desk.note(header, "", words, rows)
        body.desk.marks["", "unknown"] += len(rows)
    return [one or "unknown" for one in found]


def _delivered(times: str | None) -> str | None:
    often = number(times)
    if np.isnan(often):
        return None
    return "delivered" if often > 0 else "none"


def _status_from_times(body: Body, records: Records) -> None:
    """Take from the number of times whether a service is given, where no column says it."""
    times = records.columns.pop("times", None)
    header = records.labels.pop("times", "")
    if times is not None and "status" not in records.columns:
        records.columns["status"] = [_delivered(one) for one in times]
        records.labels["status"] = header
        body.desk.note(header, "", rule("wide_times"))


def _offers(body: Body, texts: Mapping[int, Texts], records: Records) -> None:
    """Gather the services of a facility from a column a service."""
    claims = [one for one in body.claims.used if one.parts]
    if not claims:
        return
    own = records.columns.get("services", [None] * len(records.rows))
    joined: Texts = []
    for index, listed in enumerate(own):
        said = {one.parts[0][1]: texts[one.at][index] for one in claims}
        words = [word for word in (listed or "").split(";") if word]
        offered = [key for key, cell in said.items() if cell == "yes" and key not in words]
        told = listed is not None or any(cell is not None for cell in said.values())
        joined.append((";".join([*words, *offered]) or ";") if told else None)
    records.columns["services"] = joined
    records.layout = "wide"
    headers = (
        "、".join(one.header for one in claims),
        ", ".join(one.parts[0][1] for one in claims),
    )
    body.desk.note(claims[0].header, "", rule("wide_offers", headers=headers))
