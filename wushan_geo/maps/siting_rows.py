"""The tables of the page of a proposal, each cell in both languages at once.

A cell is a number, None for no data, or a list: Chinese, English and, where the text does not sort
by itself, what it is sorted by. The page's script shows the same cells, so that nothing is written
twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.maps import layers
from wushan_geo.maps.figures import UNREACHABLE, count, minute, number_text
from wushan_geo.maps.shared import filled, floats, names_of, positions, sum_of
from wushan_geo.maps.tables import LANGUAGE, word
from wushan_geo.wording import LANGUAGES, both

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from wushan_geo.results import SiteProposal

Cell = int | float | list[Any] | None
STATES = ("now", "plan", "left", "irreducible")
NOT_ASKED = len(STATES)  # stands for villages that are not in the plan
ROLES = ("new", "required", "existing", "candidate", "forbidden", "other")
PROPOSED = frozenset({"new", "required"})
HEADS: dict[str, tuple[str, ...]] = {
    "sites": (
        "name", "number", "town", "role", "gained", "lost", "nearest", "mean", "farthest", "basis",
    ),
    "towns": ("name", "all", *STATES),
    "frontier": ("sites", "covered", "gained", "share", "proof", "chosen"),
    "phases": ("phase", "new_sites", "sites", "covered", "fewer", "opened", "proof"),
    "best": ("rank", "objective", "covered", "chosen"),
    "core": ("name", "plans", "core", "in_best"),
    "stable_sites": ("name", "chosen_share", "in_best", "in_safe"),
    "places": (
        "name", "town", "persons", "state", "minutes_now", "facility_now", "minutes_plan",
        "facility_plan", "basis",
    ),
    "facilities": ("name", "role", "town", "kind", "status"),
}  # fmt: skip
ALWAYS = ("sites", "towns", "frontier", "places", "facilities")
HOME = 9  # digits of a township in the code of a village


@dataclass(frozen=True, slots=True)
class Found:
    """A proposal with its units and facilities in the order of the page."""

    proposal: SiteProposal
    towns: pd.DataFrame
    places: pd.DataFrame
    """Every village of the study, by code."""
    rows: pd.DataFrame
    """The table of villages in the same order; empty rows where a village is not in the plan."""
    facilities: pd.DataFrame
    sites: pd.DataFrame

    def table(self, name: str) -> pd.DataFrame:
        """Give a table of the proposal."""
        return self.proposal.tables[name]

    def layer(self, name: str) -> gpd.GeoDataFrame | None:
        """Give a layer of the proposal, if it is there."""
        return self.proposal.layers.get(name)

    def column(self, name: str) -> list[str]:
        """Give texts of the villages in the order of the page; empty where there is none."""
        return [layers.text(one) for one in self.rows[name]]

    @property
    def whole(self) -> bool:
        """Say whether the roads bear no minutes, only whether they are within the limit."""
        return self.proposal.info.demonstration

    @property
    def plan(self) -> dict[Any, Any]:
        """Give the plan."""
        found: dict[Any, Any] = self.table("plans").to_dict("records")[0]
        return found

    @property
    def service(self) -> tuple[str, str]:
        """Name the service."""
        return _service(self.proposal, str(self.plan["service"]))

    @property
    def demand(self) -> tuple[str, str]:
        """Name whom the plan is for."""
        group = str(self.plan["demand"])
        if group.startswith("eligible_"):
            names = _service(self.proposal, group.removeprefix("eligible_"))
            zh, en = (
                both("persons.eligible_for", service=name)[at] for at, name in enumerate(names)
            )
            return zh, en
        return both("persons.all") if group == "all" else (group, group)

    @property
    def town_names(self) -> list[list[str]]:
        """Name the townships."""
        return names_of(self.towns)

    @property
    def place_names(self) -> list[list[str]]:
        """Name the villages."""
        return names_of(self.places)

    @property
    def facility_names(self) -> list[list[str]]:
        """Name the facilities; one without a name is called by its code."""
        pairs = zip(names_of(self.facilities), self.facilities["facility_id"], strict=True)
        return [[pair[0] or key, pair[1] or key] for pair, key in pairs]

    @property
    def facility_at(self) -> dict[str, int]:
        """Find a facility by its code."""
        return layers.index_of(self.facilities["facility_id"])

    @property
    def town_of(self) -> NDArray[np.int64]:
        """Give the township of each village."""
        return positions(self.places["parent_id"], self.towns["zone_id"].tolist(), -1)

    @property
    def facility_town(self) -> list[int]:
        """Give the township of each facility; -1 beyond the county."""
        at = layers.index_of(self.towns["zone_id"])
        return [at.get(str(one)[:HOME], -1) for one in self.facilities["zone_id"]]

    @property
    def state(self) -> NDArray[np.int64]:
        """Give the state of each village, NOT_ASKED where it is not in the plan."""
        return positions(self.rows["state"], STATES, NOT_ASKED)

    @property
    def persons(self) -> NDArray[np.float64]:
        """Give the persons of each village, NaN where they are not known."""
        return floats(self.rows["persons"])

    @property
    def points(self) -> dict[str, Any]:
        """Give where the facilities stand."""
        layer = self.layer("facilities")
        if layer is None:
            return {}
        return dict(
            zip(layer["facility_id"], map(layers.point_of, layer.geometry), strict=True)
        )  # fmt: skip

    @property
    def roles(self) -> dict[str, str]:
        """Say what each facility is to the plan."""
        chosen = dict(zip(self.sites["facility_id"], self.sites["role"], strict=True))
        banned = set(layers.text(self.plan["forbidden"]).split(";"))
        return {
            one: chosen.get(one)
            or ("forbidden" if one in banned else "candidate" if status == "candidate" else "other")
            for one, status in zip(
                self.facilities["facility_id"], self.facilities["status"], strict=True
            )
        }

    @property
    def ordered(self) -> bool:
        """Say whether the model puts its sites in an order."""
        proposed = self.sites["role"].isin(list(PROPOSED)).to_numpy()
        return bool(proposed.any() and self.sites.loc[proposed, "order"].notna().all())

    @property
    def numbers(self) -> dict[str, int]:
        """Number the proposed sites in their order, or by code where there is none."""
        own = self.sites[self.sites["role"].isin(list(PROPOSED)).to_numpy()]
        by = "order" if self.ordered else "facility_id"
        ids = own.sort_values(by)["facility_id"]
        return {one: at + 1 for at, one in enumerate(ids)}


def _service(proposal: SiteProposal, key: str) -> tuple[str, str]:
    names = {one.key: one.name for one in proposal.info.services}
    return names.get(key, (key, key))


def found_of(proposal: SiteProposal) -> Found:
    """Bring a proposal into the order of its page, whatever the order of its rows.

    Parameters
    ----------
    proposal
        The proposal.

    Returns
    -------
    Found
        Its units and facilities.

    Raises
    ------
    KeyError
        If a table or a column is missing.

    Examples
    --------
    See ``tests/test_maps_siting.py``.
    """
    tables = proposal.tables
    units = tables["units"]
    towns, places = (
        filled(units[(units["level"] == level).to_numpy()]).sort_values("zone_id")
        for level in ("township", "village")
    )
    return Found(
        proposal,
        towns,
        places,
        tables["villages"].set_index("zone_id").reindex(places["zone_id"].tolist()),
        filled(tables["facilities"]).sort_values("facility_id"),
        tables["sites"],
    )


def tables_of(found: Found) -> dict[str, dict[str, Any]]:
    """Write the tables of the page.

    Parameters
    ----------
    found
        The proposal.

    Returns
    -------
    dict
        For each table ``columns``, ``rows`` of cells and ``foot``, the cells of a last row that is
        not sorted (empty for none). What was not asked for is absent.

    Raises
    ------
    KeyError
        If a column is missing.
    ValueError
        If a count is infinite.

    Examples
    --------
    See ``tests/test_maps_siting.py``.
    """
    writers: dict[str, Callable[[Found], list[list[Cell]]]] = {
        "sites": _sites, "towns": _towns, "frontier": _frontier, "phases": _phases, "best": _best,
        "core": _core, "stable_sites": _stable, "places": _places, "facilities": _facilities,
    }  # fmt: skip
    written = {}
    for name, writer in writers.items():
        if name not in ALWAYS and not len(found.proposal.tables.get(name, ())):
            continue
        columns = [one for one in HEADS[name] if not (found.whole and one == "mean")]
        foot = (
            _town_row(found, np.full(len(found.places), fill_value=True)) if name == "towns" else []
        )
        total: list[Cell] = [list(both("map.legend.total")), *foot] if foot else []
        written[name] = {"columns": columns, "rows": writer(found), "foot": total}
    return written


def told(cell: Cell, at: int = LANGUAGES.index(LANGUAGE)) -> str:
    """Write a cell.

    Parameters
    ----------
    cell
        A number, None or a list as above.
    at
        0 for Chinese, 1 for English.

    Returns
    -------
    str
        Its text.

    Raises
    ------
    IndexError
        If a list lacks a language.

    Examples
    --------
    >>> told(3), told(None), told(["是", "yes", 1], 1)
    ('3', '无数据', 'yes')
    """
    return str(cell[at]) if isinstance(cell, list) else number_text(cell, LANGUAGES[at])


# ---- cells ----


def _nothing() -> list[Any]:
    return [*both("not_applicable"), None]


def _pair(places: Any, persons: Any) -> list[Any]:
    """Write places and persons side by side, sorted by persons."""
    shown = count(places), count(persons)
    if shown == (None, None):
        return _nothing()
    texts = [f"{number_text(shown[0], one)} / {number_text(shown[1], one)}" for one in LANGUAGES]
    return [*texts, shown[1]]


def _minutes(value: Any, found: Found) -> Cell:
    """Write minutes; schematic roads bear only whether they are within the limit."""
    shown = minute(value, whole=False)
    if shown is None:
        return None
    if shown == UNREACHABLE:
        return [*both("unreachable"), UNREACHABLE]
    if found.whole:
        limit = float(found.plan["limit"])
        inside = float(value) <= limit
        key = "siting_map.within" if inside else "siting_map.beyond"
        return [*both(key, limit=f"{limit:g}"), 0 if inside else 1]
    return [*both("map.limit.value", minutes=shown), shown]


def _word(family: str, key: Any) -> list[Any]:
    return [word(family, layers.text(key), one) for one in LANGUAGES]


def _role(key: str) -> list[Any]:
    return [*both(f"siting_map.role.{key}"), ROLES.index(key)]


def _truth(value: Any) -> Cell:
    if value is None or value != value or str(value) == "<NA>":  # noqa: PLR0124 -- NaN alone differs from itself
        return None
    return [*both("siting_map.yes" if value else "siting_map.no")]


def _share(value: Any) -> Cell:
    number = count(value)
    return None if number is None else count(round(float(value) * 100, 1))


def _facility(key: Any, found: Found) -> Cell:
    if not layers.text(key):
        return _nothing()
    at = found.facility_at.get(key)
    return [key, key] if at is None else found.facility_names[at]


def _listed(keys: Any, found: Found) -> Cell:
    ids = [one for one in layers.text(keys).split(";") if one]
    if not ids:
        return _nothing()
    names = [_facility(one, found) for one in ids]
    return ["、".join(told(one, 0) for one in names), "; ".join(told(one, 1) for one in names)]


def _town(at: int, found: Found) -> list[Any]:
    return [*both("map.outside")] if at < 0 else found.town_names[at]


# ---- tables ----


def _sites(found: Found) -> list[list[Cell]]:
    names, numbers, homes = found.facility_at, found.numbers, found.facility_town
    rows = []
    for one in found.sites.to_dict("records"):
        key = one["facility_id"]
        at = names.get(key)
        row: list[Cell] = [
            _facility(key, found),
            numbers.get(key, _nothing()),
            _nothing() if at is None else _town(homes[at], found),
            _role(one["role"]),
            _pair(one["gain_places"], one["gain_persons"]),
            _pair(one["loss_places"], one["loss_persons"]),
            _pair(one["places"], one["persons"]),
        ]
        spans = ("minutes_farthest",) if found.whole else ("minutes_mean", "minutes_farthest")
        row += [
            _minutes(one[span], found) if count(one["places"]) else _nothing() for span in spans
        ]
        rows.append([*row, _word("basis", one["basis"])])
    return rows


def _towns(found: Found) -> list[list[Cell]]:
    names, home = found.town_names, found.town_of
    return [[names[at], *_town_row(found, home == at)] for at in range(len(names))]


def _town_row(found: Found, own: NDArray[np.bool_]) -> list[Cell]:
    """Add up some villages: all that are in the plan, and those of each state."""
    state, persons = found.state, found.persons
    masks = [own & (state < NOT_ASKED), *(own & (state == at) for at in range(NOT_ASKED))]
    return [_pair(int(one.sum()), sum_of(persons[one])) for one in masks]


def _records(found: Found, name: str) -> Iterable[Mapping[Any, Any]]:
    rows: Sequence[Mapping[Any, Any]] = found.table(name).to_dict("records")
    return rows


def _covered(one: Mapping[Any, Any]) -> list[Any]:
    return _pair(one["covered_places"], one["covered_persons"])


def _frontier(found: Found) -> list[list[Cell]]:
    return [
        [
            count(one["sites"]),
            _covered(one),
            _pair(one["gain_places"], one["gain_persons"]),
            _share(one["person_share"]),
            _word("siting_map.status", one["status"]),
            _listed(one["chosen"], found),
        ]
        for one in _records(found, "frontier")
    ]


def _phases(found: Found) -> list[list[Cell]]:
    return [
        [
            *(count(one[name]) for name in ("phase", "new_sites", "sites")),
            _covered(one),
            count(one["lost_persons"]),
            _listed(one["opened"], found),
            _word("siting_map.status", one["status"]),
        ]
        for one in _records(found, "phases")
    ]


def _best(found: Found) -> list[list[Cell]]:
    return [
        [count(one["rank"]), count(one["objective"]), _covered(one), _listed(one["chosen"], found)]
        for one in _records(found, "best")
    ]


def _core(found: Found) -> list[list[Cell]]:
    return [
        [
            _facility(one["facility_id"], found),
            count(one["plans"]),
            _truth(one["core"]),
            _truth(one["best"]),
        ]
        for one in _records(found, "core")
    ]


def _stable(found: Found) -> list[list[Cell]]:
    return [
        [
            _facility(one["facility_id"], found),
            _share(one["chosen_share"]),
            _truth(one["in_best"]),
            _truth(one["in_safe"]),
        ]
        for one in _records(found, "stable_sites")
    ]


def _places(found: Found) -> list[list[Cell]]:
    names, home, state = found.place_names, found.town_of, found.state
    rows = []
    for at, one in enumerate(found.rows.to_dict("records")):
        asked = state[at] < NOT_ASKED
        key = STATES[state[at]] if asked else "none"
        cells = [
            count(one["persons"]),
            _minutes(one["minutes_now"], found),
            _facility(one["facility_now"], found),
            _minutes(one["minutes_plan"], found),
            _facility(one["facility_plan"], found),
            _word("basis", one["basis"]),
        ]
        if not asked:
            cells = [_nothing() for _ in cells]
        told_state = [*both(f"siting_map.state.{key}"), int(state[at])]
        rows.append([names[at], _town(home[at], found), cells[0], told_state, *cells[1:]])
    return rows


def _facilities(found: Found) -> list[list[Cell]]:
    layer = found.layer("facilities")
    known = {} if layer is None else dict(zip(layer["facility_id"], layer["kind"], strict=True))
    names, homes, roles = found.facility_names, found.facility_town, found.roles
    return [
        [
            names[at],
            [
                *both(f"siting_map.role.{roles[one['facility_id']]}"),
                ROLES.index(roles[one["facility_id"]]),
            ],
            _town(homes[at], found),
            _word("kind", known.get(one["facility_id"])),
            _word("status", one["status"]),
        ]
        for at, one in enumerate(found.facilities.to_dict("records"))
    ]
