"""Joint counts of persons, whom a service is for among them, and what the tables must agree on.

The groups of the table ``persons`` overlap: how many persons are of one type, one severity and one
age band at once they do not tell. The table ``person_cells`` does.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError, listed
from wushan_geo.study.faults import Pair, fault, hint, rule
from wushan_geo.study.tables import AGES, ANY, ELIGIBLE, GROUPS, SEVERITIES, TYPES
from wushan_geo.wording import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wushan_geo.errors import Fault
    from wushan_geo.study.tables import Tables

AXES = ("type", "severity", "age_band")
WORDS = (TYPES, SEVERITIES, AGES)
SHAPE = tuple(len(one) for one in WORDS)
_RULE = [*AXES, "eligible"]


def kinds_served(rules: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Say for each kind of person whether a service is for them, by the rows of one service.

    Of the rows that meet a kind the one that says most holds (type, severity and age band each
    count one), so that an exception may stand beside a general rule. Whom no row meets is not
    eligible.

    Parameters
    ----------
    rules
        Rows of the table ``eligibility`` of one service: ``type``, ``severity`` and ``age_band``,
        each a word or ``any``, and ``eligible``. Rows with other words are passed over: that is a
        fault of its own.

    Returns
    -------
    tuple of numpy.ndarray
        Two arrays of type (7), severity (other, severe) and age band (3): whether the service is
        for them, and where two equally particular rows contradict each other (then no).

    Raises
    ------
    KeyError
        If the rules lack a column.

    Examples
    --------
    >>> rules = pd.DataFrame({"type": ["mental"], "severity": ["severe"], "age_band": ["any"],
    ...                       "eligible": [True]})
    >>> yes, torn = kinds_served(rules)
    >>> int(yes.sum()), bool(torn.any())
    (3, False)
    """
    no, yes = _most(rules)
    return yes > no, (yes == no) & (yes > 0)


def _most(rules: pd.DataFrame) -> np.ndarray:
    """Say for each kind how particular the most particular no and yes are; 0 where none is."""
    most = np.zeros((2, *SHAPE), dtype=int)
    for *said, eligible in rules[_RULE].itertuples(index=False, name=None):
        part = _part(said)
        if part is not None:
            held = most[int(bool(eligible))]
            held[part] = np.maximum(held[part], _particular(said))
    return most


def _part(said: Sequence[str]) -> tuple[slice, ...] | None:
    """Give the kinds that a rule meets; None where it has a word that is not known."""
    if any(one not in (*words, ANY) for one, words in zip(said, WORDS, strict=True)):
        return None
    places = (
        slice(None) if one == ANY else slice(words.index(one), words.index(one) + 1)
        for one, words in zip(said, WORDS, strict=True)
    )
    return tuple(places)


def _particular(said: Sequence[str]) -> int:
    """Say how much a rule says; 0 is left for no rule at all."""
    return 1 + sum(one != ANY for one in said)


def cells_by_village(cells: pd.DataFrame) -> tuple[pd.Index[str], np.ndarray]:
    """Lay the joint counts out as one block of numbers for each village.

    Parameters
    ----------
    cells
        The table ``person_cells``: ``zone_id``, ``type``, ``severity``, ``age_band``, ``persons``.

    Returns
    -------
    tuple
        The villages listed, sorted, and an array of village, type (7), severity (other, severe)
        and age band (3). A cell that a listed village leaves out holds nobody; NaN is a cell that
        was not reported.

    Raises
    ------
    ParameterError
        If a word is not known, or a cell stands twice.

    Examples
    --------
    >>> cells = pd.DataFrame({"zone_id": ["1"], "type": ["mental"], "severity": ["severe"],
    ...                       "age_band": ["age_16_59"], "persons": [3.0]})
    >>> zones, counts = cells_by_village(cells)
    >>> zones.tolist(), float(counts.sum())
    (['1'], 3.0)
    """
    zones = pd.Index(sorted(set(cells["zone_id"])), name="zone_id", dtype="str")
    places = [zones.get_indexer(pd.Index(cells["zone_id"]))]
    for axis, words in zip(AXES, WORDS, strict=True):
        strange = sorted(set(cells[axis]) - set(words))
        if strange:
            message = f"{axis} is one of {', '.join(words)}, not {listed(strange)}"
            raise ParameterError(message)
        places.append(pd.Index(words).get_indexer(pd.Index(cells[axis])))
    shape = (len(zones), *SHAPE)
    flat = np.ravel_multi_index(tuple(places), shape) if len(cells) else np.zeros(0, dtype=int)
    if len(np.unique(flat)) < len(flat):
        message = "a cell of a village stands twice in the joint counts"
        raise ParameterError(message)
    counts = np.zeros(shape)
    counts.reshape(-1)[flat] = cells["persons"].to_numpy(dtype=float)
    return zones, counts


def margins(counts: np.ndarray) -> dict[str, np.ndarray]:
    """Add joint counts up to the groups of the table ``persons``.

    Parameters
    ----------
    counts
        Counts of village, type, severity and age band, as :func:`cells_by_village` gives them.

    Returns
    -------
    dict
        Persons by village for ``all``, each type, ``severe`` and each age band; NaN where a cell
        of the group is.

    Raises
    ------
    ValueError
        If the counts have another shape.

    Examples
    --------
    >>> sorted(margins(np.zeros((2, 7, 2, 3))))[:3]
    ['age_0_15', 'age_16_59', 'age_60_plus']
    """
    found = {"all": counts.sum(axis=(1, 2, 3))}
    found |= {one: counts[:, at].sum(axis=(1, 2)) for at, one in enumerate(TYPES)}
    found["severe"] = counts[:, :, SEVERITIES.index("severe")].sum(axis=(1, 2))
    found |= {one: counts[:, :, :, at].sum(axis=(1, 2)) for at, one in enumerate(AGES)}
    return found


def cell_faults(tables: Tables) -> Iterator[Fault]:
    """Check joint counts, rules of eligibility and places of residence against each other.

    Parameters
    ----------
    tables
        The typed and raw tables; a check whose tables are not there is left out.

    Yields
    ------
    Fault
        For two equally particular rules that contradict each other; for each village whose cells do
        not add up to the groups of ``persons``, or that states more eligible persons than its cells
        have; for each village and group whose places of residence hold more than the group.

    Raises
    ------
    KeyError
        If a table lacks a column of its contract.

    Examples
    --------
    >>> from wushan_geo.study.tables import Tables
    >>> list(cell_faults(Tables({}, {}, [], "500237")))
    []
    """
    yield from _contradictions(tables)
    added = _added(tables)
    stated = _stated(tables)
    yield from _agreement(tables, added, stated)
    yield from _residences(tables, added, stated)


def _contradictions(tables: Tables) -> Iterator[Fault]:
    rules = _usable(tables, "eligibility", ("service", *_RULE))
    if rules is None:
        return
    places = rules.index.to_numpy()
    for service in sorted(set(rules["service"])):
        mine = np.flatnonzero((rules["service"] == service).to_numpy())
        no, yes = _most(rules.iloc[mine])
        torn = np.where((no == yes) & ~_decided(tables, service), yes, 0)
        rows = rules.iloc[mine][_RULE].itertuples(index=False, name=None) if torn.any() else ()
        for one, other in combinations(zip(places[mine].tolist(), rows, strict=False), 2):
            if _torn_by(one[1], other[1], torn):
                raw = tables.raw["eligibility"]
                where = raw.where(other[0], "eligible", "yes" if other[1][-1] else "no")
                row = raw.where(one[0], "eligible").row
                words = rule("eligibility_torn", service=service, row=row)
                yield fault(where, words, hint("eligibility_torn"))


def _decided(tables: Tables, service: str) -> np.ndarray:
    """Say for which kinds a planner has decided already, when a register was counted."""
    done = np.zeros(SHAPE, dtype=bool)
    for kind, severity, age in np.ndindex(*SHAPE):
        subject = torn_subject(service, (kind, severity, age))
        done[kind, severity, age] = any(
            tables.answers.get("value", one, subject) in {"yes", "no"}
            for one in ("persons", "residence")
        )
    return done


def torn_subject(service: str, cell: Sequence[int]) -> str:
    """Name a kind of person about whom two rules contradict each other, as a question does.

    Parameters
    ----------
    service
        Service key.
    cell
        Positions of type, severity (other, severe) and age band.

    Returns
    -------
    str
        Subject of the question.

    Raises
    ------
    IndexError
        If there is no such kind.

    Examples
    --------
    >>> torn_subject("day_care", (0, 1, 2))
    'eligibility/day_care/visual/severe/age_60_plus'
    """
    kind, severity, age = cell
    severe = ("not_severe", "severe")[severity]
    return f"eligibility/{service}/{TYPES[kind]}/{severe}/{AGES[age]}"


def _torn_by(one: Sequence[str], other: Sequence[str], torn: np.ndarray) -> bool:
    """Tell whether two rules contradict each other where nothing more particular decides.

    `torn` holds how particular the rules are between which a kind is torn, 0 for none. The same
    rule twice is a fault of its own.
    """
    said, again = one[:-1], other[:-1]
    if bool(one[-1]) == bool(other[-1]) or said == again:
        return False
    both = torn.copy()
    for rules in (said, again):
        met = np.zeros(SHAPE, dtype=bool)
        part = _part(rules)
        if part is not None:
            met[part] = True
        both[~met | (both != _particular(rules))] = 0
    return bool(both.any())


def _usable(tables: Tables, name: str, needed: Sequence[str]) -> pd.DataFrame | None:
    """Give the rows of a table that can be used, under their positions in the file."""
    table = tables.clean.get(name)
    if table is None:
        return None
    rows = table.reset_index(drop=True).dropna(subset=list(needed))
    if "persons" in rows.columns:  # a negative count is a fault of its own and adds up to nothing
        rows = rows.assign(persons=rows["persons"].where(rows["persons"] >= 0))
    return rows


def _cells(tables: Tables) -> pd.DataFrame | None:
    """Give the joint counts; None where a row cannot be placed, for sums would then be wrong."""
    table = tables.clean.get("person_cells")
    cells = _usable(tables, "person_cells", ("zone_id", *AXES))
    if table is None or cells is None or len(cells) < len(table):
        return None
    sound = all(cells[axis].isin(words).all() for axis, words in zip(AXES, WORDS, strict=True))
    return cells if sound and not cells.duplicated(["zone_id", *AXES]).any() else None


def _added(tables: Tables) -> pd.DataFrame:
    """Add the cells up to groups, by village; eligible ones by the rules, where these are clear."""
    cells = _cells(tables)
    if cells is None:
        return pd.DataFrame()
    zones, counts = cells_by_village(cells)
    found = margins(counts)
    rules = _usable(tables, "eligibility", ("service", *_RULE))
    if rules is not None:
        for service in sorted(set(rules["service"])):
            yes, torn = kinds_served(rules[(rules["service"] == service).to_numpy()])
            served = np.where(yes, counts, 0.0).sum(axis=(1, 2, 3))
            # Of rules that contradict each other no number follows that could be too small.
            found[ELIGIBLE + service] = np.full(len(zones), np.inf) if torn.any() else served
    return pd.DataFrame(found, index=zones)


def _stated(tables: Tables) -> pd.DataFrame:
    """Lay the stated groups out by village."""
    rows = _usable(tables, "persons", ("zone_id", "group"))
    if rows is None or rows.duplicated(["zone_id", "group"]).any():
        return pd.DataFrame()
    return rows.pivot(index="zone_id", columns="group", values="persons")  # noqa: PD010 -- exact, not aggregating


def _agreement(tables: Tables, added: pd.DataFrame, stated: pd.DataFrame) -> Iterator[Fault]:
    """Hold the cells of each village against the groups that the table ``persons`` states."""
    if added.empty or stated.empty:
        return
    cells = tables.clean["person_cells"]
    first = {zone: at for at, zone in reversed(list(enumerate(cells["zone_id"])))}
    raw, file = tables.raw["person_cells"], tables.raw["persons"].file
    for zone in added.index.intersection(stated.index):
        wrong: dict[str, list[tuple[str, float, float]]] = {"equal": [], "most": []}
        for group in added.columns.intersection(stated.columns):
            ours, theirs = float(added[group][zone]), float(stated[group][zone])
            if group in GROUPS and abs(ours - theirs) > 0:
                wrong["equal"].append((group, ours, theirs))
            elif group not in GROUPS and theirs > ours:
                wrong["most"].append((group, ours, theirs))
        where = raw.where(first[zone], "zone_id", zone)
        if wrong["equal"]:
            words = rule("cells_sum", zone=zone, file=file, groups=_compared(wrong["equal"]))
            yield fault(where, words, hint("cells_sum"))
        if wrong["most"]:
            words = rule("cells_eligible", zone=zone, file=file, groups=_compared(wrong["most"]))
            yield fault(where, words, hint("cells_sum"))


def _compared(wrong: Sequence[tuple[str, float, float]]) -> Pair:
    """Name groups with both of their counts, in both languages."""
    zh = (f"{_named(group)[0]} {ours:.0f}≠{theirs:.0f}" for group, ours, theirs in wrong)
    en = (f"{group} {ours:.0f}, not {theirs:.0f}" for group, ours, theirs in wrong)
    return "、".join(zh), "; ".join(en)


def _named(group: str) -> Pair:
    return MESSAGES.get(f"template.group.{group}", (group, group))


def _residences(tables: Tables, added: pd.DataFrame, stated: pd.DataFrame) -> Iterator[Fault]:
    """Places of residence hold no more persons than the group that they divide."""
    rows = _usable(tables, "residence", ("zone_id", "group", "residence"))
    if rows is None or rows.duplicated(["zone_id", "group", "residence"]).any():
        return
    if added.empty and "person_cells" in tables.clean:  # its own faults are told
        rows = rows[rows["group"].isin(GROUPS)]
    grouped = rows.assign(at=rows.index).groupby(["zone_id", "group"])
    sums = pd.DataFrame({"living": grouped["persons"].sum(min_count=1), "at": grouped["at"].min()})
    found = sums.dropna().reset_index()[["zone_id", "group", "living", "at"]]
    for zone, group, living, at in found.itertuples(index=False, name=None):
        whole = _whole((zone, group), (added, stated) if group not in GROUPS else (stated, added))
        if whole is not None and living > whole:
            where = tables.raw["residence"].where(int(at), "persons", f"{living:g}")
            words = rule("residence_sum", zone=zone, group=group, total=f"{whole:.0f}")
            yield fault(where, words, hint("counts"))


def _whole(key: tuple[str, str], counts: Sequence[pd.DataFrame]) -> float | None:
    """Give the persons of a village and group, from the first table that knows them."""
    zone, group = key
    for one in counts:
        if zone in one.index and group in one.columns:
            count = float(one[group][zone])
            if not np.isnan(count):
                return count
    return None
