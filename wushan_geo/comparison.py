"""Two results side by side: what changes from the one to the other, unit by unit.

Whatever the two differ in (roads, condition, facilities, persons), the question is the same: who
is reached now and was not, who no longer is, and by how many minutes. The comparison computes no
measure of its own: it takes the finished tables of both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError
from wushan_geo.results import CLASSES, CONDITIONS, NOTICES, WATERMARKS
from wushan_geo.wording import MESSAGES, both, put
from wushan_geo.wording.notices import notice_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from wushan_geo.results import ServiceInfo, StudyInfo, StudyResult

# From the best news to the worst; each a message "compare.change.<key>".
CHANGES = (
    "now_reachable", "better", "now_known_reached", "faster", "same", "other_facility", "mixed",
    "slower", "now_known_beyond", "worse", "now_unreachable", "now_unknown",
)  # fmt: skip
ROAD_CHANGES = (
    "closed", "gone", "one_way", "reversed", "two_way", "slower", "mixed", "faster", "opened",
    "new",
)  # fmt: skip
LEVELS = ("village", "township", "county")
REACHED = CLASSES[:2]
UNKNOWN = CLASSES[-1]
BASES = ("measured", "stated", "inferred", "modelled")
ENDS = ("low", "central", "high")
COUNTED = ("places", "persons", "eligible")
# Share of the edges of the smaller network that the other has too, below which the two were
# numbered apart: every edge would be gone and new again.
SHARED = 0.1
SETTINGS_SHOWN = 8  # in a sentence; comparison.json has all
# Topics of the sentences on what the two studies themselves do not share.
UNLIKE = ("method", "settings", "condition", "as_of", "roads_apart")
CLOSE = 1e-6  # minutes (a fifteen-thousandth of a second): rounding, and no change
KEYS = ["level", "zone_id", "service", "limit"]
NAMED = ["level", "zone_id", "name", "name_en", "parent_id"]
COLUMNS = [
    *NAMED, "service", "limit", "change", "class_a", "class_b",
    *(f"minutes_{end}_{side}" for end in ENDS for side in ("a", "b", "delta")),
    "facility_a", "facility_b",
    *(f"{group}_{part}" for group in COUNTED for part in
      ("total_a", "total_b", "reached_a", "reached_b", "reached_delta")),
    "basis",
    *(column for one in CONDITIONS for column in
      (*(f"minutes_{one}_{side}" for side in ("a", "b", "delta")),
       f"class_{one}_a", f"class_{one}_b")),
]  # fmt: skip
UNIT_COLUMNS = ["what", "id", "name", "name_en", "only_in"]
ROAD_COLUMNS = ["edge_id", "change", "name", "road_class", "crossing_id", "basis"]
FINDING_COLUMNS = ["topic", "service", "limit", "value", "unit", "text_zh", "text_en"]
PARTS = 2  # of a text "limit=30 min; times=central"


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What changes from one result (a) to another (b).

    A change is named and not only subtracted: from minutes to unreachable the delta is infinite,
    from unreachable to minutes minus infinite, and of two unreachable ones 0. What is not known on
    a side stays not known in the delta (NaN).
    """

    a: StudyInfo
    """The study that is compared from."""
    b: StudyInfo
    """The study that is compared with it."""
    table: pd.DataFrame
    """One row for each village, township and county, service and limit that both have; columns as
    in ``COLUMNS``. A class of a township is there for the service that its result shows, and so are
    its minutes by condition; its class by condition is in neither result. What one of the two does
    not state of a condition is empty on both sides."""
    units: pd.DataFrame
    """Units, facilities, services and limits that only one of the two has."""
    roads: pd.DataFrame
    """Road edges that are closed, opened, new, gone, slower or faster in b."""
    findings: pd.DataFrame
    """The answer in sentences, places and persons side by side."""
    layers: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    """Shapes to draw: those of b, those of a where only it has them, and ``changed_roads``."""

    @property
    def demonstration(self) -> bool:
        """Whether a decisive input of either is modelled."""
        return self.a.demonstration or self.b.demonstration

    @property
    def notices(self) -> tuple[str, ...]:
        """Message keys of the notices that every page carries: those of either study."""
        return tuple(sorted({*self.a.notices, *self.b.notices}, key=NOTICES.index))

    @property
    def notice_texts(self) -> dict[str, tuple[str, str]]:
        """The notices in Chinese and English by key, with the names of both studies put in."""
        scenarios = [one.scenario for one in (self.a, self.b) if one.scenario is not None]
        known = [one.known_min for one in (self.a, self.b)]
        return notice_texts(self.notices, self.a.county_name, scenarios, known)

    @property
    def watermark(self) -> str:
        """Message key of what stands across every page; empty for two studies as they are."""
        marks = [one.watermark for one in (self.a, self.b)]
        return next((one for one in WATERMARKS if one in marks), "")

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The finished tables by name, the same content as ``tables/NAME.csv``."""
        return {
            "comparison": self.table,
            "comparison_units": self.units,
            "comparison_roads": self.roads,
            "comparison_findings": self.findings,
        }


def compare(a: StudyResult, b: StudyResult) -> Comparison:
    """Compare two results of the same county.

    Parameters
    ----------
    a
        The result to compare from, such as the roads as they are.
    b
        The result to compare with it, such as a scenario.

    Returns
    -------
    Comparison
        Tables of what changes, sorted by level, unit, service and limit; neither result is
        changed.

    Raises
    ------
    ParameterError
        If the two are of different counties.
    KeyError
        If a result lacks a table.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> result = wg.run_study(wg.open_study("example"))
    >>> set(compare(result, result).table["change"])
    {'same'}
    """
    if a.info.county != b.info.county:
        message = (
            f"only results of one county can be compared, not of {a.info.county} and "
            f"{b.info.county}"
        )
        raise ParameterError(message)
    sides = _Side(a), _Side(b)
    table = _joined(*sides)
    units = _only(*sides)
    roads, lines, apart = _roads(a, b)
    layers = {**a.layers, **b.layers}
    if lines is not None:
        layers["changed_roads"] = lines
    return Comparison(
        a=a.info,
        b=b.info,
        table=table,
        units=units,
        roads=roads,
        findings=_findings(a, b, table, units, roads, apart),
        layers=layers,
    )


def record(a: StudyResult, b: StudyResult) -> dict[str, Any]:
    """Give what went into a comparison, so that it can be repeated and every figure traced.

    Parameters
    ----------
    a, b
        The two results.

    Returns
    -------
    dict
        Study, inputs with checksums, settings and assumptions of both under ``a`` and ``b``, and
        the versions that made them.

    Raises
    ------
    AttributeError
        If these are no results.

    Examples
    --------
    See ``tests/test_cli_compare.py``.
    """
    shared = ("versions", "seed", "seed_note")
    sides = {
        name: {key: value for key, value in one.manifest.items() if key not in shared}
        for name, one in (("a", a), ("b", b))
    }
    demonstration = a.info.demonstration or b.info.demonstration
    common = {one: b.manifest[one] for one in shared if one in b.manifest}
    return {"demonstration": demonstration, **sides, **common}


class _Side:
    """What one result says of each unit, service and limit."""

    def __init__(self, result: StudyResult) -> None:
        self.result = result
        self.info = result.info
        access = result.tables["access"]
        self._limit = access["parameters"].map(_limit_of)
        self.rows = pd.concat([self._villages(), self._larger()], ignore_index=True)

    def names(self) -> pd.DataFrame:
        """Give the names of all units, by level."""
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


def _joined(a: _Side, b: _Side) -> pd.DataFrame:
    """Set both sides beside each other and say what changed."""
    both_sides = a.rows.merge(b.rows, on=KEYS, suffixes=("_a", "_b"), validate="one_to_one")
    names = b.names().drop_duplicates(["level", "zone_id"])
    table = both_sides.merge(names, on=["level", "zone_id"], how="left", validate="many_to_one")
    columns: dict[str, Any] = {}
    known = a.result.info.known_min, b.result.info.known_min
    comparable: dict[str, Any] = {}
    for end in ENDS:
        one, two = (f"minutes_{end}_{side}" for side in ("a", "b"))
        comparable[one], comparable[two] = _comparable(
            _floats(table[one]), _floats(table[two]), known
        )
        columns[f"minutes_{end}_delta"] = delta(comparable[one], comparable[two])
    for group in COUNTED:
        for side in ("a", "b"):
            for part in ("total", "reached"):
                columns[f"{group}_{part}_{side}"] = _floats(table[f"{group}_{part}_{side}"])
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


_TEXTS = (
    *NAMED, "service", "change", "class_a", "class_b", "facility_a", "facility_b", "basis",
    *(f"class_{one}_{side}" for one in CONDITIONS for side in ("a", "b")),
)  # fmt: skip


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
            np.where(shared, _floats(table[f"minutes_{one}_{side}"]), np.nan) for side in ("a", "b")
        )
        found |= {
            f"minutes_{one}_a": before,
            f"minutes_{one}_b": after,
            f"minutes_{one}_delta": delta(before, after),
        }
        found |= {f"class_{one}_{side}": classes[side].where(shared) for side in ("a", "b")}
    return found


def _floats(column: pd.Series) -> NDArray[np.float64]:
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def delta(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Subtract minutes, of which some are infinite.

    Parameters
    ----------
    a, b
        Minutes before and after; infinity is unreachable, NaN is not known.

    Returns
    -------
    numpy.ndarray
        ``b - a``; 0 where both are unreachable, NaN where one is not known.

    Raises
    ------
    ValueError
        If the two differ in shape.

    Examples
    --------
    >>> delta(np.array([10, np.inf, np.inf, 5]), np.array([12, 9, np.inf, np.inf])).tolist()
    [2.0, -inf, 0.0, inf]
    """
    with np.errstate(invalid="ignore"):
        found = np.asarray(b, dtype=np.float64) - np.asarray(a, dtype=np.float64)
    return np.where(np.isinf(a) & np.isinf(b), 0.0, found)


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
    before, after = (_floats(table[f"minutes_central_{side}"]) for side in ("a", "b"))
    moved = delta(before, after)
    first, last = (_ranks(table[f"class_{side}"]) for side in ("a", "b"))
    more, less = _counted(table)
    one, two = (table[f"facility_{side}"].astype("str").fillna("") for side in ("a", "b"))
    other = (one != two).to_numpy(dtype=bool)
    told = (np.isnan(before) & ~np.isnan(after)) | _loses(last, first)
    within = _floats(table["places_reached_b"]) > 0
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
    deltas = np.stack([_floats(table[f"{group}_reached_delta"]) for group in COUNTED])
    larger = (table["level"] != "village").to_numpy()
    with np.errstate(invalid="ignore"):
        return (deltas > 0).any(axis=0) & larger, (deltas < 0).any(axis=0) & larger


def _only(a: _Side, b: _Side) -> pd.DataFrame:
    """List what only one of the two has."""
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


def _roads(
    a: StudyResult, b: StudyResult
) -> tuple[pd.DataFrame, gpd.GeoDataFrame | None, tuple[int, int, int] | None]:
    """List the road edges that are not in both as they were, and give their lines.

    Of two networks whose edges are numbered apart nothing is listed: the number of edges of each,
    and of those that both have, are given instead.
    """
    import geopandas as gpd

    first, last = (one.layers.get("roads") for one in (a, b))
    if first is None or last is None:
        return pd.DataFrame(columns=ROAD_COLUMNS, dtype="str"), None, None
    sides = [one.set_index("edge_id", drop=False) for one in (first, last)]
    ids = sides[0].index.union(sides[1].index)
    there = [ids.isin(one.index) for one in sides]
    common = int((there[0] & there[1]).sum())
    if common < SHARED * min(len(first), len(last)):
        nothing = pd.DataFrame(columns=ROAD_COLUMNS, dtype="str")
        return nothing, None, (len(first), len(last), common)
    shut = [
        one["closed"].reindex(ids).astype("boolean").fillna(value=False).to_numpy(dtype=bool)
        for one in sides
    ]
    steps = [
        ("new", ~there[0] & there[1]),
        ("gone", there[0] & ~there[1]),
        ("closed", ~shut[0] & shut[1]),
        ("opened", shut[0] & ~shut[1]),
        *_ways(sides, ids, there[0] & there[1] & ~shut[0] & ~shut[1]),
    ]
    change = np.select([which for _, which in steps], [name for name, _ in steps], "")
    kept = ids[change != ""]
    source = pd.concat([sides[1], sides[0][~sides[0].index.isin(sides[1].index)]]).loc[kept]
    table = pd.DataFrame(
        {
            name: pd.array(source[name].tolist(), dtype="str") if name in source else ""
            for name in ROAD_COLUMNS
        }
    )
    table["change"] = pd.array(change[change != ""], dtype="str")
    table = table.astype("str")
    lines = gpd.GeoDataFrame(table, geometry=source.geometry.to_numpy(), crs=last.crs)
    return table, lines, None


def _ways(
    sides: Sequence[pd.DataFrame], ids: pd.Index[Any], open_: NDArray[np.bool_]
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Say which open edges can be travelled another way round, or at another pace, each way."""
    ways = [_both_ways(one, ids) for one in sides]
    turned = _turned(sides, ids, open_)
    ways[1] = np.where(turned, ways[1][::-1], ways[1])
    # What has no minutes can be travelled wherever it is not one-way.
    free = [~np.isinf(one) for one in ways]
    count = [one.sum(axis=0) for one in free]
    yield "closed", open_ & (count[0] > 0) & (count[1] == 0)
    yield "opened", open_ & (count[0] == 0) & (count[1] > 0)
    yield "one_way", open_ & (count[0] > count[1])
    yield "two_way", open_ & (count[0] < count[1])
    yield "reversed", open_ & (free[0] != free[1]).any(axis=0)
    moved = delta(ways[0], ways[1])
    with np.errstate(invalid="ignore"):
        slower, faster = (moved > CLOSE).any(axis=0), (moved < -CLOSE).any(axis=0)
    yield "mixed", open_ & slower & faster
    yield "slower", open_ & slower
    yield "faster", open_ & faster


def _both_ways(side: pd.DataFrame, ids: pd.Index[Any]) -> NDArray[np.float64]:
    """Give the minutes along each line and against it: infinite where that is not allowed.

    NaN is not known; a layer that has one number for both ways has it twice.
    """
    rows = side.reindex(ids)
    plain = _floats(rows["minutes"]) if "minutes" in rows else np.full(len(ids), np.nan)
    found = np.stack([_floats(rows[one]) if one in rows else plain for one in WAYS])
    if "oneway" in rows:
        against = rows["oneway"].astype("boolean").fillna(value=False).to_numpy(dtype=bool)
        found[1, against] = np.inf
    return found


def _turned(
    sides: Sequence[pd.DataFrame], ids: pd.Index[Any], which: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Say which lines are drawn from the other end in the second layer."""
    import shapely

    found = np.zeros(len(ids), dtype=bool)
    at = np.flatnonzero(which)
    lines = [np.asarray(one["geometry"].reindex(ids[at]).to_numpy(), dtype=object) for one in sides]

    def off(*, turned: bool) -> NDArray[np.float64]:
        total = np.zeros(at.size)
        for part in PLACES_ALONG:
            other = 1.0 - part if turned else part
            places = [
                shapely.line_interpolate_point(own, where, normalized=True)
                for own, where in zip(lines, (part, other), strict=True)
            ]
            total += shapely.distance(*places)
        return total

    # A loop ends where it starts: only on the way does it show which way round it is drawn.
    with np.errstate(invalid="ignore"):
        found[at] = off(turned=True) < off(turned=False)
    return found


WAYS = ("forward", "backward")
PLACES_ALONG = (0.0, 0.25, 0.75, 1.0)


def _findings(
    a: StudyResult,
    b: StudyResult,
    table: pd.DataFrame,
    units: pd.DataFrame,
    roads: pd.DataFrame,
    apart: tuple[int, int, int] | None,
) -> pd.DataFrame:
    """Say the answer in sentences: how each side works, the headline, then the other services."""
    rows: list[dict[str, Any]] = [*_method_rows(a.info, b.info)]
    mark = _mark(a.info, b.info)
    services = [one for one in a.info.services if one.limit is not None]
    services.sort(key=lambda one: one.key != a.info.headline)
    for service in services:
        for limit in service.limits:
            rows += _service_rows(service, limit, table, mark=mark)
    if services:
        rows += _condition_rows(services[0], a.info.condition, table, mark=mark)
    rows += _setting_rows(a.info, b.info)
    for change in ROAD_CHANGES:
        count = int((roads["change"] == change).sum())
        if count:
            text = put("compare.roads", {"count": count, "change": both(f"compare.road.{change}")})
            rows.append({"topic": "roads", "value": count, "unit": "edges", "text": text})
    if apart is not None:
        values = dict(zip(("a", "b", "common"), apart, strict=True))
        text = put("compare.roads_apart", values)
        rows.append({"topic": "roads_apart", "value": apart[2], "unit": "edges", "text": text})
    if _alike(table, rows, units, roads):
        text = put("compare.nothing", {})
        rows.insert(0, {"topic": "nothing", "value": 0.0, "unit": "places", "text": text})
    found = [
        {
            "service": "",
            "limit": np.nan,
            **one,
            "text_zh": one["text"][0],
            "text_en": one["text"][1],
        }
        for one in rows
    ]
    table = pd.DataFrame(found, columns=FINDING_COLUMNS)
    return table.astype({"value": float, "limit": float, "topic": "str", "service": "str",
                         "unit": "str", "text_zh": "str", "text_en": "str"})  # fmt: skip


def _service_rows(
    service: ServiceInfo, limit: float, table: pd.DataFrame, *, mark: str
) -> Iterator[dict[str, Any]]:
    own = table[((table["service"] == service.key) & (table["limit"] == limit)).to_numpy()]
    county, villages = own[own["level"] == "county"], own[own["level"] == "village"]
    if county.empty or villages.empty:
        return
    row: dict[Any, Any] = county.iloc[0].to_dict()
    common = {"service": service.key, "limit": limit}
    if _blank(row, "places"):
        text = put("compare.blind", {"service": service.name, "limit": f"{limit:g}"})
        yield {**common, "topic": "unknown", "value": np.nan, "unit": "", "text": text}
        return
    values: dict[str, object] = {"service": service.name, "limit": f"{limit:g}"}
    for group in COUNTED:
        before, after = row[f"{group}_reached_a"], row[f"{group}_reached_b"]
        values[f"{group}_a"], values[f"{group}_b"] = _number(before), _number(after)
        values[f"{group}_delta"] = _signed(after - before)
    counted = "compare.reached" if not _blank(row, "eligible") else "compare.reached.persons"
    value = float(row["places_reached_delta"])
    text = _marked(put(counted, values), mark=mark)
    yield {**common, "topic": "reached", "value": value, "unit": "places", "text": text}
    counts = villages["change"].value_counts()
    persons = villages.groupby("change")["persons_total_b"].sum(min_count=1)
    parts = [
        put(
            "compare.part",
            {
                "change": both(f"compare.change.{one}"),
                "places": int(counts[one]),
                "persons": _number(float(persons[one])),
            },
        )
        for one in CHANGES
        if one in counts and one != "same"
    ]
    same = int(counts.get("same", 0))
    key = "compare.changes" if parts else "compare.no_changes"
    joined = ("；".join(zh for zh, _ in parts), "; ".join(en for _, en in parts))
    told = put(key, {**values, "parts": joined, "same": same, "all": len(villages)})
    text = _marked(told, mark=mark)
    changed = float(len(villages) - same)
    yield {**common, "topic": "changes", "value": changed, "unit": "places", "text": text}


def _condition_rows(
    service: ServiceInfo, shown: str, table: pd.DataFrame, *, mark: str
) -> Iterator[dict[str, Any]]:
    """Count who is reached in each further condition that both state, at the default limit."""
    own = (table["service"] == service.key) & (table["limit"] == service.limit)
    rows = table[(own & (table["level"] == "village")).to_numpy()]
    for condition in CONDITIONS:
        sides = [_condition_counts(rows, condition, side) for side in ("a", "b")]
        if condition == shown or np.isnan(sides).any():
            continue
        values: dict[str, object] = {
            "condition": both(f"condition.{condition}"),
            "service": service.name,
            "limit": f"{service.limit:g}",
        }
        for at, group in enumerate(COUNTED[:2]):
            before, after = sides[0][at], sides[1][at]
            values[f"{group}_a"], values[f"{group}_b"] = _number(before), _number(after)
            values[f"{group}_delta"] = _signed(after - before)
        told = put("compare.in_condition", values)
        yield {
            "topic": f"reached_{condition}",
            "service": service.key,
            "limit": service.limit,
            "value": sides[1][0] - sides[0][0],
            "unit": "places",
            "text": _marked(told, mark=mark),
        }


def _condition_counts(rows: pd.DataFrame, condition: str, side: str) -> tuple[float, float]:
    """Give villages and persons reached in a condition; NaN where no class is known."""
    classes = rows[f"class_{condition}_{side}"]
    if not (classes.notna() & (classes != UNKNOWN)).any():
        return float("nan"), float("nan")
    reached = classes.isin(REACHED).to_numpy()
    persons = _floats(rows[f"persons_total_{side}"])
    counted = persons[reached & ~np.isnan(persons)].sum()
    return float(reached.sum()), float("nan") if np.isnan(persons).all() else float(counted)


def _alike(
    table: pd.DataFrame, rows: Sequence[Mapping[str, Any]], units: pd.DataFrame, roads: pd.DataFrame
) -> bool:
    """Say whether nothing that is compared differs: no number, no class, no unit, no road."""
    if len(units) or len(roads) or any(one["topic"] in UNLIKE for one in rows):
        return False
    for column in (one for one in COLUMNS if one.endswith("_a")):
        one, other = table[column], table[f"{column[:-2]}_b"]
        if one.dtype == np.float64:
            # Unreachable on both sides is alike, and so is what is not known on both.
            if not np.allclose(one, other, rtol=0.0, atol=CLOSE, equal_nan=True):
                return False
        elif one.fillna("").tolist() != other.fillna("").tolist():
            return False
    return True


def _method_rows(a: StudyInfo, b: StudyInfo) -> Iterator[dict[str, Any]]:
    """Say how each side works out its times, where they do not do it alike."""
    blank = {"value": np.nan, "unit": ""}
    if a.engine != b.engine:
        text = put("compare.method", {"a": _method(a), "b": _method(b)})
        yield {**blank, "topic": "method", "text": text}
    own = [one for one in a.settings if a.engine == b.engine or one in b.settings]
    keys = [*own, *(one for one in b.settings if a.engine == b.engine and one not in own)]
    # The main settings of a straight line stand in the sentence on the method.
    unlike = [one for one in keys if a.settings.get(one) != b.settings.get(one)]
    if not unlike:
        return
    parts = [
        put(
            "compare.setting.part",
            {"name": _setting(one), "a": _value(a, one), "b": _value(b, one)},
        )
        for one in unlike[:SETTINGS_SHOWN]
    ]
    values: dict[str, object] = {
        "parts": ("；".join(zh for zh, _ in parts), "; ".join(en for _, en in parts)),
        "count": len(unlike),
    }
    key = "compare.settings" if len(unlike) <= SETTINGS_SHOWN else "compare.settings.more"
    yield {
        **blank,
        "topic": "settings",
        "value": float(len(unlike)),
        "unit": "settings",
        "text": put(key, values),
    }


def _method(info: StudyInfo) -> tuple[str, str]:
    """Say how a study works out its times."""
    name = both(f"engine.{info.engine or 'none'}")
    told = [_setting_part(info, one) for one in info.settings if one in MAIN]
    if not told:
        return name
    parts = ("；".join(zh for zh, _ in told), "; ".join(en for _, en in told))
    return put("compare.method.part", {"name": name, "parts": parts})


MAIN = ("straight_speed_kmh", "detour.low", "detour.central", "detour.high", "matrix.unit")


def _setting_part(info: StudyInfo, key: str) -> tuple[str, str]:
    return put("compare.method.setting", {"name": _setting(key), "value": _value(info, key)})


def _value(info: StudyInfo, key: str) -> str | tuple[str, str]:
    return info.settings.get(key) or both("compare.setting.none")


def _setting(key: str) -> tuple[str, str]:
    """Name a setting as an office would; one without a name of its own by its path in the file."""
    head, _, rest = key.partition(".")
    if head == "speeds_kmh":
        return put("compare.setting.speed", {"road": both(f"compare.road_class.{rest}")})
    of, _, what = rest.partition(".")
    field_name = f"compare.field.{what}"
    if head in {"profiles", "conditions"} and field_name in MESSAGES:
        one = f"{head[:-1]}.{of}"  # an office may have profiles of its own
        values = {"of": MESSAGES.get(one, (of, of)), "field": both(field_name)}
        return put(f"compare.setting.{head}", values)
    named = f"compare.setting.{key}"
    return both(named) if named in MESSAGES else (f"travel.{key}", f"travel.{key}")


def _setting_rows(a: StudyInfo, b: StudyInfo) -> Iterator[dict[str, Any]]:
    """Say what the two studies themselves do not share."""
    if a.condition != b.condition:
        values = {"a": both(f"condition.{a.condition}"), "b": both(f"condition.{b.condition}")}
        text = put("compare.condition", values)
        yield {"topic": "condition", "value": np.nan, "unit": "", "text": text}
    if a.as_of != b.as_of:
        text = put("compare.as_of", {"a": a.as_of.isoformat(), "b": b.as_of.isoformat()})
        yield {"topic": "as_of", "value": np.nan, "unit": "", "text": text}


def _marked(text: tuple[str, str], *, mark: str) -> tuple[str, str]:
    return put(mark, {"text": text}) if mark else text


def _mark(a: StudyInfo, b: StudyInfo) -> str:
    """Give the key of what each sentence begins with; empty for two studies as they are."""
    if a.demonstration or b.demonstration:
        return "compare.demonstration"
    return "" if a.scenario is None and b.scenario is None else "compare.scenario"


def _blank(row: Mapping[Any, Any], group: str) -> bool:
    return bool(np.isnan(row[f"{group}_reached_a"]) and np.isnan(row[f"{group}_reached_b"]))


def _number(value: float) -> str | tuple[str, str]:
    return both("no_data") if np.isnan(value) else f"{value:.0f}"


def _signed(value: float) -> str | tuple[str, str]:
    if np.isnan(value):
        return both("no_data")
    return "±0" if value == 0 else f"{value:+.0f}".replace("-", "−")
