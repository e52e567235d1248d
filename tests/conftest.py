"""What holds for every test: no network, no hidden skip, the same random cases in CI each time."""

from __future__ import annotations

import gc
import os
import shutil
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyproj
import pytest
import shapely
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from playwright.sync_api import Browser, Page

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
ALLOWED_SKIPS = Path(__file__).with_name("allowed_skips.txt")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_ARGUMENTS = [
    "--no-sandbox",  # a container has no user namespaces to make a sandbox of
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

for _name, _derandomize in (("local", False), ("ci", True)):
    settings.register_profile(
        _name,
        max_examples=50,  # where a test does not say how many
        deadline=None,  # a busy machine is no fault of the code
        derandomize=_derandomize,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("ci" if IN_CI else "local")


def pytest_report_header() -> list[str]:
    """Name what decides numbers: the geometry libraries and the solver."""
    packages = [f"{name} {_version(name)}" for name in ("geopandas", "shapely", "highspy")]
    geos = ".".join(str(part) for part in shapely.geos_version)
    return [
        ", ".join([*packages, f"GEOS {geos}", f"PROJ {pyproj.proj_version_str}"]),
        f"browser: {browser_path() or 'none'}; in CI: {'yes' if IN_CI else 'no'}",
    ]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run take only some of the cases of each test."""
    parser.addoption(
        "--thin",
        type=int,
        default=1,
        metavar="N",
        help="of the cases of each parametrised test take every Nth, the first one included",
    )


# Files that take longest, some with few tests: begun last, they would keep one worker busy alone.
LONG = (
    "test_notebooks.py", "test_cli.py", "test_analysis_answer.py", "test_siting_battery.py",
    "test_proposal_models.py", "test_sources_elsewhere.py", "test_dialects.py",
    "test_cli_roads.py", "test_cli_compare.py", "test_cli_gaps.py", "test_docs_roads.py",
    "test_data_boundaries.py", "test_maps_browser.py", "test_maps_siting_browser.py",
    "test_terminal_gaps.py", "test_checking.py", "test_pipeline.py", "test_wording.py",
    "test_access_contract.py", "test_access_agents.py", "test_travel_network_kernels.py",
    "test_travel_isochrones.py", "test_architecture.py", "test_reports_browser.py",
)  # fmt: skip


def long_ones_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """Put the files that take longest first; the others keep their order."""
    place = {name: at for at, name in enumerate(LONG)}
    return sorted(items, key=lambda item: place.get(item.path.name, len(LONG)))


def thinned(items: list[pytest.Item], every: int) -> list[pytest.Item]:
    """Keep every Nth case of each test; a test of one case stays."""
    seen: dict[str, int] = {}
    kept = []
    for item in items:
        test = item.nodeid.partition("[")[0]
        seen[test] = seen.get(test, -1) + 1
        if seen[test] % every == 0:
            kept.append(item)
    return kept


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave browser tests out where there is no browser; in CI they then fail instead."""
    items[:] = long_ones_first(thinned(items, config.getoption("--thin")))
    if IN_CI or browser_path() is not None:
        return
    reason = "no Chromium on this machine: install one, or name it in CHROMIUM"
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_collection_finish() -> None:
    """Spare the search for garbage the libraries and the thousands of tests, which all stay."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test has failed, unless the short list allows it."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        _police(report, item.nodeid)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI a file that leaves itself out has failed as well."""
    report = yield
    if report.skipped:
        _police(report, collector.nodeid)
    return report


def _police(report: Any, nodeid: str) -> None:
    if IN_CI and nodeid not in allowed_skips():
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = (
            f"{nodeid} was skipped, which CI does not allow "
            f"(tests/allowed_skips.txt lists exceptions): {reason}"
        )


def allowed_skips() -> dict[str, str]:
    """Read the tests that CI may skip, with the reason of each."""
    lines = ALLOWED_SKIPS.read_text(encoding="utf-8").splitlines()
    rows = [line.partition("  # ") for line in lines if line and not line.startswith("#")]
    return {nodeid.strip(): reason.strip() for nodeid, _, reason in rows}


def browser_path() -> str | None:
    """Find a Chromium: the one named in CHROMIUM, else one on the path."""
    named = os.environ.get("CHROMIUM")
    found = (shutil.which(name) for name in ([named] if named else BROWSERS))
    return next((path for path in found if path), None)


@dataclass
class Traffic:
    """What a page asked for and complained about since it was opened."""

    requests: list[str] = field(default_factory=list)
    """Every address asked for, but for the ones inside the page (data and blob)."""
    errors: list[str] = field(default_factory=list)
    """Every error on the console and every exception in a script."""


# One browser a file and not one a session: while playwright runs, its event loop hinders other
# tests in the same process that start one, such as those that execute notebooks.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start a real Chromium, to be driven through playwright."""
    from playwright.sync_api import sync_playwright

    path = browser_path()
    if path is None:
        pytest.fail("no Chromium on this machine: install one, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Open an empty page with the network cable out."""
    context = chromium.new_context(
        offline=True, locale="zh-CN", viewport={"width": 1280, "height": 900}
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def traffic(page: Page) -> Traffic:
    """Record what the page asks for and complains about; ask for it before the page is opened."""
    seen = Traffic()

    def on_request(request: Any) -> None:
        if not request.url.startswith(("data:", "blob:")):
            seen.requests.append(request.url)

    def on_console(message: Any) -> None:
        if message.type == "error":
            seen.errors.append(message.text)

    page.on("request", on_request)
    page.on("console", on_console)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    return seen


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a case by the length of its bytes: a zip holds the time, and every worker makes it."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None
