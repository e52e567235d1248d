"""The registers of the fictional county, one set a year, all of them measured and signed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pandas as pd
from common import largest_remainder
from example_design import (
    CANDIDATE_PLACES,
    CANDIDATE_SERVICES,
    CANDIDATES,
    EARLIER,
    FACILITIES_2025,
    LABELS,
    NOT_YET,
    PERSONS,
    Facility,
    Snapshot,
    zone_id,
)
from example_geometry import points, villages

FEDERATION = "示例县残联（虚构）"
"""Office that keeps the registers of persons, facilities and indicators."""
TOWNSHIP_OFFICE = "示例县各乡镇残联（虚构）"
"""Offices that keep the register of village services."""
SIGNERS = {
    "persons": "签字人甲（虚构）",
    "facilities": "签字人乙（虚构）",
    "services": "签字人丙（虚构）",
    "indicators": "签字人丁（虚构）",
}

TYPES = {
    "visual": 12,
    "hearing": 15,
    "speech": 2,
    "physical": 44,
    "intellectual": 10,
    "mental": 9,
    "multiple": 8,
}
"""Per cent by type; every village takes the same mix, rounded to whole persons."""
AGES = {"age_0_15": 4, "age_16_59": 46, "age_60_plus": 50}
"""Per cent by age."""
SEVERE = 30
"""Per cent of grades 1 and 2."""

VILLAGE_SERVICES = ("visiting", "community_care", "neighbour_help")
PERIOD_DAYS = 365
"""Days before the cut-off date that count."""
LATELY = 41
"""Days since the last delivery where nothing else is designed."""

Record = tuple[str, str, int | None, int | None]
"""Status, provider, days since the last delivery, deliveries a quarter."""

_NONE: Record = ("none", "", None, None)
_PLANNED: Record = ("planned", "", None, None)
_UNKNOWN: Record = ("unknown", "", None, None)
_VISITS: Record = ("delivered", "home_visit", LATELY, 3)
_HELP: Record = ("delivered", "outreach", LATELY, 6)
_CARE: Record = ("delivered", "facility", LATELY, 12)

USUAL = (_VISITS, _NONE, _HELP)
"""Visiting, community care and neighbourly help of a village without an entry below."""
SERVICE_RECORDS: dict[str, tuple[Record, Record, Record] | None] = {
    "Z1": (_VISITS, _CARE, _HELP),
    "Z5": (_NONE, ("delivered", "online", LATELY, 3), _NONE),
    "Z7": (_NONE, _NONE, _NONE),
    "W1": (_VISITS, _CARE, _HELP),
    "W5": (_NONE, _CARE, _NONE),
    "W8": None,
    "S1": (_VISITS, _CARE, _HELP),
    "S2": (("delivered", "home_visit", PERIOD_DAYS, 1), _NONE, _NONE),
    "S6": (_UNKNOWN, _NONE, _NONE),
    "S7": (("delivered", "home_visit", PERIOD_DAYS + 1, 1), _NONE, _NONE),
    "S8": (_UNKNOWN, _NONE, _HELP),
    "N1": (_VISITS, _CARE, _HELP),
    "N6": (_UNKNOWN, _UNKNOWN, _NONE),
    "N8": (_NONE, _NONE, _NONE),
    "T1": (_VISITS, _CARE, _HELP),
    "T4": (_NONE, _NONE, _NONE),
    "T7": (_PLANNED, _NONE, _NONE),
    "T8": (_UNKNOWN, _UNKNOWN, _UNKNOWN),
}
"""Villages with a record of their own; None has no row at all: in a complete register, none."""
PLANNED_IN_2024 = frozenset({"Z2", "S3", "N7", "T5"})
"""Villages whose services all started after the snapshot of 2024."""

INDICATORS = {
    "indicator_01_income_growth": ((4.9, None), (5.2, None)),
    "indicator_02_training_persons": ((150, None), (208, None)),
    "indicator_03_dibao_coverage": ((100, 400), (100, 412)),
    "indicator_04_living_subsidy_coverage": ((97.5, 400), (98.5, 400)),
    "indicator_05_nursing_subsidy_coverage": ((100, 470), (100, 480)),
    "indicator_06_pension_participation": ((88, 800), (90, 800)),
    "indicator_07_medical_participation": ((94.8, 1250), (95.2, 1250)),
    "indicator_08_compulsory_enrolment": ((97, 100), (97, 100)),
    "indicator_09_rehab_coverage": ((81, 800), (85, 800)),
    "indicator_10_assistive_device_rate": ((80, 400), (83.5, 400)),
    "indicator_11_retrofit_coverage": ((70, None), (100, None)),
}
"""Observed value and denominator in 2024 and 2025; each per cent is a whole number of persons."""


COSTS = (
    ("new_home", "", 480000, 20, 90000, 6000, 20, 6, 3),
    ("conversion", "C11", 150000, 10, 80000, 6000, 12, 6, 2),
    ("shared_home", "", 600000, 20, 110000, 6000, 30, 10, 4),
    ("shuttle", "", 160000, 8, 70000, 30, 7, 3, 1),
    ("mobile_team", "", 120000, 8, 60000, 400, "", 3, 2),
    ("home_visit", "", 0, "", 0, 60, "", 1, 1),
)
"""What each way costs: site, yuan once, years, yuan a year, yuan by use, capacity, fewest
persons, staff. C11 is an idle school."""


def costs() -> pd.DataFrame:
    """Make the table of costs, the same for all years.

    Raises
    ------
    KeyError
        Never; the table rests on this module alone.

    Examples
    --------
    >>> len(costs())
    6
    """
    names = ["way", "facility_id", "build", "years", "run", "unit_run", "capacity"]
    table = pd.DataFrame(list(COSTS), columns=[*names, "minimum_load", "staff"], dtype=object)
    return table.assign(
        basis="measured", source_unit=FEDERATION, signer=SIGNERS["facilities"], as_of="2024-05-31"
    )


def persons(snapshot: Snapshot) -> pd.DataFrame:
    """Make the register of certified persons by village and group.

    Types and ages add up to all; severe and each eligible group are parts of it. An empty count is
    not known, which differs from 0.

    Raises
    ------
    KeyError
        If a village has no count.

    Examples
    --------
    >>> from example_design import SNAPSHOTS
    >>> len(persons(SNAPSHOTS[1])) == 40 * 15
    True
    """
    rows = []
    for label in LABELS:
        counts = _groups(*_counts(label, snapshot.year))
        rows += [
            {
                "zone_id": zone_id(label),
                "group": group,
                "persons": count,
                **_signed("persons", FEDERATION, snapshot),
            }
            for group, count in counts.items()
        ]
    return pd.DataFrame(rows, dtype=object)


def facilities(snapshot: Snapshot) -> pd.DataFrame:
    """Make the register of facilities: those of the year, then the candidate sites.

    Raises
    ------
    KeyError
        If a facility stands at a node that does not exist.

    Examples
    --------
    >>> from example_design import SNAPSHOTS
    >>> len(facilities(SNAPSHOTS[1])), len(facilities(SNAPSHOTS[0]))
    (21, 20)
    """
    places = points()
    rows = []
    for one in (*listed(snapshot.year), *_candidates()):
        lon, lat = places[one.at]
        rows.append(
            {
                "facility_id": one.facility_id,
                "name": one.name[0],
                "name_en": one.name[1],
                "kind": one.kind,
                "host": one.host,
                "services": None if one.services is None else frozenset(one.services),
                "capacity": one.capacity,
                "status": one.status,
                "opened": one.opened,
                "grade": one.grade,
                "admits": one.admits,
                "barrier_free": one.barrier_free,
                "open_days": one.open_days,
                "zone_id": "" if one.at.startswith("X") else zone_id(one.at),
                "lon": lon,
                "lat": lat,
                "point_basis": "measured",
                **_signed("facilities", FEDERATION, snapshot),
                "note": one.note,
            }
        )
    return pd.DataFrame(rows, dtype=object)


def listed(year: str) -> tuple[Facility, ...]:
    """Give the facilities of a year's register, without candidate sites.

    Raises
    ------
    TypeError
        If a change for the earlier year names an unknown field.

    Examples
    --------
    >>> {one.facility_id: one.status for one in listed("2024")}["F05"]
    'open'
    """
    if year == "2025":
        return FACILITIES_2025
    earlier: dict[str, dict[str, Any]] = EARLIER
    return tuple(
        replace(one, **earlier.get(one.facility_id, {}))
        for one in FACILITIES_2025
        if one.facility_id not in NOT_YET
    )


def services(snapshot: Snapshot) -> pd.DataFrame:
    """Make the register of village services.

    Raises
    ------
    ValueError
        If the cut-off date is no date.

    Examples
    --------
    >>> from example_design import SNAPSHOTS
    >>> len(services(SNAPSHOTS[1])) == 39 * 3
    True
    """
    as_of = dt.date.fromisoformat(snapshot.as_of)
    rows = []
    for label in LABELS:
        records = SERVICE_RECORDS.get(label, USUAL)
        if records is None:
            continue
        if snapshot.year == "2024" and label in PLANNED_IN_2024:
            records = (_PLANNED, _NONE, _NONE)
        for service, (status, provider, days, often) in zip(VILLAGE_SERVICES, records, strict=True):
            last = "" if days is None else (as_of - dt.timedelta(days=days)).isoformat()
            rows.append(
                {
                    "zone_id": zone_id(label),
                    "service": service,
                    "status": status,
                    "provider": provider,
                    "last": last,
                    "per_quarter": often,
                    **_signed("services", TOWNSHIP_OFFICE, snapshot),
                }
            )
    return pd.DataFrame(rows, dtype=object)


def indicators(snapshot: Snapshot) -> pd.DataFrame:
    """Make the observed values of the plan's indicators, in the indicator's unit.

    Raises
    ------
    IndexError
        If an indicator lacks a year.

    Examples
    --------
    >>> from example_design import SNAPSHOTS
    >>> len(indicators(SNAPSHOTS[1]))
    11
    """
    at = int(snapshot.year == "2025")
    rows = [
        {
            "indicator": name,
            "value": years[at][0],
            "denominator": years[at][1],
            **_signed("indicators", FEDERATION, snapshot),
        }
        for name, years in INDICATORS.items()
    ]
    return pd.DataFrame(rows, dtype=object)


def _signed(table: str, unit: str, snapshot: Snapshot) -> dict[str, str]:
    return {
        "basis": "measured",
        "source_unit": unit,
        "signer": SIGNERS[table],
        "as_of": snapshot.as_of,
    }


def _counts(label: str, year: str) -> tuple[int, int | None]:
    total, eligible = PERSONS[label]
    if year == "2025":
        return total, eligible
    # A year earlier one in twenty-five was not yet registered, at the seats one eligible person.
    return total - total // 25, eligible - 1 if eligible and label[1] == "1" else eligible


def _groups(total: int, eligible: int | None) -> dict[str, int | None]:
    types = largest_remainder(TYPES.values(), total).tolist()
    ages = largest_remainder(AGES.values(), total).tolist()
    severe = total * SEVERE // 100
    return {
        "all": total,
        **dict(zip(TYPES, types, strict=True)),
        "severe": severe,
        **dict(zip(AGES, ages, strict=True)),
        "eligible_day_care": eligible,
        "eligible_sheltered_employment": None if eligible is None else eligible * 2 // 3,
        "eligible_concentrated_care": severe // 4,
    }


def _candidates() -> tuple[Facility, ...]:
    layer = villages()
    zh, en = (dict(zip(layer["zone_id"], layer[name], strict=True)) for name in ("name", "name_en"))
    return tuple(
        Facility(
            f"C{at:02d}",
            (
                f"{zh[zone_id(label)]}备选点",
                f"candidate site, {en[zone_id(label)]}",
            ),
            "candidate_site",
            label,
            CANDIDATE_SERVICES,
            "candidate",
            "county",
            capacity=CANDIDATE_PLACES,
        )
        for at, label in enumerate(CANDIDATES, 1)
    )
