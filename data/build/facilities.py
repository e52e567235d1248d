"""Facilities of the demonstration county: one stated plan, made-up homes, and candidate sites.

No home, centre or address is public. What is stated is that the county rehabilitation centre shall
be built in Zaoyang New Town; its point is inferred. Beside it stands a demonstration set, named
演示设施01 and so on and described in ``demonstration_homes.csv``, in every third township of the
official list, beginning with the second: that spreads it over the county and both banks by a rule
nobody can read as a finding. In a township with several communities the home stands in the last one
that is not the seat, elsewhere at the seat. Candidates are every seat and every other community.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from assumptions import plain, study_settings, worded
from common import read_facts, read_layer, read_table, write_csv
from plan import clause

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from assumptions import Assumption

EVERY, FIRST = 3, 2
"""A demonstration home stands in every third township of the official list, from the second on."""
BANKS = frozenset({"N", "S"})
"""Banks of the Yangtze that the demonstration homes must reach."""
HOMES = Path(__file__).resolve().parent / "demonstration_homes.csv"
"""Made-up particulars of the homes, in the order of their townships; an empty cell is not known."""

COLUMNS = (
    "facility_id", "name", "name_en", "kind", "host", "services", "capacity", "status", "opened",
    "grade", "admits", "barrier_free", "open_days", "zone_id", "lon", "lat", "basis", "point_basis",
    "source_unit", "signer", "as_of", "note",
)  # fmt: skip
"""Columns of ``facilities.csv`` in their order."""

CENTRE = "county-rehab-centre"
"""Id of the county rehabilitation centre."""
DEMO_SOURCE = "演示数据（非真实机构）"
"""What stands as the source of a made-up record."""
_DEMO_NOTE = "演示设施，虚构；made up for the demonstration"
_CANDIDATE_NOTE = "备选点，未经选址论证；a candidate, no site was examined"
_CENTRE_NOTE = "位置系推断，误差约3公里；point inferred, within about 3 km"


def demonstration(villages: pd.DataFrame, as_of: str) -> list[dict[str, Any]]:
    """Place the demonstration homes in their townships.

    Parameters
    ----------
    villages
        The village layer with ``zone_id``, ``parent_id``, ``kind``, ``is_seat``, ``bank`` and the
        demand point.
    as_of
        Cut-off date of the records.

    Raises
    ------
    ValueError
        If the rule does not give one township per home, or misses a bank of the Yangtze.

    Examples
    --------
    See ``tests/test_data_wushan.py``.
    """
    homes = read_table(HOMES).to_dict("records")
    codes = sorted(villages["parent_id"].unique())[FIRST - 1 :: EVERY]
    rows, banks = [], set()
    for number, (home, code) in enumerate(zip(homes, codes, strict=True), start=1):
        place = _site_of_home(villages[villages["parent_id"] == code])
        banks.add(place["bank"])
        own = {str(name): cell for name, cell in home.items()}
        own["note"] = "；".join(filter(None, (_DEMO_NOTE, own["note"])))
        names = {"name": f"演示设施{number:02d}", "name_en": f"Demonstration facility {number:02d}"}
        rows.append(_row({"facility_id": f"demo-{number:02d}"}, names, own, _made_up(place, as_of)))
    if not banks >= BANKS:
        raise ValueError(f"The demonstration homes stand on {sorted(banks)}, not on both banks.")
    return rows


def candidates(
    villages: pd.DataFrame, townships: pd.DataFrame, siting: dict[str, Any], as_of: str
) -> list[dict[str, Any]]:
    """Offer every township seat and every other community as a site for a new home.

    Parameters
    ----------
    villages, townships
        The layers; a seat is the demand point of the village marked ``is_seat``.
    siting
        The siting settings of the study: the services of a new home and whom it admits.
    as_of
        Cut-off date of the records.

    Raises
    ------
    ValueError
        If two candidates stand at the same point.

    Examples
    --------
    See ``tests/test_data_wushan.py``.
    """
    parents = townships.set_index("zone_id")
    chosen = villages[(villages["is_seat"] == "yes") | (villages["kind"] == "community")]
    if chosen.duplicated(["demand_lon", "demand_lat"]).any():
        raise ValueError("Two candidate sites stand at the same point.")
    common = {
        "kind": "candidate_site",
        "services": list(siting["services"]),
        "status": "candidate",
        "admits": siting["admits"],
        "note": _CANDIDATE_NOTE,
    }
    return [
        _row(
            {"facility_id": f"candidate-{place['zone_id']}"},
            _candidate_names(place, parents.loc[place["parent_id"]]),
            common,
            _made_up(place, as_of),
        )
        for place in chosen.sort_values("zone_id").to_dict("records")
    ]


def planned_centre() -> dict[str, Any]:
    """Give the county rehabilitation centre that the plan places in Zaoyang New Town.

    Its place in the plan is stated, its point is inferred (within about 3 km), its capacity is not
    public.

    Raises
    ------
    KeyError
        If the facts no longer hold the place or the plan's date.

    Examples
    --------
    >>> centre = planned_centre()
    >>> centre["status"], centre["basis"], centre["capacity"] is None
    ('planned', 'stated', True)
    """
    place = read_facts("places").set_index("key").loc["zaoyang_new_town"]
    figures = read_facts("plan_figures").set_index("key")["value"]
    where = read_facts("services").set_index("key")["where_in_plan"]
    return _row(
        {
            "facility_id": CENTRE,
            "name": "巫山县残疾人康复中心（早阳新城）",
            "name_en": "County rehabilitation centre (Zaoyang New Town)",
            "kind": "county_rehab_centre",
            "services": ["county_rehab"],
            "status": "planned",
            "admits": "county",
            "zone_id": place["township_code"],
            "lon": float(str(place["lon"])),
            "lat": float(str(place["lat"])),
            "basis": "stated",
            "point_basis": "inferred",
            "source_unit": "巫山县人民政府",
            "as_of": figures["issue_date"],
            "note": f"{clause(str(where['zaoyang_rehab_institution']))}；{_CENTRE_NOTE}",
        }
    )


def table(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Put records together as the facilities table, sorted by id.

    Raises
    ------
    ValueError
        If an id is there twice.

    Examples
    --------
    >>> list(table([planned_centre()])["facility_id"])
    ['county-rehab-centre']
    """
    facilities = pd.DataFrame(list(rows), columns=list(COLUMNS), dtype=object)
    if facilities["facility_id"].duplicated().any():
        raise ValueError("A facility id is there twice.")
    return facilities.sort_values("facility_id", ignore_index=True)


def assumptions(out: Path) -> list[Assumption]:
    """List what this step assumes, with the values it used.

    Raises
    ------
    KeyError
        If the facts no longer hold Zaoyang New Town.

    Examples
    --------
    >>> assumptions(Path())[0].value
    '9'
    """
    del out  # every value stands in this module, its table of homes or the facts
    homes = read_table(HOMES)
    listed = {
        f"facilities.{name}": [_known(cell) for cell in homes[name]]
        for name in homes.columns
        if name not in {"note", "host"}
    }
    centre = planned_centre()
    return worded(
        {
            "facilities.demonstration_homes": len(homes),
            "facilities.every": EVERY,
            "facilities.first": FIRST,
            **listed,
            "facilities.host": [cell or "own" for cell in homes["host"]],
            "facilities.centre_point": [centre["lon"], centre["lat"]],
            "facilities.candidates": "township seats and all other communities",
        }
    )


def build(out: Path) -> None:
    """Write ``wushan/facilities.csv`` from the layers in ``boundaries``.

    Raises
    ------
    FileNotFoundError
        If the boundaries are not built yet.
    ValueError
        If a rule of the demonstration set does not hold, see ``demonstration``, ``candidates``.

    Examples
    --------
    See ``tests/test_data_wushan.py``.
    """
    villages = read_layer(out / "boundaries" / "villages.geojson")
    townships = read_layer(out / "boundaries" / "townships.geojson")
    settings = study_settings(out)
    as_of = plain(settings["study"]["as_of"])
    rows = [
        planned_centre(),
        *demonstration(villages, as_of),
        *candidates(villages, townships, settings["siting"], as_of),
    ]
    write_csv(out / "wushan" / "facilities.csv", table(rows))


def _site_of_home(inside: pd.DataFrame) -> dict[Hashable, Any]:
    inside = inside.sort_values("zone_id")
    seat = inside[inside["is_seat"] == "yes"]
    others = inside[(inside["kind"] == "community") & (inside["is_seat"] != "yes")]
    return (seat if others.empty else others).to_dict("records")[-1]


def _candidate_names(place: dict[Hashable, Any], parent: pd.Series) -> dict[str, str]:
    seat = place["is_seat"] == "yes"
    where = "驻地" if seat else place["name"]
    english = f"seat of {parent['name_en']}" if seat else f"{place['name_en']}, {parent['name_en']}"
    return {
        "name": f"{parent['name']}{where}备选点",
        "name_en": f"Candidate site, {english}",
    }


def _made_up(place: dict[Hashable, Any], as_of: str) -> dict[str, Any]:
    return {
        "zone_id": place["zone_id"],
        "lon": float(place["demand_lon"]),
        "lat": float(place["demand_lat"]),
        "basis": "modelled",
        "point_basis": place["point_basis"],
        "source_unit": DEMO_SOURCE,
        "as_of": as_of,
    }


def _row(*parts: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    for part in parts:
        row |= part
    return row


def _known(cell: str) -> str:
    return cell.replace(";", " + ") or "unknown"
