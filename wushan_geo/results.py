"""What a run found: finished tables, shapes and the manifest, the only thing that pages see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from wushan_geo import storage
from wushan_geo.wording.notices import notice_texts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from wushan_geo.wording.notices import ScenarioWords

TABLES = (
    "townships",
    "villages",
    "facilities",
    "access",
    "gaps",
    "scoreboard",
    "indicators",
    "sites",
    "plans",
    "findings",
    "sources",
    "assumptions",
)
LAYERS = ("county", "townships", "villages", "facilities", "roads", "rivers")
CONDITIONS = ("ordinary", "snow", "flood")  # standing conditions of the roads
CLASSES = ("effective", "neighbour", "nominal", "gap", "unknown")  # from the best to the worst
NOTICES = (  # message keys, from the gravest
    "notice.demonstration", "notice.facts", "notice.fictional", "notice.scenario",
    "notice.given", "notice.boundaries", "notice.reach", "notice.osm",
)  # fmt: skip
WATERMARKS = ("notice.watermark", "notice.watermark.scenario")  # demonstration, scenario
MANIFEST = "run.json"
ANALYSIS_RECORD = "gaps.json"  # of the gap analysis
ANALYSIS_FOLDER = "gaps"
PROPOSAL_RECORD = "site.json"  # of a proposal of sites
PROPOSAL_FOLDER = "siting"
APART_RECORDS = (ANALYSIS_RECORD, PROPOSAL_RECORD)


@dataclass(frozen=True, slots=True)
class ServiceInfo:
    """What a page needs to know of a service."""

    key: str
    """Service key."""
    name: tuple[str, str]
    """Name in Chinese and English."""
    level: str
    """township, county or village."""
    measure: str
    """minutes, places or visits."""
    limit: float | None
    """Default limit in minutes."""
    limits: tuple[float, ...]
    """All limits shown, ascending, in minutes."""
    source: str
    """Where the limit comes from."""


@dataclass(frozen=True, slots=True)
class ProfileInfo:
    """What a page needs to know of a way in which persons travel."""

    key: str
    """Profile key."""
    name: tuple[str, str]
    """Name in Chinese and English."""
    direction: str
    """``to_facility`` (persons go) or ``from_facility`` (staff come)."""
    groups: tuple[str, ...]
    """Groups of persons that travel so."""


@dataclass(frozen=True, slots=True)
class StudyInfo:
    """What a page needs to know of the study behind it."""

    id: str
    """Name of the study."""
    title: tuple[str, str]
    """Main title in Chinese and English."""
    county_name: tuple[str, str]
    """Name of the county in Chinese and English."""
    county: str
    """Six-digit code of the county."""
    quote: tuple[str, str]
    """The promise of the plan, in full, in Chinese and English."""
    plan_title: tuple[str, str]
    """Title of the plan."""
    as_of: dt.date
    """Cut-off date of the data."""
    edition: str
    """internal or public."""
    small_cell: int
    """Counts below this are withheld in the public edition."""
    demonstration: bool
    """True where a decisive input is modelled: every page then carries the notice."""
    facts_only: bool
    """True where the study holds facts alone."""
    fictional: bool
    """True for an invented county."""
    headline: str
    """Service shown first."""
    services: tuple[ServiceInfo, ...]
    """Services in the order of the study file."""
    siting_service: str | None
    """Service whose reach the next sites are chosen for."""
    siting_limit: float | None
    """Default limit of the next sites in minutes."""
    condition: str
    """Standing condition of the travel times."""
    openstreetmap: bool = False
    """True where roads come from OpenStreetMap, whose contributors every page then names."""
    profiles: tuple[ProfileInfo, ...] = ()
    """Ways of travelling in the order of the study file."""
    persons_basis: str = "missing"
    """Basis of the counts of persons: measured, stated, inferred, modelled or missing."""
    engine: str = ""
    """How travel times are made: network, straight, matrix, terrain or none."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Settings behind the travel times, as text by their path below [travel] of the study file."""
    scenario: ScenarioWords | None = None
    """The scenario that the study stands under; None for the study as it is."""
    known_min: float | None = None
    """Minutes up to which given times list pairs; None where every way is known."""

    def service(self, key: str) -> ServiceInfo:
        """Give one service by its key.

        Parameters
        ----------
        key
            Service key.

        Returns
        -------
        ServiceInfo
            The service.

        Raises
        ------
        KeyError
            If the study has no such service.
        """
        return {one.key: one for one in self.services}[key]

    @property
    def notices(self) -> tuple[str, ...]:
        """Message keys of the notices that every page of this study carries, the gravest first."""
        found = []
        if self.demonstration:
            found.append("notice.demonstration")
        if self.facts_only:
            found.append("notice.facts")
        if self.fictional:
            found.append("notice.fictional")
        if self.scenario is not None:
            found.append("notice.scenario")
        if self.known_min is not None:
            found.append("notice.given")
        credit = ("notice.osm",) if self.openstreetmap else ()
        return (*found, "notice.boundaries", "notice.reach", *credit)

    @property
    def notice_texts(self) -> dict[str, tuple[str, str]]:
        """The notices in Chinese and English by key, with the names of this study put in."""
        scenarios = [] if self.scenario is None else [self.scenario]
        return notice_texts(self.notices, self.county_name, scenarios, [self.known_min])

    @property
    def watermark(self) -> str:
        """Message key of what stands across every page; empty for the study as it is."""
        if self.demonstration:
            return WATERMARKS[0]
        return "" if self.scenario is None else WATERMARKS[1]


@dataclass(frozen=True, slots=True)
class StudyResult:
    """Everything a run found.

    Parameters
    ----------
    info
        The study behind it.
    tables
        Finished tables by name, as listed in ``TABLES``; the same content as ``tables/NAME.csv``.
    layers
        Shapes in longitude and latitude by name, as listed in ``LAYERS``; a layer that the study
        does not have is absent.
    manifest
        What was put in and how: inputs with checksums, settings, assumptions, versions, warnings.
    """

    info: StudyInfo
    tables: Mapping[str, pd.DataFrame]
    layers: Mapping[str, gpd.GeoDataFrame]
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def save(self, folder: str | Path) -> Path:
        """Write the tables and the manifest, all or nothing.

        Parameters
        ----------
        folder
            Target folder; ``tables/NAME.csv`` and ``run.json`` are written inside it.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        OSError
            If the folder cannot be written; the old files are then still there.

        Examples
        --------
        >>> import tempfile, wushan_geo as wg
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     saved = wg.run_study(wg.open_study("example")).save(folder)
        ...     (saved / "tables" / "gaps.csv").exists()
        True
        """
        replaces = storage.made_before(folder) + self.analysis_of_others(folder)
        with storage.Outputs(folder, replaces) as outputs:
            self.write_tables(outputs)
            self.write_manifest(outputs)
        return outputs.folder

    def analysis_of_others(self, folder: str | Path) -> tuple[str, ...]:
        """List the files of a gap analysis or a proposal in a folder that are not of this study.

        Its tables name units by their codes alone: beside the pages of another study, or of the
        same one with other inputs, they would be taken for its own. A full run takes them away.

        Parameters
        ----------
        folder
            An output folder.

        Returns
        -------
        tuple of str
            Relative names, the records among them; empty if there is neither, or they are of the
            same study and inputs.

        Raises
        ------
        OSError
            If the record is there and cannot be opened.

        Examples
        --------
        See ``tests/test_results.py``.
        """
        found: list[str] = []
        for record in APART_RECORDS:
            before = storage.read_manifest(folder, record)
            if before and not same_origin(before, self.manifest):
                found += [*storage.made_before(folder, record), record]
        return tuple(found)

    def write_tables(self, outputs: storage.Outputs) -> None:
        """Add each table to a set of outputs.

        Parameters
        ----------
        outputs
            The set of outputs.

        Raises
        ------
        ParameterError
            If a table was added before.
        """
        _add_tables(outputs, "tables", self.tables)

    def write_manifest(self, outputs: storage.Outputs, **more: object) -> None:
        """Add run.json, which names every file of the set with its checksum.

        Parameters
        ----------
        outputs
            The set of outputs, complete but for this file.
        **more
            What else to record, such as seconds and warnings.

        Raises
        ------
        ParameterError
            If the manifest was added before.
        """
        _add_record(outputs, MANIFEST, {**self.manifest, **more}, outputs.sums)

    def amend_manifest(self, outputs: storage.Outputs) -> None:
        """Bring the record of an earlier full run up to date after one page was written anew.

        Where the earlier run was of the same study and inputs the new checksums take the place of
        the old ones; otherwise the pages written anew are struck from its record, since they no
        longer belong to it. Without an earlier run there is nothing to do.

        Parameters
        ----------
        outputs
            The set of outputs with the new pages.

        Raises
        ------
        ParameterError
            If the manifest was added before.
        """
        before = storage.read_manifest(outputs.folder)
        if not before:
            return
        same = same_origin(before, self.manifest)
        sums = {
            name: value
            for name, value in before.get("outputs", {}).items()
            if name not in outputs.sums
        }
        _add_record(outputs, MANIFEST, before, sums | (outputs.sums if same else {}))


@dataclass(frozen=True, slots=True)
class _Apart:
    """Tables that stand in a folder of their own beside those of a run, with their own record."""

    FOLDER: ClassVar[str]
    RECORD: ClassVar[str]

    info: StudyInfo
    tables: Mapping[str, pd.DataFrame]
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def save(self, folder: str | Path) -> Path:
        """Write the tables, their dictionary and a record, all or nothing.

        Parameters
        ----------
        folder
            Target folder; a folder of tables and a record are written inside it.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        OSError
            If the folder cannot be written; the old files are then still there.

        Examples
        --------
        >>> import tempfile, wushan_geo as wg
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     saved = wg.analyse_gaps(wg.open_study("example")).save(folder)
        ...     (saved / "gaps" / "causes.csv").exists(), (saved / "gaps.json").exists()
        (True, True)
        """
        with storage.Outputs(folder, storage.made_before(folder, self.RECORD)) as outputs:
            self.write(outputs)
        return outputs.folder

    def write(self, outputs: storage.Outputs, **more: object) -> None:
        """Add the tables and the record to a set of outputs.

        Parameters
        ----------
        outputs
            The set of outputs.
        **more
            What else to record, such as seconds and warnings.

        Raises
        ------
        ParameterError
            If a file was added before.
        """
        _add_tables(outputs, self.FOLDER, self.tables)
        _add_record(outputs, self.RECORD, {**self.manifest, **more}, outputs.sums)


@dataclass(frozen=True, slots=True)
class GapAnalysis(_Apart):
    """The gap of a study looked at from every side.

    Parameters
    ----------
    info
        The study behind it.
    tables
        Finished long tables by name; the same content as ``gaps/NAME.csv``.
    manifest
        What was put in and how, as of a run.
    """

    FOLDER = ANALYSIS_FOLDER
    RECORD = ANALYSIS_RECORD


@dataclass(frozen=True, slots=True)
class SiteProposal(_Apart):
    """The sites that a study should get next, with what they leave undone.

    Parameters
    ----------
    info
        The study behind it.
    tables
        Finished tables by name; the same content as ``siting/NAME.csv``.
    manifest
        What was put in and how, as of a run, and what was wished.
    layers
        Shapes in longitude and latitude by name, as those of a `StudyResult`.
    """

    FOLDER = PROPOSAL_FOLDER
    RECORD = PROPOSAL_RECORD

    layers: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)


def same_origin(record: Mapping[str, Any], manifest: Mapping[str, Any]) -> bool:
    """Say whether two records are of the same study and the same inputs.

    Parameters
    ----------
    record, manifest
        What was put in, as of a run.

    Returns
    -------
    bool
        False where the study or a checksum differs.

    Raises
    ------
    AttributeError
        If one of them is no mapping.

    Examples
    --------
    >>> same_origin({"study": "a", "seconds": 1}, {"study": "a"})
    True
    """
    return all(record.get(one) == manifest.get(one) for one in ("study", "inputs"))


def _add_tables(outputs: storage.Outputs, folder: str, tables: Mapping[str, pd.DataFrame]) -> None:
    """Add tables to a set of outputs."""
    for name, table in tables.items():
        outputs.add(f"{folder}/{name}.csv", storage.table_bytes(table))


def _add_record(
    outputs: storage.Outputs, name: str, content: Mapping[str, Any], sums: Mapping[str, str]
) -> None:
    """Add a record that names the files it is of with their checksums."""
    whole = {**content, "outputs": dict(sorted(sums.items()))}
    outputs.add(name, storage.json_text(whole))
