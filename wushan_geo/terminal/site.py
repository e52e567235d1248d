"""What a planner reads on the terminal of a proposal: the plan, its sites, what else there was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.table import Table
from rich.text import Text

from wushan_geo.results import PROPOSAL_FOLDER
from wushan_geo.storage import number_text
from wushan_geo.study.tables import TOWNSHIP_DIGITS
from wushan_geo.terminal import _boxed, _bullets, _console, notices_of, print_table
from wushan_geo.wording import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from wushan_geo.results import SiteProposal
    from wushan_geo.wording import Language

NOTHING = "—"  # where there is no number
WAYS = 6  # rows of a group
MOST_WAYS = 4  # groups shown, those with most persons; the rest stands in the table
REACHES = frozenset({"reached", "cost", "budget"})  # notes on the plan as a whole, told after these
# Notes for readers of the files: the page has the notice.
ABOVE = ("demonstration", "scenario", "given")
EXPLAINS = "explain_"  # beginning of the notes that say what the plan does
TABLED = "stability_plan_"  # beginning of the notes whose numbers stand side by side in a table
PLACED = frozenset({"seat", "community", "generated"})  # origins of candidates nobody listed
NAMED = 3  # villages of a group that are named


def show_proposal(found: SiteProposal, out: Path, tongue: Language) -> None:
    """Print a proposal: the notice, what the plan does, its sites, what else there was, the files.

    Parameters
    ----------
    found
        The proposal.
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
    rows: list[dict[Any, Any]] = found.tables["facilities"].to_dict("records")
    units: list[dict[Any, Any]] = found.tables["units"].to_dict("records")
    page = _Page(
        found,
        tongue,
        {str(one["facility_id"]): one for one in rows},
        {str(one["zone_id"]): one for one in units},
    )
    county = found.info.county_name[0 if tongue == "zh" else 1]
    console.print(Text(say("site.title", tongue, county=county), style="bold"))
    _boxed(console, notices_of(found.info, tongue))
    _bullets(console, [page.origin(), *page.notes(explaining=True)])
    for table in page.tables():
        print_table(console, table)
    _bullets(console, page.notes(explaining=False))
    text = say("site.written", tongue, count=len(found.tables), folder=out / PROPOSAL_FOLDER)
    console.print(Text(text, style="dim"), soft_wrap=True)


@dataclass(frozen=True, slots=True)
class _Page:
    """One proposal in one language."""

    found: SiteProposal
    tongue: Language
    facilities: Mapping[str, Mapping[str, Any]]
    units: Mapping[str, Mapping[str, Any]]

    def origin(self) -> str:
        """Say which study this is, as of when, and on which roads."""
        info = self.found.info
        roads = self.word(f"condition.{info.condition}")
        return self.word(
            "analysis.origin", study=info.id, as_of=info.as_of.isoformat(), condition=roads
        )

    def notes(self, *, explaining: bool) -> list[str]:
        """Give the sentences on the plan, or the other notes."""
        rows = self.found.tables["notes"].to_dict("records")
        rows = [row for row in rows if row["key"] not in ABOVE]
        rows = [row for row in rows if not str(row["key"]).startswith(TABLED)]
        told = [row for row in rows if str(row["key"]).startswith(EXPLAINS)]
        reach = [row for row in rows if str(row["key"]) in REACHES]
        rest = [row for row in rows if row not in told and row not in reach]
        return [str(row[self.tongue]) for row in ([*told, *reach] if explaining else rest)]

    def tables(self) -> Iterator[Table]:
        """Lay out each question that has an answer."""
        parts = (self.sites(), self.frontier(), self.phases(), self.best(), self.core(),
                 self.stable_plans(), self.stable(), self.ways(), self.screened())  # fmt: skip
        return (table for table in parts if table is not None)

    def sites(self) -> Table | None:
        """List the open sites, new ones first, persons and places side by side."""
        rows = self._rows("sites")
        if not rows:
            return None
        table = self._table("site.heading.sites", ("site.order", "site.facility", "site.township"))
        counted = any(not pd.isna(row["capacity"]) for row in rows)  # places for persons
        figures: dict[str, Callable[[Mapping[Any, Any]], str]] = {
            "site.gained": lambda row: _both(row, "gain_persons", "gain_places"),
            "site.taken" if counted else "site.nearest": lambda row: _both(
                row, "persons", "places"
            ),
            "site.places": lambda row: _number(row["capacity"]),
            "site.minutes": lambda row: _both(row, "minutes_mean", "minutes_farthest"),
        }
        if not counted:
            del figures["site.places"]
        if self.found.info.demonstration:  # minutes on schematic roads are no facts
            del figures["site.minutes"]
        if all(pd.isna(row["gain_persons"]) for row in rows):  # a model without an order
            del figures["site.gained"]
        self._figures(table, *figures)
        for row in rows:
            place = self.facilities.get(str(row["facility_id"]), {})
            home = self.units.get(str(place.get("zone_id", ""))[:TOWNSHIP_DIGITS], {})
            role = self.word(f"site.role.{row['role']}")
            _add(
                table,
                role if pd.isna(row["order"]) else _number(row["order"]),
                self._marked(place, row["facility_id"]),
                self._name(home, self.word("site.beyond")),
                *(write(row) for write in figures.values()),
            )
        return table

    def frontier(self) -> Table | None:
        """Say what each number of sites would cover."""
        rows = self._rows("frontier")
        if not rows:
            return None
        limit = _number(rows[0]["limit"])
        table = self._table("site.heading.frontier", (), limit=limit)
        self._figures(
            table, "site.new_sites", "site.covered_persons", "site.share", "site.gain_persons",
            "site.covered_places", "site.gain_places",
        )  # fmt: skip
        for row in rows:
            _add(
                table,
                _number(row["sites"]), _number(row["covered_persons"]),
                _percent(row["person_share"]), _number(row["gain_persons"]),
                _number(row["covered_places"]), _number(row["gain_places"]),
            )  # fmt: skip
        return table

    def phases(self) -> Table | None:
        """Say what opens when, and what it costs that the sites of a year stay."""
        rows = self._rows("phases")
        if not rows:
            return None
        table = self._table("site.heading.phases", ())
        self._figures(
            table, "site.phase", "site.new_sites", "site.covered_persons", "site.covered_places",
            "site.lost",
        )  # fmt: skip
        table.add_column(self.word("site.opened"), overflow="fold")
        for row in rows:
            _add(
                table,
                _number(row["phase"]), _number(row["new_sites"]), _number(row["covered_persons"]),
                _number(row["covered_places"]), _number(row["lost_persons"]),
                self._listed(row["opened"]),
            )  # fmt: skip
        return table

    def best(self) -> Table | None:
        """List the best distinct plans."""
        rows = self._rows("best")
        if not rows:
            return None
        table = self._table("site.heading.best", ())
        self._figures(
            table, "site.rank", "site.objective", "site.covered_persons", "site.covered_places"
        )
        table.add_column(self.word("site.chosen"), overflow="fold")
        for row in rows:
            _add(
                table,
                _number(row["rank"]), _number(row["objective"]), _number(row["covered_persons"]),
                _number(row["covered_places"]), self._listed(row["chosen"]),
            )  # fmt: skip
        return table

    def core(self) -> Table | None:
        """Say which sites stand in all of the best plans."""
        rows = self._rows("core")
        if not rows:
            return None
        table = self._table("site.heading.core", ("site.facility",))
        self._figures(table, "site.in_plans", "site.share_of_plans")
        table.add_column(self.word("site.core"))
        for row in rows:
            _add(
                table,
                self._name(self.facilities.get(str(row["facility_id"]), {}), row["facility_id"]),
                _number(row["plans"]), _percent(row["share"]), self._yes(row["core"]),
            )  # fmt: skip
        return table

    def stable_plans(self) -> Table | None:
        """Set the best and the safe plan side by side."""
        rows = {row["plan"]: row for row in self._rows("stable_plans")}
        if not rows:
            return None
        draws = len(self.found.tables["draws"])
        heads = ("site.compared", "site.best_plan", "site.safe_plan")
        table = self._table("site.heading.stable_plans", heads, draws=draws)
        for name, write in MEASURES.items():
            cells = [write(rows[one]) for one in ("best", "safe")]
            if name != "meets" or cells != [NOTHING, NOTHING]:  # not every request promises
                _add(table, self.word(f"siting_map.measure.{name}"), *cells)
            if name == "meets":
                self._aims(table, rows)
        named = [self._listed(rows[one]["chosen"]) for one in ("best", "safe")]
        _add(table, self.word("siting_map.measure.sites"), *named)
        bases = [self.word(f"basis.{rows[one]['basis']}") for one in ("best", "safe")]
        _add(table, self.word("siting_map.measure.basis"), *bases)
        return table

    def _aims(self, table: Table, rows: Mapping[str, Mapping[Any, Any]]) -> None:
        """Add what the model is after, where that is not the persons who stand there anyway."""
        aim = rows["best"]["judged_by"]
        timed = aim in {"mean_cost", "farthest_cost"}  # minutes on schematic roads are no facts
        if not (timed or aim == "backup_persons") or (timed and self.found.info.demonstration):
            return
        plans = [rows[one] for one in ("best", "safe")]
        parts = ("stated_aim", "middle_aim", "worst_aim")
        cells = [" / ".join(_number(row[one]) for one in parts) for row in plans]
        _add(table, self.word(f"siting_map.measure.{aim}"), *cells)
        behind = [_number(row["aim_regret"]) for row in plans]
        _add(table, self.word(f"siting_map.measure.behind.{aim}"), *behind)

    def stable(self) -> Table | None:
        """Say how often each site is chosen when speeds and counts are varied, most often first."""
        found = self._rows("stable_sites")
        if not found:
            return None
        rows = [
            row
            for row in found
            if row["chosen_share"] > 0 or self._true(row["in_best"]) or self._true(row["in_safe"])
        ]
        rows.sort(key=lambda row: -row["chosen_share"])  # of equal ones the first by id
        draws = len(self.found.tables["draws"])
        table = self._table("site.heading.stable", ("site.facility",), draws=draws)
        self._figures(table, "site.chosen_share")
        table.add_column(self.word("site.in_best"))
        table.add_column(self.word("site.in_safe"))
        for row in rows:
            _add(
                table,
                self._name(self.facilities.get(str(row["facility_id"]), {}), row["facility_id"]),
                _percent(row["chosen_share"]), self._yes(row["in_best"]),
                self._yes(row["in_safe"]),
            )  # fmt: skip
        if len(rows) < len(found):
            table.caption = self.word("site.stable_never", count=len(found) - len(rows))
            table.caption_justify = "left"
        return table

    def ways(self) -> Table | None:
        """Set other ways beside each other for each group of villages left."""
        rows = self._rows("ways")[: MOST_WAYS * WAYS]
        if not rows:
            return None
        table = self._table("site.heading.ways", ("site.group", "site.way"))
        self._figures(table, "site.served", "site.load", "site.year_cost", "site.person_cost")
        table.add_column(self.word("site.verdict"), overflow="fold")
        groups = self._groups()
        told: set[int] = set()
        for row in rows:
            group = int(row["cluster"])
            names = "" if group in told else groups.get(group, "")
            told.add(group)
            _add(
                table,
                f"{group} {names}".strip(),
                self.word(f"way.{row['way']}"),
                _both(row, "served", "persons"),
                _both(row, "load", "minimum_load"),
                _yuan(row["cost"]),
                _yuan(row["cost_per_person"]),
                self._verdict(row),
            )
        return table

    def _verdict(self, row: Mapping[Any, Any]) -> str:
        """Say whether a way is viable, why not, and where its village's candidate is out."""
        told = self._viable(row)
        if not row.get("screened"):
            return told
        mark = self.word("way.screened")
        return self.word("siting_map.way.screened", text=told, mark=mark)

    def _viable(self, row: Mapping[str, Any]) -> str:
        if self._true(row["cheapest"]):
            return self.word("site.cheapest")
        if self._true(row["viable"]):
            return self.word("site.viable")
        return self.word(f"way.reason.{row['why_not']}")

    def _groups(self) -> dict[int, str]:
        """Name the first villages of each group."""
        found: dict[int, list[str]] = {}
        for row in self._rows("groups"):
            unit = self.units.get(str(row["zone_id"]), {})
            found.setdefault(int(row["cluster"]), []).append(self._name(unit, row["zone_id"]))
        comma = "、" if self.tongue == "zh" else "; "
        return {
            group: comma.join(names[:NAMED]) + ("……" if len(names) > NAMED else "")
            for group, names in found.items()
        }

    def screened(self) -> Table | None:
        """List the candidates that the rules send away, with the reason."""
        rows = [row for row in self._rows("screening") if row["candidate"] == "goes"]
        bad = {row["facility_id"] for row in rows if row["verdict"] == "goes"}
        # Where the study drops what is not known, a candidate may go for that alone.
        rows = [
            row
            for row in rows
            if row["verdict"] == "goes"
            or (row["verdict"] == "not_known" and row["facility_id"] not in bad)
        ]
        if not rows:
            return None
        table = self._table("site.heading.screened", ("site.facility", "site.reason"))
        for row in rows:
            _add(table, self._name(row, row["facility_id"]), str(row[f"reason_{self.tongue}"]))
        return table

    def _true(self, value: Any) -> bool:
        return not pd.isna(value) and bool(value)

    def _rows(self, name: str) -> list[dict[Any, Any]]:
        """Give the rows of a table, none where there is no such table."""
        table = self.found.tables.get(name)
        return [] if table is None else table.to_dict("records")

    def word(self, key: str, **values: object) -> str:
        """Say a message."""
        return say(key, self.tongue, **values)

    def _name(self, row: Mapping[str, Any], otherwise: object) -> str:
        """Name a facility or a unit."""
        english = row.get("name_en")
        if self.tongue == "en" and isinstance(english, str) and english:
            return english
        name = row.get("name")
        return name if isinstance(name, str) and name else str(otherwise)

    def _marked(self, row: Mapping[str, Any], otherwise: object) -> str:
        """Name a facility, and say so where the settings placed it and nobody listed it."""
        name = self._name(row, otherwise)
        return self.word("site.placed", name=name) if row.get("origin") in PLACED else name

    def _listed(self, ids: object) -> str:
        """Name several facilities."""
        given = [one for one in str(ids).split(";") if one] if isinstance(ids, str) else []
        names = [self._name(self.facilities.get(one, {}), one) for one in given]
        return ("、" if self.tongue == "zh" else "; ").join(names) or NOTHING

    def _yes(self, value: Any) -> str:
        return self.word("site.yes") if self._true(value) else NOTHING

    def _table(self, heading: str, columns: Sequence[str], **values: object) -> Table:
        table = Table(title=self.word(heading, **values), title_justify="left", show_lines=False)
        for one in columns:
            table.add_column(self.word(one), overflow="fold")
        return table

    def _figures(self, table: Table, *keys: str) -> None:
        for one in keys:
            table.add_column(self.word(one), justify="right")


def _add(table: Table, *cells: str) -> None:
    """Add a row of plain texts: a name in square brackets is no mark-up, and words stay whole."""
    table.add_row(*(Text(one) for one in cells))


def _number(value: Any) -> str:
    """Write a number, to one decimal; a missing one is a dash."""
    if value is None or pd.isna(value):
        return NOTHING
    return number_text(round(float(value), 1))


def _both(row: Mapping[Any, Any], one: str, other: str) -> str:
    """Write two numbers that belong together."""
    if pd.isna(row[one]) and pd.isna(row[other]):
        return NOTHING
    return f"{_number(row[one])} / {_number(row[other])}"


def _yuan(value: Any) -> str:
    """Write an amount of money in whole yuan."""
    return NOTHING if value is None or pd.isna(value) else f"{float(value):,.0f}"


def _percent(value: Any) -> str:
    return NOTHING if value is None or pd.isna(value) else f"{float(value) * 100:.1f} %"


MEASURES: dict[str, Callable[[Mapping[Any, Any]], str]] = {
    "meets": lambda row: _number(100 * row["meets_share"]),
    "stated": lambda row: _both(row, "stated_places", "stated_persons"),
    "middle": lambda row: _both(row, "mean_places", "middle_persons"),
    "low": lambda row: _number(row["low_persons"]),
    "least": lambda row: _number(row["least_persons"]),
    "always": lambda row: _both(row, "always_places", "always_persons"),
    "unbeaten": lambda row: _number(100 * row["unbeaten_share"]),
    "own": lambda row: _number(100 * row["own_share"]),
    "mean_regret": lambda row: _number(row["mean_regret"]),
    "worst_regret": lambda row: _number(row["worst_regret"]),
}
