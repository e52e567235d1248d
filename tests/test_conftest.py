"""The rules that hold for every test hold: no network, no hidden skip, a browser or a reason."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_socket

if TYPE_CHECKING:
    from playwright.sync_api import Page

HERE = Path(__file__).resolve().parent
SKIPPED = "import pytest\n\n@pytest.mark.skip(reason='tired')\ndef test_it(): pass\n"
LEFT_OUT = "import pytest\npytest.skip('tired', allow_module_level=True)\n"
EXPECTED = "import pytest\n\n@pytest.mark.xfail(strict=True)\ndef test_it(): assert False\n"
BROWSER = "import pytest\n\n@pytest.mark.browser\ndef test_it(chromium): pass\n"


def run(folder: Path, test: str, *, ci: bool, allowed: str = "", chromium: str = "") -> str:
    """Run one test file under this conftest and give what pytest says at the end."""
    shutil.copy(HERE / "conftest.py", folder)
    shutil.copy(HERE.parent / "pyproject.toml", folder)
    (folder / "allowed_skips.txt").write_text(allowed, encoding="utf-8")
    (folder / "test_it.py").write_text(test, encoding="utf-8")
    variables = os.environ | {"CI": "true" if ci else "", "CHROMIUM": chromium}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_it.py"]
    done = subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, check=False
    )
    return done.stdout


def test_a_skip_is_a_skip_elsewhere_and_a_failure_in_ci(tmp_path: Path) -> None:
    assert "1 skipped" in run(tmp_path, SKIPPED, ci=False)
    told = run(tmp_path, SKIPPED, ci=True)

    assert "1 error" in told
    assert "test_it.py::test_it was skipped, which CI does not allow" in told


def test_a_file_that_leaves_itself_out_fails_in_ci(tmp_path: Path) -> None:
    assert "1 skipped" in run(tmp_path, LEFT_OUT, ci=False)

    assert "1 error" in run(tmp_path, LEFT_OUT, ci=True)


def test_a_skip_on_the_list_is_allowed_in_ci(tmp_path: Path) -> None:
    allowed = "# a comment\ntest_it.py::test_it  # it is tired\n"

    assert "1 skipped" in run(tmp_path, SKIPPED, ci=True, allowed=allowed)


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    assert "1 xfailed" in run(tmp_path, EXPECTED, ci=True)


def test_without_a_browser_its_tests_are_skipped_elsewhere_and_fail_in_ci(tmp_path: Path) -> None:
    elsewhere = run(tmp_path, BROWSER, ci=False, chromium="no-such-browser")
    in_ci = run(tmp_path, BROWSER, ci=True, chromium="no-such-browser")

    assert "1 skipped" in elsewhere
    assert "no Chromium on this machine: install one" in elsewhere
    assert "1 error" in in_ci


def test_each_allowed_skip_has_a_reason() -> None:
    lines = (HERE / "allowed_skips.txt").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line and not line.startswith("#")]

    assert all("  # " in row and row.split("  # ")[1].strip() for row in rows)


def test_no_test_reaches_another_machine() -> None:
    refused = (pytest_socket.SocketConnectBlockedError, UserWarning)  # it warns before it raises

    with socket.socket() as outward, pytest.raises(refused, match=r'with host "192\.0\.2\.1"'):
        outward.connect(("192.0.2.1", 80))


@pytest.mark.browser
def test_the_browser_shows_a_file_and_reaches_nothing(
    page: Page, traffic: object, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    script = "fetch('http://192.0.2.1/far').catch(() => document.body.append(' alone'))"
    file.write_text(f"<body>覆盖<script>{script}</script></body>", encoding="utf-8")

    page.goto(file.as_uri())
    page.wait_for_function("document.body.innerText.includes('alone')")

    assert page.inner_text("body") == "覆盖 alone"
    assert traffic.requests == [file.as_uri(), "http://192.0.2.1/far"]  # type: ignore[attr-defined]  # conftest cannot be imported
    assert len(traffic.errors) == 1  # type: ignore[attr-defined]  # the same


def test_of_many_cases_every_nth_is_taken_and_no_test_is_lost(tmp_path: Path) -> None:
    text = "import pytest\n\n@pytest.mark.parametrize('x', range(7))\ndef test_many(x): pass\n"
    text += "\ndef test_one(): pass\n"
    (tmp_path / "test_it.py").write_text(text, encoding="utf-8")
    shutil.copy(Path(__file__).with_name("conftest.py"), tmp_path)
    shutil.copy(Path(__file__).with_name("allowed_skips.txt"), tmp_path)

    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    found = subprocess.run([*command, "--thin", "3"], capture_output=True, text=True, check=True)

    # Cases 0, 3 and 6 of the seven, and the test that has one only.
    assert "4 passed" in found.stdout
