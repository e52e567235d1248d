"""The command line: thin, it only parses, shows progress and prints."""

from __future__ import annotations

import gc
import locale
import os
import signal
import sys
import time
import warnings
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from wushan_geo.cli import site_options as ask  # noqa: TC001 -- typer looks the options up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from wushan_geo.comparison import Comparison
    from wushan_geo.errors import InfeasibleError
    from wushan_geo.results import GapAnalysis, SiteProposal, StudyResult
    from wushan_geo.siting.solver import Standing
    from wushan_geo.sources.roads.placing import NewRoads, RoadsAsked
    from wushan_geo.study.road_report import RoadReport
    from wushan_geo.study.study import Study
    from wushan_geo.wording import Language

BAD_INPUT, NOT_WRITTEN, INTERRUPTED = 1, 3, 130
DEFAULT_STUDY, DEFAULT_OUT = "wushan", Path("outputs")
MAP_FILE = "maps/coverage.html"
COMPARISON_MAP, COMPARISON_RECORD = "maps/comparison.html", "comparison.json"
SITING_MAP = "maps/siting.html"

app = typer.Typer(
    name="wushan-geo",
    help="Service coverage of a county: gaps, scoreboard, sites, map, report. 县域服务覆盖分析",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Tongue(StrEnum):
    """Language of what is printed; files always hold both."""

    zh = "zh"
    en = "en"


StudyArgument = Annotated[
    str,
    typer.Argument(
        metavar="[STUDY]",
        help="wushan, wushan-facts, example, a folder, a study.toml or a scenario file."
        " 研究名称、文件夹或情景文件",
    ),
]
OwnStudyArgument = Annotated[
    str,
    typer.Argument(
        metavar="[STUDY]",
        help="wushan, wushan-facts, example, a folder or a study.toml. 研究名称或文件夹",
    ),
]
FromSideArgument = Annotated[
    str,
    typer.Argument(metavar="A", help="Compare from: a study or a scenario file. 甲：对比的基准"),
]
ToSideArgument = Annotated[
    str,
    typer.Argument(metavar="B", help="Compare with it. 乙：与甲对比"),
]
BeforeOption = Annotated[
    str | None,
    typer.Option(
        "--before",
        metavar="STUDY",
        help="The same county at an earlier date: splits the change. 上期研究，用于分解变化",
    ),
]
OutOption = Annotated[Path, typer.Option("--out", help="Folder of the outputs. 输出文件夹")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only. 只显示错误")]
LanguageOption = Annotated[
    Tongue | None,
    typer.Option("--language", "-l", help="Language on the terminal. 终端语言（默认随系统）"),
]


AnswersOption = Annotated[
    Path | None,
    typer.Option(
        "--answers", help="A filled checks.xlsx; its answers are remembered. 已填写的核对表"
    ),
]
AcceptOption = Annotated[
    bool,
    typer.Option("--accept", help="Keep this version to compare the next with. 采用本版本"),
]
CheckOutOption = Annotated[
    Path | None,
    typer.Option("--out", help="Folder of checks.xlsx (the study's own). 核对表的文件夹"),
]
RoadsFromOption = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="Read this file of roads (.osm.pbf, .osm, .graphml, .gpkg, .shp, ...) and store it. "
        "读取路网文件并存入研究",
    ),
]
DownloadOption = Annotated[
    bool,
    typer.Option(
        "--download", help="Fetch roads from OpenStreetMap and store them. 下载路网并存入"
    ),
]
BufferOption = Annotated[
    float | None,
    typer.Option(
        "--buffer",
        min=0.0,
        help="Kilometres beyond the county line (else \\[travel.download])."
        " 县界外公里数（不写则用 \\[travel.download]）",
    ),
]
OverpassOption = Annotated[
    str | None,
    typer.Option(
        "--overpass",
        metavar="URL",
        help="Overpass server (else \\[travel.download])."
        " 服务器地址（不写则用 \\[travel.download]）",
    ),
]
EditionOption = Annotated[
    str,
    typer.Option(
        "--edition", metavar="DATE", help="Date of the roads, such as 2026-06. 如 2026-06"
    ),
]
SnapOption = Annotated[
    float | None,
    typer.Option(
        "--snap-m",
        min=0.0,
        help="Needed for layers of lines: close gaps up to so many metres, 0 for none."
        " 读取线图层时必填： 连接多少米内的断点，0 为不连接",
    ),
]


class Basis(StrEnum):
    """How the data are known."""

    measured = "measured"
    stated = "stated"
    inferred = "inferred"
    modelled = "modelled"


BasisOption = Annotated[
    Basis | None,
    typer.Option(
        "--basis",
        metavar="BASIS",
        help="How the roads are known, if the file does not say: measured, stated, inferred or"
        " modelled. 数据性质，文件未说明时写",
    ),
]


class BuiltIn(StrEnum):
    """Studies that come with the program."""

    wushan = "wushan"
    facts = "wushan-facts"
    example = "example"


FolderArgument = Annotated[
    Path, typer.Argument(metavar="DIR", help="New folder of the study. 研究文件夹")
]
FromOption = Annotated[
    BuiltIn | None,
    typer.Option("--from", help="Copy a built-in study to edit. 复制内置研究"),
]
CountyOption = Annotated[
    str, typer.Option("--county", help="Six-digit code of the county. 县（区）代码")
]
NameOption = Annotated[
    str, typer.Option("--name", help="Name of the county, in Chinese. 县（区）名称")
]
EnglishOption = Annotated[
    str, typer.Option("--name-en", help="Name of the county, in English. 县（区）英文名称")
]


@app.callback(invoke_without_command=True)
def root(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version. 显示版本", is_eager=True)
    ] = False,
) -> None:
    """Service coverage of a county: gaps, scoreboard, next sites, map and report."""
    if version:
        from importlib import metadata

        try:
            number = metadata.version("wushan-geo")
        except metadata.PackageNotFoundError:
            number = "(not installed)"
        typer.echo(f"wushan-geo {number}")
        raise typer.Exit


@app.command(
    help="Do the main job: tables, map and report of a study. 主要任务：生成结果表、地图和报告。"
)
def run(
    study: StudyArgument = DEFAULT_STUDY,
    out: OutOption = DEFAULT_OUT,
    *,
    quiet: QuietOption = False,
    language: LanguageOption = None,
) -> None:
    """Do the main job: tables, map and report of a study."""
    _write(study, out, _Show(_tongue(language), quiet=quiet), ("tables", "map", "report"))


@app.command("map", help="Write the interactive map only. 只生成地图。")
def map_(
    study: StudyArgument = DEFAULT_STUDY,
    out: OutOption = DEFAULT_OUT,
    *,
    quiet: QuietOption = False,
    language: LanguageOption = None,
) -> None:
    """Write the interactive map only."""
    _write(study, out, _Show(_tongue(language), quiet=quiet), ("map",))


@app.command(help="Write the reports only. 只生成报告。")
def report(
    study: StudyArgument = DEFAULT_STUDY,
    out: OutOption = DEFAULT_OUT,
    *,
    quiet: QuietOption = False,
    language: LanguageOption = None,
) -> None:
    """Write the reports only."""
    _write(study, out, _Show(_tongue(language), quiet=quiet), ("report",))


@app.command(help="Show what a study contains: tables, sources, bases, assumptions. 查看研究内容。")
def info(study: StudyArgument = DEFAULT_STUDY, *, language: LanguageOption = None) -> None:
    """Show what a study contains: tables, sources, bases, assumptions."""
    tongue = _tongue(language)
    with _errors_told(tongue):
        from wushan_geo import terminal
        from wushan_geo.sources.scenarios import open_either

        terminal.show_study(open_either(study), tongue)


@app.command(
    help="Check a study's files and write checks.xlsx; the filled one is read back with --answers."
    " 核对文件并生成核对表；填好后用 --answers 读回。"
)
def check(
    study: OwnStudyArgument = DEFAULT_STUDY,
    *,
    answers: AnswersOption = None,
    accept: AcceptOption = False,
    out: CheckOutOption = None,
    language: LanguageOption = None,
) -> None:
    """Check a study's files; exit with 1 while anything is to mend or to decide."""
    tongue = _tongue(language)
    with _errors_told(tongue):
        from wushan_geo import storage, terminal
        from wushan_geo.reports.checks import checks_xlsx
        from wushan_geo.sources.checking import CHECKS_FILE, check_study_files, own_folder
        from wushan_geo.wording import say

        _no_scenario(study, tongue)
        home = own_folder(study)
        if home is not None:
            storage.recover(home)
        if home is None and (answers or accept):
            typer.echo(say("check.built_in", tongue), err=True)
            raise typer.Exit(BAD_INPUT)
        if answers is not None and home is not None and not answers.is_file():
            answers = home / answers if (home / answers).is_file() else answers
        if answers is not None and not answers.is_file():
            typer.echo(say("check.no_answers", tongue, path=answers), err=True)
            raise typer.Exit(BAD_INPUT)
        checkup, kept = check_study_files(study, answers)
        path = (out or home or DEFAULT_OUT) / CHECKS_FILE
        _keep(home, kept, path, checks_xlsx(checkup))
        terminal.show_check(checkup, path, tongue)
        if accept:
            _accept(study, home, tongue, clean=checkup.clean)
    if not checkup.clean:
        raise typer.Exit(BAD_INPUT)


def _no_scenario(study: str, tongue: Language) -> None:
    """Refuse a scenario file where only a study makes sense."""
    from wushan_geo.sources.scenarios import is_scenario_file
    from wushan_geo.wording import say

    if is_scenario_file(study):
        typer.echo(say("cli.no_scenario", tongue), err=True)
        raise typer.Exit(BAD_INPUT)


def _keep(home: Path | None, kept: dict[str, bytes], path: Path, workbook: bytes) -> None:
    """Write the workbook, and remember the answers in the study folder."""
    from wushan_geo import storage

    if home is not None:
        for name, content in kept.items():
            storage.write_file(home / name, content)
    storage.write_file(path, workbook)


def _accept(study: str, home: Path | None, tongue: Language, *, clean: bool) -> None:
    """Keep this version as the one that the next check compares with."""
    import datetime as dt

    from wushan_geo import storage
    from wushan_geo.sources.checking import accept_study_files
    from wushan_geo.wording import say

    if not clean or home is None:
        typer.echo(say("check.not_accepted", tongue), err=True)
        return
    day = dt.datetime.now().astimezone().date().isoformat()
    with storage.Outputs(home) as outputs:
        for name, content in accept_study_files(study, day).items():
            outputs.add(name, content)
    typer.echo(say("check.accepted", tongue, day=day))


@app.command(
    help="Report on a study's roads; read them from a file (--from) or fetch them (--download)."
    " 查看路网；用 --from 读取文件，或用 --download 下载。"
)
def roads(  # noqa: PLR0913 -- each is an option of the command line
    study: OwnStudyArgument = DEFAULT_STUDY,
    *,
    source: RoadsFromOption = None,
    download: DownloadOption = False,
    buffer: BufferOption = None,
    overpass: OverpassOption = None,
    edition: EditionOption = "",
    snap_m: SnapOption = None,
    basis: BasisOption = None,
    language: LanguageOption = None,
) -> None:
    """Report on a study's roads; read them from a file or fetch them before."""
    tongue = _tongue(language)
    with _errors_told(tongue):
        from wushan_geo.sources.roads.placing import RoadsAsked

        _no_scenario(study, tongue)
        server = None if buffer is None and overpass is None else (overpass, buffer)
        known = "" if basis is None else basis.value
        asked = RoadsAsked(source, server, edition, snap_m, download=download, basis=known)
        _report_roads(study, _new_roads(study, asked, tongue), tongue)


def _report_roads(study: str, new: NewRoads | None, tongue: Language) -> None:
    """Report on the roads of a study, or on new ones alone while it cannot be opened."""
    from wushan_geo import terminal
    from wushan_geo.errors import InputError
    from wushan_geo.sources.opening import open_study
    from wushan_geo.travel.parts import network_report, road_report

    try:
        opened = open_study(study)
    except InputError:
        if new is None:
            raise
        terminal.show_network(new.roads, network_report(new.roads), study, tongue)
        return
    if new is not None:  # also where the study file still names other roads
        opened = replace(opened, roads=new.roads)
    if opened.roads is None:
        _no_roads(study, tongue)
    report = road_report(opened)
    terminal.show_roads(opened, report if tongue == "zh" else report.in_english(), tongue)
    if new is not None and new.before is not None:
        _tell_moved(road_report(replace(opened, roads=new.before)), report, tongue)


def _no_roads(study: str, tongue: Language) -> NoReturn:
    """Say how a study that has no roads comes by some."""
    from wushan_geo.sources.checking import own_folder
    from wushan_geo.wording import say

    lines = [say("roads.none.built_in", tongue, study=study)]
    if own_folder(study) is not None:
        ways = ("roads.none", "roads.none.from", "roads.none.download")
        lines = [say(one, tongue, study=study) for one in ways]
    typer.echo("\n".join(lines), err=True)
    raise typer.Exit(BAD_INPUT)


def _tell_moved(before: RoadReport, now: RoadReport, tongue: Language) -> None:
    """Hold the villages' distances from a new network against those from the one before."""
    from wushan_geo.study.road_report import MOVED_WORTH_SAYING_M, SNAP_WORTH_SAYING_M
    from wushan_geo.wording import say

    was, got = before.village_distances(), now.village_distances()
    if was is None or got is None:
        return
    values = {
        "median_before": f"{was[0]:,.0f}",
        "median": f"{got[0]:,.0f}",
        "limit": f"{SNAP_WORTH_SAYING_M:g}",
        "far_before": was[1],
        "far": got[1],
    }
    typer.echo(say("roads.moved", tongue, **values))
    if got[1] > was[1] or got[0] - was[0] > MOVED_WORTH_SAYING_M:
        typer.echo(say("roads.moved.datum", tongue))


def _new_roads(study: str, asked: RoadsAsked, tongue: Language) -> NewRoads | None:
    """Read or fetch roads and write them into the study's folder; None where nothing is asked."""
    from wushan_geo import storage, terminal
    from wushan_geo.sources.checking import own_folder
    from wushan_geo.sources.roads.placing import command, new_roads, objection
    from wushan_geo.wording import say

    home = own_folder(study)
    wrong = objection(study, asked, home)
    if wrong is not None:
        typer.echo(wrong[0 if tongue == "zh" else 1], err=True)
        raise typer.Exit(BAD_INPUT)
    if home is None or not asked.writes:
        return None
    storage.recover(home)
    new = new_roads(study, asked)
    with storage.Outputs(home) as outputs:
        for name, content in new.files.items():
            outputs.add(name, content)
    terminal.show_new_roads(new.notes, tongue)
    if new.faults:
        _refuse_roads(study, asked, new, home, tongue)
    typer.echo(say("roads.wrote", tongue, path=home / new.file))
    typer.echo(say(f"roads.named.{new.naming}", tongue, study=new.study, line=new.line))
    again = command(study, asked, home / new.file, basis=True)
    terminal.show_next_roads(new.needs, new.study, again, tongue)
    return new


def _refuse_roads(
    study: str, asked: RoadsAsked, new: NewRoads, home: Path, tongue: Language
) -> NoReturn:
    """Say why new roads are not stored, that nothing has changed, and how to go on."""
    from wushan_geo import terminal
    from wushan_geo.sources.roads.placing import command
    from wushan_geo.wording import say

    typer.echo("\n".join(terminal.fault_lines(new.faults, tongue)), err=True)
    typer.echo(say("roads.refused", tongue, study=new.study))
    file: str | Path = asked.file or ""
    if new.files:
        (file,) = (home / name for name in new.files)
        typer.echo(say("roads.kept", tongue, path=file))
    terminal.show_next_roads(replace(new.needs, basis=False), new.study, "", tongue)
    typer.echo(say("roads.again", tongue))
    typer.echo(command(study, asked, file, basis=new.needs.basis))
    raise typer.Exit(BAD_INPUT)


@app.command(
    help="Compare two studies, or a study and a scenario file, unit by unit."
    " 逐单元对比两个研究，或研究与情景文件。"
)
def compare(
    a: FromSideArgument,
    b: ToSideArgument,
    out: OutOption = DEFAULT_OUT,
    *,
    quiet: QuietOption = False,
    language: LanguageOption = None,
) -> None:
    """Compare two studies or scenarios: tables, a map and a summary of what changes."""
    show = _Show(_tongue(language), quiet=quiet)
    started = time.perf_counter()
    with _errors_told(show.tongue):
        with show.steps() as step, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            from wushan_geo import comparison, pipeline
            from wushan_geo.maps import map_html
            from wushan_geo.maps.comparison import comparison_map
            from wushan_geo.sources.scenarios import open_either

            step("progress.open")
            sides = [open_either(source) for source in (a, b)]
            _of_one_county(sides[0], sides[1], show.tongue)
            results = [pipeline.run_study(one, progress=step) for one in sides]
            step("progress.compare")
            found = comparison.compare(*results)
            page = map_html(comparison_map(found)).encode()
            step("progress.write")
            said = sorted({str(one.message) for one in caught})
            more = {"seconds": round(time.perf_counter() - started, 3), "warnings": said}
            record = comparison.record(*results) | more
            names = _save_comparison(found, out, {COMPARISON_MAP: page}, record)
        if not show.quiet:
            from wushan_geo import terminal

            terminal.show_comparison(found, out, names, show.tongue)


@app.command(
    help="Look at the gap from every side: reach, places, equity, clusters, causes."
    " 多角度分析覆盖缺口：可达性、名额、公平性、连片、成因。"
)
def gaps(
    study: StudyArgument = DEFAULT_STUDY,
    out: OutOption = DEFAULT_OUT,
    *,
    before: BeforeOption = None,
    quiet: QuietOption = False,
    language: LanguageOption = None,
) -> None:
    """Look at the gap from every side; print the answers and write every table."""
    show = _Show(_tongue(language), quiet=quiet)
    started = time.perf_counter()
    with _errors_told(show.tongue):
        with show.steps() as step, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            step("progress.open")
            from wushan_geo import pipeline, storage
            from wushan_geo.results import ANALYSIS_RECORD
            from wushan_geo.sources.scenarios import open_either

            opened = open_either(study)
            earlier = None if before is None else open_either(before)
            if earlier is not None:
                _comparable(earlier, opened, show.tongue)
            found = pipeline.analyse_gaps(opened, before=earlier, progress=step)
            if earlier is not None:
                found = replace(found, manifest={**found.manifest, "before": _origin(earlier)})
            step("progress.write")
            said = sorted({str(one.message) for one in caught})
            more = {"seconds": round(time.perf_counter() - started, 3), "warnings": said}
            with storage.Outputs(out, storage.made_before(out, ANALYSIS_RECORD)) as outputs:
                found.write(outputs, **more)
        if not show.quiet:
            from wushan_geo.terminal.gaps import show_gaps

            show_gaps(found, out, show.tongue)
        _tell_of_others(storage.read_manifest(out), found, show.tongue)


@app.command(
    help="Propose the next sites: proven, in order, with what they leave undone."
    " 提出布点建议：经证明最优，并说明未能解决的缺口。"
)
def site(  # noqa: PLR0913 -- what a planner may wish; each is one option
    study: StudyArgument = DEFAULT_STUDY,
    out: OutOption = DEFAULT_OUT,
    *,
    model: ask.ModelOption = "maximal-covering",
    sites: ask.SitesOption = None,
    budget: ask.BudgetOption = None,
    limit: ask.LimitOption = None,
    share: ask.ShareOption = None,
    floor: ask.FloorOption = None,
    worst_first: ask.WorstFirstOption = False,
    coverable: ask.CoverableOption = False,
    capacity: ask.CapacityOption = False,
    require: ask.RequireOption = None,
    forbid: ask.ForbidOption = None,
    at_least: ask.AtLeastOption = None,
    at_most: ask.AtMostOption = None,
    apart_km: ask.ApartOption = None,
    move: ask.MoveOption = None,
    may_close: ask.MayCloseOption = None,
    keep_covered: ask.KeepCoveredOption = False,
    phases: ask.PhasesOption = "",
    best: ask.BestOption = None,
    within: ask.WithinOption = None,
    draws: ask.DrawsOption = None,
    time_limit: ask.TimeLimitOption = None,
    quiet: QuietOption = False,
    language: LanguageOption = None,
) -> None:
    """Propose the next sites; print the plan with its proof and write every table."""
    show = _Show(_tongue(language), quiet=quiet)
    started = time.perf_counter()
    asked: list[Study] = []
    with _errors_told(show.tongue, asked):
        from wushan_geo.proposal.options import wish_of

        wish = wish_of(
            model,
            {
                "sites": sites,
                "budget": budget,
                "limit": limit,
                "share": share,
                "floor": floor,
                "at_least": at_least,
                "at_most": at_most,
                "apart_km": apart_km,
                "moves": move,
                "best": best,
                "within": within,
                "draws": draws,
                "seconds": time_limit,
            },
            phases,
            worst_first=worst_first,
            coverable=coverable,
            capacity=capacity,
            required=_each_once(require),
            forbidden=_each_once(forbid),
            may_close=_each_once(may_close),
            keep_covered=keep_covered,
        )
        with show.steps() as step, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            step("progress.open")
            from wushan_geo import pipeline, storage
            from wushan_geo.maps import map_html
            from wushan_geo.maps.siting import siting_map
            from wushan_geo.results import PROPOSAL_RECORD
            from wushan_geo.sources.scenarios import open_either

            opened = open_either(study)
            asked.append(opened)
            found = pipeline.propose_sites(opened, wish, progress=step)
            step("progress.write")
            page = map_html(siting_map(found))
            said = sorted({str(one.message) for one in caught})
            more = {"seconds": round(time.perf_counter() - started, 3), "warnings": said}
            with storage.Outputs(out, storage.made_before(out, PROPOSAL_RECORD)) as outputs:
                outputs.add(SITING_MAP, page.encode())
                found.write(outputs, **more)
        if not show.quiet:
            from wushan_geo.terminal.site import show_proposal
            from wushan_geo.wording import say

            show_proposal(found, out, show.tongue)
            typer.echo(say("siting_map.written", show.tongue, path=out / SITING_MAP))
        _tell_of_others(storage.read_manifest(out), found, show.tongue)


def _each_once(ids: list[str] | None) -> tuple[str, ...]:
    """Put ids in order; one that is given twice counts once."""
    return tuple(sorted(set(ids or ())))


def _called(study: Study, tongue: Language) -> dict[str, str]:
    """Name townships, villages and facilities by id, for telling why there is no plan."""
    from wushan_geo.siting.placed import with_candidates
    from wushan_geo.study.naming import names_of

    at = 0 if tongue == "zh" else 1
    return {one: pair[at] for one, pair in names_of(with_candidates(study)).items()}


def _origin(study: Study) -> dict[str, Any]:
    """Record which earlier study the change is told from."""
    files = study.provenance[(study.provenance["sha256"] != "").to_numpy()]
    sums = dict(zip(map(str, files["table"]), files["sha256"], strict=True))
    return {"study": study.config.id, "as_of": study.config.as_of.isoformat(), "inputs": sums}


def _tell_of_others(
    run: dict[str, Any], found: GapAnalysis | SiteProposal, tongue: Language
) -> None:
    """Say that the other files of the folder are those of another study, or of other inputs."""
    from wushan_geo.results import PROPOSAL_RECORD, same_origin
    from wushan_geo.wording import say

    if run and not same_origin(run, found.manifest):
        sites = found.RECORD == PROPOSAL_RECORD
        key = "site.beside_others" if sites else "analysis.beside_others"
        text = say(key, tongue, study=run.get("study"))
        typer.echo(text, err=True)


def _comparable(before: Study, after: Study, tongue: Language) -> None:
    """Refuse an earlier study with other villages or without times before anything is done."""
    from wushan_geo.errors import listed
    from wushan_geo.travel.times import can_travel
    from wushan_geo.wording import say

    other = sorted(set(before.villages["zone_id"]) ^ set(after.villages["zone_id"]))
    if other:
        text = say("analysis.before.villages", tongue, count=len(other), names=listed(other))
        typer.echo(text, err=True)
        raise typer.Exit(BAD_INPUT)
    for study in (before, after):
        reasons = [pair[0 if tongue == "zh" else 1] for pair in can_travel(study)]
        if reasons:
            text = say("analysis.before.times", tongue, study=study.config.id, why=reasons[0])
            typer.echo(text, err=True)
            raise typer.Exit(BAD_INPUT)


def _of_one_county(a: Study, b: Study, tongue: Language) -> None:
    """Refuse two counties before anything is worked out."""
    from wushan_geo.wording import put

    one, two = a.config, b.config
    if one.county == two.county:
        return
    values = {
        "a": (one.county_name.zh, one.county_name.en),
        "b": (two.county_name.zh, two.county_name.en),
        "code_a": one.county,
        "code_b": two.county,
    }
    told = put("compare.cli.counties", values)
    typer.echo(told[0 if tongue == "zh" else 1], err=True)
    raise typer.Exit(BAD_INPUT)


def _save_comparison(
    found: Comparison, out: Path, files: dict[str, bytes], record: dict[str, Any]
) -> list[str]:
    """Write tables, map and record of a comparison, all or nothing."""
    from wushan_geo import storage

    with storage.Outputs(out) as outputs:
        for name, content in files.items():
            outputs.add(name, content)
        for name, table in found.tables.items():
            outputs.add(f"tables/{name}.csv", storage.table_bytes(table))
        whole = record | {"outputs": dict(sorted(outputs.sums.items()))}
        outputs.add(COMPARISON_RECORD, storage.json_text(whole))
    return sorted(outputs.sums)


@app.command(
    help="Make a study folder: settings, templates, next steps. 新建研究文件夹：设定、模板和步骤。"
)
def init(
    folder: FolderArgument,
    *,
    source: FromOption = None,
    county: CountyOption = "",
    name: NameOption = "",
    name_en: EnglishOption = "",
    language: LanguageOption = None,
) -> None:
    """Make a study folder: settings, templates and what to do next."""
    tongue = _tongue(language)
    with _errors_told(tongue):
        from wushan_geo.starting import County, begun_lines, start

        told = County(county.strip(), name.strip(), name_en.strip())
        begun = start(folder, source and source.value, told if told != County() else None)
        typer.echo("\n".join(begun_lines(begun, tongue)))


def main() -> None:
    """Run the command line."""
    # A command lives for seconds, and what it makes lives as long as it does: looking for rubbish
    # seldom saves a tenth of its time and costs some megabytes.
    gc.set_threshold(100_000, 50, 50)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A log file in the system's own encoding may lack a sign: a question mark then stands
            # for it, and nothing fails.
            stream.reconfigure(errors="replace")
    app()


class _Show:
    """Progress on the terminal: what is being done, and what was found."""

    def __init__(self, tongue: Language, *, quiet: bool) -> None:
        self.tongue = tongue
        self.quiet = quiet

    @contextmanager
    def steps(self) -> Iterator[Callable[..., None]]:
        """Give a function that says which step is on."""
        if self.quiet or not sys.stderr.isatty():
            yield _nothing
            return
        from rich.console import Console

        from wushan_geo.wording import say

        with Console(stderr=True).status(say("progress.open", self.tongue)) as status:
            yield lambda key, **values: status.update(say(key, self.tongue, **values))


def _searching(step: Callable[..., None]) -> Callable[[Standing], None]:
    """Show how a search stands: its best plan so far, and what no plan can pass."""

    def tell(standing: Standing) -> None:
        step(
            "progress.searching",
            objective=f"{standing.objective:g}",
            bound=f"{standing.bound:g}",
            seconds=f"{standing.seconds:.0f}",
        )

    return tell


def _nothing(_key: str, **_values: object) -> None:
    """Say nothing."""


def _write(study: str, out: Path, show: _Show, parts: tuple[str, ...]) -> None:
    """Run a study and write some of its outputs, all or nothing."""
    started = time.perf_counter()
    with _errors_told(show.tongue):
        with show.steps() as step, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            step("progress.open")
            from wushan_geo import pipeline
            from wushan_geo.sources.scenarios import open_either

            result = pipeline.run_study(open_either(study), progress=step)
            files = _files(result, parts, step)
            step("progress.write")
            said = sorted({str(one.message) for one in caught})
            more = {"seconds": round(time.perf_counter() - started, 3), "warnings": said}
            gone = _taken_away(result, out, parts)
            names = _save(result, out, files, parts, more | gone)
        if not show.quiet:
            from wushan_geo import terminal

            terminal.show_result(result, out, names, show.tongue)
        _tell_taken_away(gone, show.tongue)


def _taken_away(result: StudyResult, out: Path, parts: tuple[str, ...]) -> dict[str, Any]:
    """Name what a full run takes away, made of another study by other commands, for the record."""
    from wushan_geo import storage
    from wushan_geo.results import APART_RECORDS

    names = result.analysis_of_others(out) if "tables" in parts else ()
    if not names:
        return {}
    records = [storage.read_manifest(out, one) for one in APART_RECORDS if one in names]
    whose = ", ".join(sorted({str(one.get("study")) for one in records}))
    return {"taken_away": {"study": whose, "files": sorted(names)}}


def _tell_taken_away(gone: dict[str, Any], tongue: Language) -> None:
    """Say which analysis or proposal is gone: nothing is lost without a word."""
    from wushan_geo.wording import say

    for one in gone.values():
        typer.echo(say("analysis.taken_away", tongue, study=one["study"]), err=True)


def _files(
    result: StudyResult, parts: tuple[str, ...], step: Callable[[str], None]
) -> dict[str, bytes]:
    """Make the pages before anything is written."""
    files: dict[str, bytes] = {}
    if "map" in parts:
        step("progress.map")
        from wushan_geo.maps import coverage_map, map_html

        files[MAP_FILE] = map_html(coverage_map(result)).encode()
    if "report" in parts:
        step("progress.report")
        from wushan_geo.reports import report_files

        made = report_files(result, ("html", "xlsx"))
        files |= {f"reports/{name}": content for name, content in made.items()}
    return files


def _save(
    result: StudyResult,
    out: Path,
    files: dict[str, bytes],
    parts: tuple[str, ...],
    more: dict[str, Any],
) -> list[str]:
    """Write the set of outputs; only a full run replaces the record of the last one."""
    from wushan_geo import storage

    full = "tables" in parts
    replaces = storage.made_before(out) + result.analysis_of_others(out) if full else ()
    with storage.Outputs(out, replaces) as outputs:
        for name, content in files.items():
            outputs.add(name, content)
        if full:
            result.write_tables(outputs)
            result.write_manifest(outputs, **more)
        else:
            result.amend_manifest(outputs)
    return sorted(outputs.sums)


@contextmanager
def _errors_told(tongue: Language, asked: Sequence[Study] = ()) -> Iterator[None]:
    """Turn every expected error into a readable message and an exit code, never a traceback."""
    from wushan_geo.errors import InfeasibleError, InputError, WushanGeoError
    from wushan_geo.wording import say

    before = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    except InputError as error:
        from wushan_geo import terminal

        typer.echo("\n".join(terminal.fault_lines(error.faults, tongue)), err=True)
        raise typer.Exit(BAD_INPUT) from error
    except InfeasibleError as error:
        typer.echo(_obstacles(error, tongue, asked), err=True)
        raise typer.Exit(BAD_INPUT) from error
    except WushanGeoError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_INPUT) from error
    except KeyboardInterrupt as error:
        typer.echo(say("cli.interrupted", tongue), err=True)
        raise typer.Exit(INTERRUPTED) from error
    except OSError as error:
        typer.echo(_not_written(error, tongue), err=True)
        raise typer.Exit(NOT_WRITTEN) from error
    finally:
        signal.signal(signal.SIGTERM, before)


def _not_written(error: OSError, tongue: Language) -> str:
    """Say that something could not be read or written; a file in place of a folder is named."""
    from wushan_geo.wording import say

    if isinstance(error, (FileExistsError, NotADirectoryError)) and error.filename:
        path = Path(str(error.filename))
        for one in (path, *path.parents):
            if one.is_file():
                return say("cli.file_not_folder", tongue, path=one)
    return say("cli.no_permission", tongue, what=error)


def _obstacles(error: InfeasibleError, tongue: Language, asked: Sequence[Study]) -> str:
    """Say why no plan meets the wish, and what would help."""
    from wushan_geo.siting.obstacles import Obstacles, told
    from wushan_geo.wording import say

    if not isinstance(error.obstacles, Obstacles):
        return str(error)
    names = _called(asked[0], tongue) if asked else {}
    lines = [*told(error.obstacles, tongue, names, say("template.unit.yuan", tongue))]
    if error.obstacles.places:
        lines.append(say("site.coverable", tongue))
    return "\n - ".join(lines)


def _stop(_number: int, _frame: object) -> None:
    """Treat a polite kill like Ctrl-C, so that nothing half-written stays behind."""
    raise KeyboardInterrupt


def _tongue(chosen: Tongue | None) -> Language:
    """Give the language asked for, else that of the system."""
    if chosen is not None:
        return "zh" if chosen is Tongue.zh else "en"
    named = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "zh" if named.lower().startswith(("zh", "chinese")) else "en"
