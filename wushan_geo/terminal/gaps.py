"""What a planner reads on the terminal of a gap analysis: reach, causes, places, clusters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from wushan_geo.results import ANALYSIS_FOLDER
from wushan_geo.terminal import _boxed, _bullets, _console, notices_of, print_table
from wushan_geo.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from wushan_geo.results import GapAnalysis
    from wushan_geo.wording import Language

ROWS_SHOWN = 8  # of groups of villages and of townships; the rest stands in the tables
NOTHING = "—"  # where there is no number
CENTRAL = "central"
TIMES = (CENTRAL, "high", "low")  # the slowest roads give the least share, the fastest the most
SHARES = ("place_share", "person_share")
UNVERIFIED = ("place_share_unknown", "person_share_unknown")
COUNTED = "counted_"  # beginning of the notes on who is counted
# Notes for readers of the files: the page says it elsewhere.
ABOVE = ("demonstration", "scenario", "given", "study")
OUTCOMES = ("served", "no_place", "out_of_reach", "not_admitted", "to_verify")


def show_gaps(found: GapAnalysis, out: Path, tongue: Language) -> None:
    """Print a gap analysis: the notice, then each question with its answer, then the files.

    Parameters
    ----------
    found
        The analysis.
    out
        Folder that was written.
    tongue
        Language.

    Raises
    ------
    KeyError
        If a table is missing.
    """
    console = _console()
    rows: list[dict[Any, Any]] = found.tables["units"].to_dict("records")
    page = _Page(found, tongue, {str(one["zone_id"]): one for one in rows})
    county = found.info.county_name[0 if tongue == "zh" else 1]
    console.print(Text(say("analysis.title", tongue, county=county), style="bold"))
    _boxed(console, notices_of(found.info, tongue))
    _bullets(console, [page.origin(), *page.notes(COUNTED)])
    for table in page.tables():
        print_table(console, table)
    _bullets(console, [*page.withheld(), *page.beyond(), say("analysis.caveat", tongue)])
    left_out = page.notes()
    if left_out:
        console.print(Text(say("analysis.heading.notes", tongue), style="bold"))
        _bullets(console, left_out)
    count = len(found.tables) - 1  # the dictionary is named besides
    text = say("analysis.written", tongue, count=count, folder=out / ANALYSIS_FOLDER)
    console.print(Text(text, style="dim"), soft_wrap=True)


@dataclass(frozen=True, slots=True)
class _Page:
    """One analysis in one language."""

    found: GapAnalysis
    tongue: Language
    units: Mapping[str, Mapping[str, Any]]
    """Names of the units, by code."""

    def tables(self) -> Iterator[Table]:
        """Lay out each question that has an answer."""
        parts = (
            self.reach(), self.causes(), self.places(), self.worth(), self.equity(), self.rates(),
            self.groups(), self.clusters(), self.scale(), self.change(),
        )  # fmt: skip
        return (table for table in parts if table is not None)

    def withheld(self) -> Iterator[str]:
        """Say that what names places is not shown where a model made the persons."""
        if self.found.info.demonstration and any(
            len(self._flagged(name)) for name in ("gap_clusters", "scale")
        ):
            yield self.word("analysis.demonstration_only")

    def beyond(self) -> Iterator[str]:
        """Say how many villages what lies beyond the county line might help."""
        rows = self._headline("gaps")
        count = int((rows["border"] == "yes").sum())
        if count:
            service = self.service(self.found.info.headline)
            yield self.word("analysis.beyond", service=service, count=count)

    def word(self, key: str, **values: object) -> str:
        """Say a message."""
        return say(key, self.tongue, **values)

    def service(self, key: str) -> str:
        """Name a service."""
        return self.found.info.service(key).name[0 if self.tongue == "zh" else 1]

    def persons_of(self, key: str) -> str:
        """Name a service, and whom its persons are where it names no group of its own."""
        name = self.service(key)
        if self.counted(key) != "all":
            return name
        return self.word(
            "analysis.named_persons", service=name, persons=self.word("analysis.counted.all")
        )

    def counted(self, key: str) -> str:
        """Say whose count the persons of a service are: a group of persons, empty if not told."""
        for name, column in (("causes", "counted"), ("measures", "parameters")):
            rows = self.found.tables[name]
            if column in rows:
                own = rows.loc[(rows["service"] == key).to_numpy(), column]
                for told in map(str, own):
                    whom = told if column == "counted" else _told(told, "counted")
                    if whom:
                        return whom.partition(",")[0]
        return ""

    def unit(self, zone: object) -> str:
        """Name a unit, a village with its township."""
        row = self.units.get(str(zone))
        if row is None:
            return _named(zone)
        above = self.units.get(str(row["parent_id"]))
        if row["level"] != "village" or above is None:
            return self._name(row)
        joint = ("", self._name(above), self._name(row))
        if self.tongue == "en":
            joint = (", ", self._name(row), self._name(above))
        return joint[0].join(joint[1:])

    def facility(self, key: object) -> str:
        """Name a facility or a site."""
        rows = self.found.tables.get("facilities")
        if rows is None:
            return _named(key)
        own = rows[(rows["facility_id"] == key).to_numpy()].to_dict("records")
        return self._name(own[0]) if own else _named(key)

    def _name(self, row: Mapping[Any, Any]) -> str:
        english = row["name_en"]
        if self.tongue == "en" and isinstance(english, str) and english:
            return english
        return str(row["name"])

    def reach(self) -> Table | None:
        """Say who is within each limit, villages and persons side by side, and of whom not."""
        rows = self._county("measures")
        rows = rows[rows["measure"].isin([*SHARES, *UNVERIFIED]).to_numpy()]
        if rows.empty:
            return None
        table = self._table("analysis.heading.reach", ("analysis.service", "analysis.limit"))
        self._figures(table, "analysis.places", "analysis.persons", "analysis.both_to_verify")
        shares: dict[tuple[str, str], dict[tuple[str, str], float]] = {}
        for row in rows.to_dict("records"):
            told = str(row["parameters"])
            limit = _told(told, "limit").partition(" ")[0]
            at = (str(row["measure"]), _told(told, "times") or CENTRAL)
            shares.setdefault((str(row["service"]), limit), {})[at] = float(row["value"])
        seen: set[str] = set()
        for (service, limit), value in shares.items():
            _row(
                table,
                self._once(table, self.persons_of(service), seen),
                limit,
                *(self._interval(value, one) for one in SHARES),
                " / ".join(_percent(value.get((one, CENTRAL), math.nan)) for one in UNVERIFIED),
            )
        return _captioned(table, self.word("analysis.range_told"))

    def _interval(self, shares: Mapping[tuple[str, str], float], measure: str) -> str:
        """Write a share at central times, with those on the slowest and on the fastest roads."""
        share, least, most = (shares.get((measure, one), math.nan) for one in TIMES)
        central = _percent(share)
        if math.isnan(share) or math.isnan(least) or math.isnan(most):
            return central
        low = _percent(least).removesuffix(" %")
        high = _percent(most).removesuffix(" %")
        return self.word("analysis.range", central=central, low=low, high=high)

    def causes(self) -> Table | None:
        """Say why the gap is there, at the default limits."""
        rows = self._default(self._county("causes"))
        rows = rows[((rows["places"] > 0) | (rows["persons"] > 0)).to_numpy()]
        if rows.empty:
            return None
        table = self._table("analysis.heading.causes", ("analysis.service", "analysis.cause"))
        kinds = {"places": "analysis.places", "persons": "analysis.persons"}
        if "persons_by_admission" in rows and (rows["persons_by_admission"] > 0).any():
            kinds["persons_by_admission"] = "analysis.by_admission"
        self._figures(table, *kinds.values())
        seen: set[str] = set()
        for row in rows.to_dict("records"):
            _row(
                table,
                self._once(table, self.persons_of(str(row["service"])), seen),
                self.word(f"analysis.cause.{row['cause']}"),
                *(self._count(row[one]) for one in kinds),
            )
        return table

    def places(self) -> Table | None:
        """Say who gets a place when all are given out as well as can be."""
        rows = self._county("measures")
        kinds = {
            one: f"persons_{one}" for one in OUTCOMES if (rows["measure"] == f"persons_{one}").any()
        }
        rows = rows[rows["measure"].isin([*kinds.values(), "minutes_allocated"]).to_numpy()]
        if rows.empty:
            return None
        table = self._table("analysis.heading.places", ("analysis.service",))
        self._figures(table, *(f"analysis.{one}" for one in (*kinds, "minutes")))
        found: dict[str, dict[str, float]] = {}
        for row in rows.to_dict("records"):
            found.setdefault(str(row["service"]), {})[str(row["measure"])] = float(row["value"])
        for service, value in found.items():
            counts = [self._count(value.get(one, math.nan)) for one in kinds.values()]
            minutes = self._minutes(value.get("minutes_allocated", math.nan))
            _row(table, self.service(service), *counts, minutes)
        return _captioned(table, self.word("analysis.places_told"))

    def equity(self) -> Table | None:
        """Say how evenly minutes and places are spread over persons."""
        rows = self.found.tables["equity"]
        wanted = ((rows["index"] == "gini") | (rows["index"] == "theil_t")).to_numpy()
        if rows[wanted].empty:
            return None
        table = self._table("analysis.heading.equity", ("analysis.service", "analysis.of"))
        self._figures(table, "analysis.gini", "analysis.between", "analysis.left_out_persons")
        seen: set[str] = set()
        for (service, of), some in rows[wanted].groupby(["service", "of"], sort=False):
            value = {
                (str(row["index"]), str(row["part"])): float(row["value"])
                for row in some.to_dict("records")
            }
            gini, whole, between = (
                value.get(one, math.nan)
                for one in (
                    ("gini", "all"), ("theil_t", "all"), ("theil_t", "between_townships"),
                )
            )  # fmt: skip
            _row(
                table,
                self._once(table, self.persons_of(str(service)), seen),
                self.word(f"analysis.of.{of}"),
                NOTHING if math.isnan(gini) else f"{gini:.3f}",
                _percent(between / whole if whole > 0 else math.nan),
                self._count(float(some["left_out_persons"].iloc[0])),
            )
        return _captioned(table, self.word("analysis.equity_told"))

    def worth(self) -> Table | None:
        """Say what one more place at each facility of the headline service would do."""
        rows = self._headline("place_values", at_limit=False)
        if rows.empty:
            return None
        table = self._table(
            "analysis.heading.worth", ("analysis.facility",),
            service=self.persons_of(self.found.info.headline),
        )  # fmt: skip
        self._figures(table, "analysis.capacity", "analysis.served")
        table.add_column(self.word("analysis.one_more"), overflow="fold")
        for row in rows.to_dict("records"):
            _row(
                table,
                self.facility(row["facility_id"]),
                self._count(row["capacity"]),
                self._count(row["load"]),
                str(row[f"reading_{self.tongue}"]),
            )
        return table

    def rates(self) -> Table | None:
        """Say which townships are ahead, as far as small counts allow."""
        rows = self._headline("rates")
        if rows.empty:
            return None
        rows = rows.astype({"rank_best": "float64", "rank_worst": "float64"})
        service, limit = self.persons_of(self.found.info.headline), f"{rows['limit'].iloc[0]:g}"
        table = self._table(
            "analysis.heading.rates", ("analysis.township",), service=service, limit=limit
        )
        self._figures(
            table, "analysis.rate", "analysis.smoothed", "analysis.rank", "analysis.persons",
            "analysis.unknown_persons",
        )  # fmt: skip
        for row in rows.to_dict("records"):
            shares = {("rate", CENTRAL): row["rate"], ("rate", "high"): row["rate_low"],
                      ("rate", "low"): row["rate_high"]}  # fmt: skip
            _row(
                table,
                self.unit(row["zone_id"]),
                self._interval(shares, "rate"),
                _percent(row["smoothed"]),
                self._ranked(row),
                self._count(row["persons"]),
                self._count(row["persons_unknown"]),
            )
        return _captioned(table, self.word("analysis.rates_told"))

    def _ranked(self, row: Mapping[Any, Any]) -> str:
        """Write a rank, or the span of ranks that a unit may have."""
        best, worst = (f"{row[one]:.0f}" for one in ("rank_best", "rank_worst"))
        return NOTHING if best == "nan" else best if best == worst else f"{best}–{worst}"

    def groups(self) -> Table | None:
        """Set groups of persons beside each other, each by the way its persons travel."""
        rows = self._headline("groups")
        rows = rows[(rows["partition"] != "persons_by_own_travel").to_numpy()]
        if rows.empty:
            return None
        service, limit = self.persons_of(self.found.info.headline), f"{rows['limit'].iloc[0]:g}"
        table = self._table(
            "analysis.heading.groups", ("analysis.group",), service=service, limit=limit
        )
        self._figures(
            table, "analysis.head_count", "analysis.share_reached", "analysis.gap",
            "analysis.median",
        )  # fmt: skip
        parts: set[str] = set()
        for row in rows.to_dict("records"):
            if parts and row["partition"] not in parts:
                table.add_section()
            parts.add(str(row["partition"]))
            points = 100 * row["person_share_gap"]
            _row(
                table,
                self._group(str(row["group"])),
                self._count(row["persons"]),
                _percent(row["person_share"]),
                _signed(points, "+"),
                self._minutes(row["minutes_median"]),
            )
        return _captioned(table, self.word("analysis.groups_told"))

    def _group(self, key: str) -> str:
        """Name a group of persons or a kind of villages."""
        kinds = {"community", "village", "upland", "lowland"}
        if key == "all":
            return self.word("analysis.counted.all")
        if key in kinds:
            all_count = self.counted(self.found.info.headline) == "all"
            whom = self.word(f"analysis.counted.{'all' if all_count else 'eligible'}")
            name = self.word(f"analysis.group.{key}")
            return self.word("analysis.named_persons", service=name, persons=whom)
        return self.word(f"template.group.{key}")

    def _headline(self, name: str, *, at_limit: bool = True) -> pd.DataFrame:
        """Take the rows of the headline service, at its default limit."""
        rows = self.found.tables[name]
        rows = rows[(rows["service"] == self.found.info.headline).to_numpy()]
        return self._default(rows) if at_limit else rows

    def clusters(self) -> Table | None:
        """Name the largest groups of villages of the headline service that could share one."""
        headline = self.found.info.headline
        rows = self._flagged("gap_clusters")
        rows = self._default(rows[(rows["service"] == headline).to_numpy()])
        groups = rows[(rows["places"] > 1).to_numpy()]
        if groups.empty or self.found.info.demonstration:
            return None
        service, limit = self.persons_of(headline), f"{groups['limit'].iloc[0]:g}"
        table = self._table(
            "analysis.heading.clusters", ("analysis.cluster", "analysis.centre"),
            service=service, limit=limit,
        )  # fmt: skip
        self._figures(table, "analysis.places", "analysis.persons")
        table.add_column(self.word("analysis.farthest"), overflow="fold")
        self._figures(table, "analysis.minutes")
        sites = {"site", "persons_by_site"} <= set(groups)
        if sites:
            table.add_column(self.word("analysis.site"), overflow="fold")
            self._figures(table, "analysis.by_site")
        for row in groups.head(ROWS_SHOWN).to_dict("records"):
            own = (self.facility(row["site"]), self._count(row["persons_by_site"])) if sites else ()
            _row(
                table,
                f"{row['cluster']:g}",
                self.unit(row["centre"]),
                self._count(row["places"]),
                self._count(row["persons"]),
                self.word(
                    "analysis.farthest_at",
                    village=self.unit(row["farthest"]),
                    minutes=self._minutes(row["minutes_farthest"]),
                ),
                self._minutes(row["minutes_mean"]),
                *own,
            )
        single = len(rows) - len(groups)
        others = [self.word("analysis.single", count=single)] if single else []
        within = _told(str(groups["parameters"].iloc[0]), "within").partition(" ")[0]
        told = self.word("analysis.clusters_told", within=within or NOTHING)
        return _captioned(table, told, *self._cut(len(groups), "gap_clusters.csv"), *others)

    def scale(self) -> Table | None:
        """Name the townships whose answer depends on the level at which one looks."""
        rows = self._flagged("scale")
        if rows.empty or self.found.info.demonstration:
            return None
        joint = "、" if self.tongue == "zh" else ", "
        limits = joint.join(f"{one:g}" for one in sorted(set(rows["limit"])))
        share = _told(str(rows["parameters"].iloc[0]), "share")
        table = self._table(
            "analysis.heading.scale",
            ("analysis.township", "analysis.service", "analysis.limit",
             "analysis.by_seat", "analysis.by_villages"),
            limits=limits, share=f"{100 * float(share):g} %" if share else NOTHING,
        )  # fmt: skip
        self._figures(table, "analysis.flipped")
        for row in rows.head(ROWS_SHOWN).to_dict("records"):
            _row(
                table,
                self.unit(row["zone_id"]),
                self.persons_of(str(row["service"])),
                f"{row['limit']:g}",
                self.word(f"analysis.verdict.{row['as_one']}"),
                self.word(f"analysis.verdict.{row['by_villages']}"),
                self._count(row["persons_otherwise"]),
            )
        return _captioned(table, *self._cut(len(rows), "scale.csv"))

    def change(self) -> Table | None:
        """Split the change since the earlier study, of who is not in reach and who may be."""
        rows = self._default(self.found.tables["change"])
        if rows.empty:
            return None
        table = self._table("analysis.heading.change", ("analysis.service", "analysis.part"))
        self._figures(
            table, "analysis.places", "analysis.persons",
            "analysis.unknown_places", "analysis.unknown_persons",
        )  # fmt: skip
        found: dict[tuple[str, str], dict[str, tuple[float, float]]] = {}
        for row in rows.to_dict("records"):
            persons = row["persons"] if math.isnan(row["eligible"]) else row["eligible"]
            at = (str(row["service"]), str(row["part"]))
            found.setdefault(at, {})[str(row["counted"])] = (row["places"], persons)
        seen: set[str] = set()
        for (service, part), value in found.items():
            sign = "" if part in {"before", "after"} else "+"
            pairs = (value.get(one, (math.nan, math.nan)) for one in ("not_reached", "unknown"))
            _row(
                table,
                self._once(table, self.persons_of(service), seen),
                self._part(part),
                *(_signed(one, sign) for pair in pairs for one in pair),
            )
        lines = [self.word("analysis.change_told")]
        left = rows["left_out"].max() if "left_out" in rows else math.nan
        if left > 0:
            lines.append(self.word("analysis.change_left_out", count=f"{left:g}"))
        return _captioned(table, *lines)

    def _part(self, part: str) -> str:
        """Name a part of the change, the two years with their cut-off dates."""
        name = self.word(f"analysis.part.{part}")
        earlier = self.found.manifest.get("before", {})
        days = {"before": earlier.get("as_of"), "after": self.found.info.as_of}
        if not earlier or part not in days:
            return name
        return self.word("analysis.named_persons", service=name, persons=days[part])

    def origin(self) -> str:
        """Say which study this is, as of when, and on which roads."""
        info = self.found.info
        condition = self.word(f"condition.{info.condition}")
        return self.word(
            "analysis.origin", study=info.id, as_of=info.as_of.isoformat(), condition=condition
        )

    def notes(self, beginning: str = "") -> list[str]:
        """Say what was left out and why, or the notes of one kind, one line for each text."""
        rows = self.found.tables["notes"]
        lines: dict[str, list[str]] = {}
        for row in rows.to_dict("records"):
            key = str(row["key"])
            if key in ABOVE or key.startswith(COUNTED) != bool(beginning):
                continue
            services = lines.setdefault(str(row[self.tongue]), [])
            if row["service"]:
                services.append(self.service(str(row["service"])))
        joint, colon = ("、", "：") if self.tongue == "zh" else (", ", ": ")
        return [
            f"{joint.join(services)}{colon}{text}" if services else text
            for text, services in lines.items()
        ]

    def _county(self, name: str) -> pd.DataFrame:
        rows = self.found.tables[name]
        return rows[(rows["level"] == "county").to_numpy()]

    def _default(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Keep the rows at the default limit of each service."""
        limits = {one.key: one.limit for one in self.found.info.services}
        own = [
            limit == limits.get(service)
            for service, limit in zip(rows["service"], rows["limit"], strict=True)
        ]
        return rows[own] if len(rows) else rows

    def _flagged(self, name: str) -> pd.DataFrame:
        """Take the rows of a table that names places: groups, or townships that flip."""
        rows = self.found.tables[name]
        if name == "gap_clusters":
            return rows
        return self._default(rows[(rows["flips"] == "yes").to_numpy()])

    def _table(self, title: str, columns: Sequence[str], **values: object) -> Table:
        heading = self.word(title, **values)
        table = Table(title=Text(heading, style="bold"), title_justify="left")
        for key in columns:
            table.add_column(self.word(key), overflow="fold")
        return table

    def _figures(self, table: Table, *keys: str) -> None:
        """Add columns of numbers."""
        for key in keys:
            table.add_column(self.word(key), justify="right", overflow="fold")

    def _once(self, table: Table, name: str, seen: set[str]) -> str:
        """Name a service in its first row only, with a line above."""
        if name in seen:
            return ""
        if seen:
            table.add_section()
        seen.add(name)
        return name

    def _cut(self, rows: int, file: str) -> Iterator[str]:
        """Say how many rows are left out."""
        if rows > ROWS_SHOWN:
            yield self.word("analysis.more", count=rows - ROWS_SHOWN, file=file)

    def _count(self, value: float) -> str:
        return _signed(value, "")

    def _minutes(self, value: float) -> str:
        if math.isinf(value):
            return self.word("unreachable")
        return NOTHING if math.isnan(value) else f"{value:.0f}"


def _row(table: Table, *cells: str) -> None:
    """Add a row of plain texts: brackets in a name are no markup."""
    table.add_row(*map(Text, cells))


def _captioned(table: Table, *lines: str) -> Table:
    """Say below a table how it is to be read."""
    if lines:
        table.caption = Text("\n".join(lines), style="dim")
        table.caption_justify = "left"
    return table


def _told(parameters: str, name: str) -> str:
    """Read one value from the parameters of a row; empty if it is not there."""
    pairs = (one.partition("=") for one in parameters.split("; "))
    return next((value for key, _, value in pairs if key.strip() == name), "")


def _named(key: object) -> str:
    """Write an id; a dash where there is none."""
    return key if isinstance(key, str) and key else NOTHING


def _percent(value: float) -> str:
    """Write a share."""
    return NOTHING if math.isnan(value) else f"{100 * value:.1f} %"


def _signed(value: float, sign: str) -> str:
    """Write a change with its sign, a total without one; shares of a change need not be whole."""
    if math.isnan(value):
        return NOTHING
    text = f"{value:{sign}.1f}".removesuffix(".0")
    return "0" if text in {"-0", "+0"} else text
