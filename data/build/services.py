"""Village services of the demonstration county: made-up records of visits, care and help.

Nothing about services in villages is public. Each village and service draws its record from a fixed
digest (SHA-256) of its code, the service and the name of the column, so that the same record comes
out on every machine and the pattern carries no meaning. Unknown is not none: both occur.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from itertools import product
from typing import TYPE_CHECKING, Any

import pandas as pd
from assumptions import of_service, study_settings, worded
from common import read_facts, write_csv
from facilities import DEMO_SOURCE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assumptions import Assumption

STATUSES = ("delivered", "planned", "none", "unknown")
SHARES = {
    "visiting": (70, 10, 8, 12),
    "community_care": (40, 20, 25, 15),
    "neighbour_help": (50, 12, 23, 15),
}
"""Per cent of the villages by status, in the order of ``STATUSES``."""
PROVIDERS = {
    "visiting": ("home_visit", "outreach"),
    "community_care": ("facility", "outreach", "online"),
    "neighbour_help": ("home_visit",),
}
"""Ways a service is delivered, equally often."""
LONGEST_AGO = 420
"""Oldest last date, in days before the cut-off date; a few lie before the period that counts."""
PER_QUARTER = (1, 3, 6, 12)
"""Deliveries a quarter, equally often."""
COLUMNS = (
    "zone_id", "service", "status", "provider", "last", "per_quarter",
    "basis", "source_unit", "signer", "as_of",
)  # fmt: skip


def draw(code: str, service: str, column: str, below: int) -> int:
    """Draw a whole number from 0 to ``below`` - 1 by a fixed digest of three names.

    Raises
    ------
    ZeroDivisionError
        If ``below`` is 0.

    Examples
    --------
    >>> draw("500237101001", "visiting", "status", 100)
    39
    """
    digest = hashlib.sha256(f"{code}|{service}|{column}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % below


def record(code: str, service: str, as_of: dt.date) -> dict[str, Any]:
    """Make up the record of one village and service.

    Raises
    ------
    KeyError
        If the service is none of the three village services.

    Examples
    --------
    >>> sorted(record("500237101001", "visiting", dt.date(2025, 6, 30)))[:3]
    ['as_of', 'basis', 'last']
    """
    status = _by_share(draw(code, service, "status", 100), SHARES[service])
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {
        "zone_id": code,
        "service": service,
        "status": status,
        "basis": "modelled",
        "source_unit": DEMO_SOURCE,
        "as_of": as_of.isoformat(),
    }
    if status == "delivered":
        ways = PROVIDERS[service]
        days = draw(code, service, "last", LONGEST_AGO + 1)
        row["provider"] = ways[draw(code, service, "provider", len(ways))]
        row["last"] = (as_of - dt.timedelta(days=days)).isoformat()
        row["per_quarter"] = PER_QUARTER[draw(code, service, "per_quarter", len(PER_QUARTER))]
    return row


def table(as_of: dt.date) -> pd.DataFrame:
    """Make the records of all villages, sorted by code and in the order of the services.

    Raises
    ------
    FileNotFoundError
        If the list of villages is missing from the facts.

    Examples
    --------
    >>> len(table(dt.date(2025, 6, 30)))
    1020
    """
    codes = sorted(read_facts("villages")["code"])
    rows = [record(code, service, as_of) for code, service in product(codes, SHARES)]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def assumptions(out: Path) -> list[Assumption]:
    """List what this step assumes, with the values it used.

    Raises
    ------
    KeyError
        If the study does not name a service.

    Examples
    --------
    >>> from common import DATA
    >>> len(assumptions(DATA))
    8
    """
    names = study_settings(out)["services"]
    rows = []
    for service, shares in SHARES.items():
        values = {
            f"records.{service}.status_shares": list(shares),
            f"records.{service}.providers": list(PROVIDERS[service]),
        }
        rows += of_service(values, service, **names[service]["name"])
    return [
        *rows,
        *worded(
            {"records.longest_ago": LONGEST_AGO, "records.per_quarter": list(PER_QUARTER)},
        ),
    ]


def build(out: Path) -> None:
    """Write ``wushan/services.csv``; the cut-off date is that of ``study.toml``.

    Raises
    ------
    FileNotFoundError
        If the study file or the facts are missing.

    Examples
    --------
    See ``tests/test_data_wushan.py``.
    """
    as_of: dt.date = study_settings(out)["study"]["as_of"]
    write_csv(out / "wushan" / "services.csv", table(as_of))


def _by_share(number: int, shares: Sequence[int]) -> str:
    for status, share in zip(STATUSES, shares, strict=True):
        if number < share:
            return status
        number -= share
    raise ValueError("The shares of the statuses do not add up to 100.")
