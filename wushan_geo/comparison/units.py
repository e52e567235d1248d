"""Unit by unit: what each result says of villages, townships and the county, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.comparison.columns import (
    BASES,
    CLOSE,
    COLUMNS,
    COUNTED,
    ENDS,
    KEYS,
    LEVELS,
    NAMED,
    REACHED,
    UNIT_COLUMNS,
    UNKNOWN,
    delta,
    floats,
)
from wushan_geo.results import CLASSES, CONDITIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.results import StudyResult

PARTS = 2  # of a text "limit=30 min; times=central"
_TEXTS = (
    *NAMED, "service", "change", "class_a", "class_b", "facility_a", "facility_b", "basis",
    *(f"class_{one}_{side}" for one in CONDITIONS for side in ("a", "b")),
)  # fmt: skip


class Side:
    """What one result says of each unit, service and limit.

    Parameters
    ----------
    result
        The result.

    Examples
    --------
    See ``tests/test_comparison.py``.
    """

    def __init__(self, result: StudyResult) -> None:
        self.result = result
        self.info = result.info
        access = result.tables["access"]
        self._limit = access["parameters"].map(_limit_of)
        self.rows = pd.concat([self._villages(), self._larger()], ignore_index=True)

    def names(self) -> pd.DataFrame:
        """Give the names of all units, by level.

        Returns
        -------
        pandas.DataFrame
            Columns ``NAMED``.

        Raises
        ------
        KeyError
            If a table lacks a column.

        Examples
        --------
        See ``tests/test_comparison.py``.
        """
        villages = self.result.tables["villages"].assign(level="village")
        towns = self.result.tables["townships"].assign(level="township", parent_id=self.info.county)
        county = pd.DataFrame(
            [["county", self.info.county, *self.info.county_name, ""]], columns=NAMED
        )
        parts = [villages[NAMED], towns[NAMED], county]
        return pd.concat([one.astype("str") for one in parts], ignore_index=True)

    def _villages(self) -> pd.DataFrame:
        gaps = self.result.tables["gaps"]
        reached = gaps["class"].isin(REACHED).to_numpy().astype(float)
        reached[(gaps["class"] == UNKNOWN).to_numpy()] = np.nan
        found = pd.DataFrame(
            {
                "level": "village",
                "zone_id": gaps["zone_id"].astype("str"),
                "service": gaps["service"].astype("str"),
                "limit": gaps["limit"].astype(float),
                "class": gaps["class"].astype("str"),
                "minutes_low": gaps["minutes_low"].astype(float),
                "minutes_central": gaps["minutes"].astype(float),
                "minutes_high": gaps["minutes_high"].astype(float),
                "facility": gaps["facility_id"].astype("str"),
                "places_total": 1.0,
                "places_reached": reached,
                "basis": gaps["basis"].astype("str"),
                **{f"minutes_{one}": _told(gaps, f"minutes_{one}", float) for one in CONDITIONS},
                **{f"class_{one}": _told(gaps, f"class_{one}", "str") for one in CONDITIONS},
            }
        )
        for group in COUNTED[1:]:
            counts = gaps[group].to_numpy(dtype=float, na_value=np.nan)
            found[f"{group}_total"] = counts
            # Nobody of nobody is reached, whatever the class.
            found[f"{group}_reached"] = np.where(counts == 0, 0.0, counts * reached)
        return found

    def _larger(self) -> pd.DataFrame:
        """Give townships and county: sums and medians from the long table, classes where shown."""
        access = self.result.tables["access"]
        counted = access[self._limit.notna().to_numpy()].assign(limit=self._limit)
        wanted = [f"{group}_{part}" for group in COUNTED for part in ("total", "reached")]
        zones = set(self.result.tables["townships"]["zone_id"]) | {self.info.county}
        rows = counted[counted["measure"].isin(wanted) & counted["zone_id"].isin(zones)]
        keys = ["zone_id", "service", "limit"]
        wide = rows.pivot_table(index=keys, columns="measure", values="value", aggfunc="first")
        found = wide.reindex(columns=wanted).reset_index()
        found["level"] = np.where(found["zone_id"] == self.info.county, "county", "township")
        for end in ENDS:
            medians = self._medians(f"minutes_median_{end}")
            pairs = pd.MultiIndex.from_frame(found[["zone_id", "service"]])
            found[f"minutes_{end}"] = medians.reindex(pairs).to_numpy()
        towns = self.result.tables["townships"]
        shown = towns[[*keys, "class"]].astype({"limit": float})
        shown = shown.assign(
            **{f"minutes_{one}": _told(towns, f"minutes_{one}", float) for one in CONDITIONS}
        )
        found = found.merge(shown, on=keys, how="left")
        found["facility"] = None
        basis = self._bases()
        found["basis"] = [basis.get(one, "") for one in found["service"]]
        return found.astype({"zone_id": "str", "service": "str", "class": "str", "basis": "str"})

    def _medians(self, measure: str) -> pd.Series:
        access = self.result.tables["access"]
        own = access["parameters"].str.startswith(f"condition={self.info.condition};", na=False)
        rows = access[((access["measure"] == measure) & own).to_numpy()]
        rows = rows.drop_duplicates(["zone_id", "service"])
        return rows.set_index(["zone_id", "service"])["value"].astype(float)

    def _bases(self) -> dict[str, str]:
        """Give the weakest basis of each service's statements on reach."""
        gaps = self.result.tables["gaps"][["service", "basis"]].drop_duplicates()
        found: dict[str, str] = {}
        for service, basis in gaps.itertuples(index=False):
            found[str(service)] = _weaker(found.get(str(service), BASES[0]), str(basis))
        return found


def joined(a: Side, b: Side) -> pd.DataFrame:
    """Set both sides beside each other and say what changed.

    Parameters
    ----------
    a, b
        What each result says.

    Returns
    -------
    pandas.DataFrame
        A row for each unit, service and limit that both have: columns ``COLUMNS``. Minutes are
        infinite where nothing is reached and NaN where that is not known.

    Raises
    ------
    pandas.errors.MergeError
        If a result has a unit twice.

    Examples
    --------
    See ``tests/test_comparison.py``.
    """
    both_sides = a.rows.merge(b.rows, on=KEYS, suffixes=("_a", "_b"), validate="one_to_one")
    names = b.names().drop_duplicates(["level", "zone_id"])
    table = both_sides.merge(names, on=["level", "zone_id"], how="left", validate="many_to_one")
    columns: dict[str, Any] = {}
    known = a.result.info.known_min, b.result.info.known_min
    comparable: dict[str, Any] = {}
    for end in ENDS:
        one, two = (f"minutes_{end}_{side}" for side in ("a", "b"))
        comparable[one], comparable[two] = _comparable(
            floats(table[one]), floats(table[two]), known
        )
        columns[f"minutes_{end}_delta"] = delta(comparable[one], comparable[two])
    for group in COUNTED:
        for side in ("a", "b"):
            for part in ("total", "reached"):
                columns[f"{group}_{part}_{side}"] = floats(table[f"{group}_{part}_{side}"])
        columns[f"{group}_reached_delta"] = (
            columns[f"{group}_reached_b"] - columns[f"{group}_reached_a"]
        )
    columns |= _in_conditions(table)
    table = table.assign(**columns)
    table["basis"] = pd.array(
        [_weaker(*one) for one in zip(table["basis_a"], table["basis_b"], strict=True)],
        dtype="str",
    )
    table["change"] = pd.array(_changes(table.assign(**comparable)), dtype="str")
    services = {one.key: at for at, one in enumerate(a.info.services)}
    order: list[NDArray[Any]] = [
        table["limit"].to_numpy(),
        table["service"].map(services).fillna(len(services)).to_numpy(),
        table["zone_id"].to_numpy(dtype=object),
        table["level"].map({one: at for at, one in enumerate(LEVELS)}).to_numpy(),
    ]
    found = table.iloc[np.lexsort(order)].reset_index(drop=True)
    return found[COLUMNS].astype(dict.fromkeys(_TEXTS, "str"))


def only_in_one(a: Side, b: Side) -> pd.DataFrame:
    """List what only one of the two has.

    Parameters
    ----------
    a, b
        What each result says.

    Returns
    -------
    pandas.DataFrame
        A row for each unit, facility, service and limit: columns ``UNIT_COLUMNS``.

    Raises
    ------
    KeyError
        If a result lacks a table.

    Examples
    --------
    See ``tests/test_comparison.py``.
    """
    rows: list[list[str]] = []
    for side, own, other in (("a", a, b), ("b", b, a)):
        names, known = own.names(), other.names()
        seen = set(zip(known["level"], known["zone_id"], strict=True))
        rows += [
            [level, zone, name, name_en, side]
            for level, zone, name, name_en, _ in names.itertuples(index=False)
            if (level, zone) not in seen
        ]
        mine, theirs = (one.result.tables["facilities"] for one in (own, other))
        lacking = mine[~mine["facility_id"].isin(set(theirs["facility_id"])).to_numpy()]
        columns = lacking[["facility_id", "name", "name_en"]].astype("str")
        rows += [["facility", *one, side] for one in columns.itertuples(index=False)]
        has = {one.key: one for one in other.info.services}
        for one in own.info.services:
            limits = has[one.key].limits if one.key in has else ()
            if one.key not in has:
                rows.append(["service", one.key, *one.name, side])
            rows += [
                ["limit", f"{one.key} {limit:g}", *one.name, side]
                for limit in one.limits
                if limit not in limits and one.key in has
            ]
    table = pd.DataFrame(rows, columns=UNIT_COLUMNS, dtype="str")
    return table.sort_values(["what", "id", "only_in"], kind="stable", ignore_index=True)


def _told(table: pd.DataFrame, column: str, kind: Any) -> pd.Series:
    """Give a column of a condition; of one that a result knows nothing of it is empty."""
    if column in table:
        return table[column].astype(kind)
    return pd.Series(np.nan if kind is float else None, index=table.index, dtype=kind)


def _limit_of(parameters: Any) -> float:
    """Read the limit out of the parameters of a row of ``access``; NaN where there is none."""
    text = parameters if isinstance(parameters, str) else ""
    first = text.partition(";")[0].split("=")
    if len(first) != PARTS or first[0].strip() != "limit":
        return float("nan")
    return float(first[1].split()[0])


def _weaker(one: str, other: str) -> str:
    """Give the weaker of two bases; a word that is none counts as the weakest."""
    ranks = [BASES.index(word) if word in BASES else len(BASES) - 1 for word in (one, other)]
    return BASES[max(ranks)]


def _in_conditions(table: pd.DataFrame) -> dict[str, Any]:
    """Set what both tell of each condition beside each other, and nothing of the others."""
    found: dict[str, Any] = {}
    villages = (table["level"] == "village").to_numpy()
    for one in CONDITIONS:
        classes = {side: table[f"class_{one}_{side}"].astype("str") for side in ("a", "b")}
        shared = np.full(
            len(table), all(column[villages].notna().any() for column in classes.values())
        )
        before, after = (
            np.where(shared, floats(table[f"minutes_{one}_{side}"]), np.nan) for side in ("a", "b")
        )
        found |= {
            f"minutes_{one}_a": before,
            f"minutes_{one}_b": after,
            f"minutes_{one}_delta": delta(before, after),
        }
        found |= {f"class_{one}_{side}": classes[side].where(shared) for side in ("a", "b")}
    return found


def _comparable(
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    known: tuple[float | None, float | None],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Take for unknown what lies beyond the end of one side's table of times.

    Such a table ends at so many minutes; infinity there says "beyond", not "no way". Whether that
    differs from the other side is known only where the other side is within those minutes too, or
    its own table ends at the same ones.
    """
    sides = [before.copy(), after.copy()]
    for mine, other, end in ((0, (after, known[1]), known[0]), (1, (before, known[0]), known[1])):
        if end is None or other[1] == end:
            continue
        sides[mine][np.isinf(sides[mine]) & (other[0] > end)] = np.nan
    return sides[0], sides[1]


def _changes(table: pd.DataFrame) -> NDArray[Any]:
    """Name the change of each row; the first of the conditions that holds."""
    before, after = (floats(table[f"minutes_central_{side}"]) for side in ("a", "b"))
    moved = delta(before, after)
    first, last = (_ranks(table[f"class_{side}"]) for side in ("a", "b"))
    more, less = _counted(table)
    one, two = (table[f"facility_{side}"].astype("str").fillna("") for side in ("a", "b"))
    other = (one != two).to_numpy(dtype=bool)
    told = (np.isnan(before) & ~np.isnan(after)) | _loses(last, first)
    within = floats(table["places_reached_b"]) > 0
    steps = [
        ("now_unknown", (~np.isnan(before) & np.isnan(after)) | _loses(first, last)),
        ("now_known_reached", told & within),
        ("now_known_beyond", told),
        ("now_reachable", np.isinf(before) & np.isfinite(after)),
        ("now_unreachable", np.isfinite(before) & np.isinf(after)),
        ("mixed", more & less),
        ("better", (last < first) | more),
        ("worse", (last > first) | less),
        ("faster", moved < -CLOSE),
        ("slower", moved > CLOSE),
        ("other_facility", other),
    ]
    with np.errstate(invalid="ignore"):
        return np.select([which for _, which in steps], [name for name, _ in steps], "same")


def _ranks(classes: pd.Series) -> NDArray[np.float64]:
    """Rank classes from the best; what is unknown comes after, and no class is NaN."""
    ranks = {one: float(at) for at, one in enumerate(CLASSES)}
    return np.array([ranks.get(one, np.nan) for one in classes.tolist()], dtype=np.float64)


def _loses(first: NDArray[np.float64], last: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say where a class was known and is not any more."""
    unknown = float(CLASSES.index(UNKNOWN))
    found: NDArray[np.bool_] = (first < unknown) & (last == unknown)
    return found


def _counted(table: pd.DataFrame) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say of units with a count where more are reached and where fewer are; not of villages."""
    deltas = np.stack([floats(table[f"{group}_reached_delta"]) for group in COUNTED])
    larger = (table["level"] != "village").to_numpy()
    with np.errstate(invalid="ignore"):
        return (deltas > 0).any(axis=0) & larger, (deltas < 0).any(axis=0) & larger
