"""Two results side by side: what changes from the one to the other, unit by unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wushan_geo.comparison.roads import changed_roads
from wushan_geo.comparison.sentences import sentences
from wushan_geo.comparison.units import Side, joined, only_in_one
from wushan_geo.errors import ParameterError
from wushan_geo.results import NOTICES, WATERMARKS
from wushan_geo.wording.notices import notice_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd

    from wushan_geo.results import StudyInfo, StudyResult


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
    sides = Side(a), Side(b)
    table = joined(*sides)
    units = only_in_one(*sides)
    roads, lines, apart = changed_roads(a, b)
    layers = {**a.layers, **b.layers}
    if lines is not None:
        layers["changed_roads"] = lines
    return Comparison(
        a=a.info,
        b=b.info,
        table=table,
        units=units,
        roads=roads,
        findings=sentences(a, b, table, units, roads, apart),
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
