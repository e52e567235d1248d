"""Set up this project in its own folder and run it, with nothing but Python.

    python3 bootstrap.py run [arguments of wushan-geo run]
    python3 bootstrap.py test [arguments of pytest]
    python3 bootstrap.py setup [notebook | test | dev]   only install

The first call makes `.venv` in this folder and installs the project there; later calls find it
ready. Nothing outside the folder is changed, pip's cache included.
"""

# This file has to be readable by an old Python too, so that it can say that it is too old.

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "wushan-geo.json"
LOG = VENV / "install.log"
NEEDED = (3, 11)
MOST_WORKERS = 8  # each test worker loads the geometry libraries, about 250 MB
CONTAINS = {  # what an installed extra brings with it
    "": ("",),
    "notebook": ("", "notebook"),
    "test": ("", "notebook", "test"),
    "dev": ("", "notebook", "test", "dev"),
}
OFFLINE_SIGNS = (
    "failed to establish a new connection",
    "name resolution",
    "getaddrinfo",
    "nodename nor servname",
    "network is unreachable",
    "connection refused",
    "timed out",
    "proxyerror",
)


class SetupError(Exception):
    """The environment cannot be made; the message says why and what to do."""


def main(arguments: list[str]) -> int:
    """Do what the first argument says and give the exit code."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    try:
        if command == "run":
            install("")
            return call([str(script("wushan-geo")), "run", *rest])
        if command == "test":
            install("test")
            return call([python(), "-m", "pytest", *workers(rest), *rest], folder=ROOT)
        if command == "setup" and "".join(rest) in CONTAINS:
            install("".join(rest))
            return 0
    except SetupError as error:
        print(f"bootstrap: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(__doc__.strip())
    return 0 if command in ("-h", "--help", "help") else 2


def install(extra: str) -> None:
    """Make the environment and install the project with an extra, unless that was done before."""
    check_interpreter()
    key = fingerprint()
    done = read_stamp()
    kept = done.get("extra", "")  # `run` after `test` must not forget what the tests need
    covered = extra in CONTAINS.get(kept, ())
    if covered and done.get("key") == key:
        return
    began = time.monotonic()
    make_environment()
    kept = kept if covered else extra
    STAMP.unlink(missing_ok=True)
    say("installing the project and what it needs (once; a few minutes on a slow line) ...")
    pip_install(kept)
    STAMP.write_text(json.dumps({"key": key, "extra": kept}), encoding="utf-8")
    say(f"ready after {time.monotonic() - began:.0f} s")


def check_interpreter() -> None:
    """Refuse a Python that is too old or that lacks the parts to make an environment."""
    if sys.version_info < NEEDED:
        raise SetupError(
            f"Python {NEEDED[0]}.{NEEDED[1]} or newer is needed, and this is "
            f"{platform.python_version()} ({sys.executable}). "
            "Call this file with a newer one, for example: python3.12 bootstrap.py run"
        )
    missing = [one for one in ("venv", "ensurepip") if importlib.util.find_spec(one) is None]
    if missing:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise SetupError(
            f"this Python has no module {' and no '.join(missing)}, which makes environments. "
            f"On Debian and Ubuntu: sudo apt install python{version}-venv"
        )


def fingerprint() -> str:
    """Give what decides whether an environment still fits: requirements, interpreter and place."""
    parts = [
        (ROOT / "pyproject.toml").read_bytes(),
        platform.python_version().encode(),
        f"{sys.platform} {platform.machine()}".encode(),
        str(ROOT).encode(),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def read_stamp() -> dict[str, str]:
    """Read what was installed last, or nothing where that is not known."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and Path(python()).exists() else {}


def make_environment() -> None:
    """Make `.venv`, or make it anew where it is of another Python or broken."""
    if runs():
        return
    if VENV.exists():
        say("the environment in .venv is of another Python or incomplete: making it anew")
        shutil.rmtree(VENV)
    say(f"making an environment in .venv with Python {platform.python_version()}")
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        env=environment(),
    )
    if made.returncode or not runs():
        raise SetupError(f"no environment could be made in {VENV}:\n{tail(made.stdout)}")


def runs() -> bool:
    """Tell whether the environment's Python is there, has pip and is of this version."""
    if not Path(python()).exists():
        return False
    asked = "import pip, platform, sys; print(platform.python_version(), sys.prefix)"
    answer = subprocess.run(
        [python(), "-c", asked],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        errors="replace",
        check=False,
        env=environment(),
    )
    return answer.stdout.strip() == f"{platform.python_version()} {VENV}"


def pip_install(extra: str) -> None:
    """Install the project with an extra; on failure say what pip said at the end."""
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    editable = ["--editable"] if can_be_editable() else []
    # Python compiles a module when it is first used; pip would compile all ten thousand before.
    options = ["--no-input", "--no-cache-dir", "--no-compile"]
    command = [python(), "-m", "pip", "install", *options, *editable, target]
    with LOG.open("w", encoding="utf-8", errors="replace") as log:
        done = subprocess.run(
            command, stdout=log, stderr=subprocess.STDOUT, check=False, env=environment(), cwd=ROOT
        )
    if done.returncode:
        said = LOG.read_text(encoding="utf-8", errors="replace")
        raise SetupError(f"{reason(said)}\nThe end of {LOG}:\n{tail(said)}")


def can_be_editable() -> bool:
    """Tell whether the environment may point at this folder instead of holding a copy of it.

    Python before 3.13 reads such pointers in the code page of Windows, and would not find a
    folder with Chinese in its name.
    """
    return os.name != "nt" or str(ROOT).isascii()


def reason(said: str) -> str:
    """Say in one sentence why an installation failed."""
    low = said.lower()
    if any(sign in low for sign in OFFLINE_SIGNS):
        return (
            "the packages could not be fetched: there is no way to the package index from here. "
            "A proxy is named in HTTPS_PROXY, a mirror of the index in PIP_INDEX_URL."
        )
    if "no space left" in low:
        return "the disk is full: about 1.5 GB are needed."
    return "the installation failed."


def environment() -> dict[str, str]:
    """Give a child's variables: the caller's, less those that would mix another Python in."""
    strange = (
        *("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "VIRTUAL_ENV"),
        "PYTHONDONTWRITEBYTECODE",  # what is compiled at first use is kept for the next start
    )
    kept = {name: value for name, value in os.environ.items() if name not in strange}
    kept["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    kept["PYTHONUTF8"] = "1"  # Chinese text on Windows, whatever its code page
    if not can_be_editable():
        kept["PYTHONPATH"] = str(ROOT)  # so that it is this folder that runs, and not the copy
    return kept


def workers(arguments: list[str]) -> list[str]:
    """Give pytest one worker a core, unless the caller decides or debugs."""
    decided = any(
        one.startswith(("-n", "--numprocesses", "--pdb", "no:xdist")) for one in arguments
    )
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    if decided or cores == 1:
        return []
    # One file stays on one worker: its costly fixtures are then made once. Files come in the order
    # that tests/conftest.py gives them, the long ones first, so that no worker waits at the end.
    how = ["--dist", "loadfile", "--no-loadscope-reorder"]
    return ["-n", str(min(cores, MOST_WORKERS)), *how]


def call(command: list[str], folder: Path | None = None) -> int:
    """Run a command to its end and give its exit code."""
    return subprocess.run(command, check=False, env=environment(), cwd=folder).returncode


def script(name: str) -> Path:
    """Give the path of a command in the environment."""
    return VENV / "Scripts" / f"{name}.exe" if os.name == "nt" else VENV / "bin" / name


def python() -> str:
    """Give the path of the environment's Python."""
    return str(script("python"))


def tail(text: str, lines: int = 12) -> str:
    """Give the last lines of a text, indented."""
    return "\n".join(f"  {line}" for line in text.strip().splitlines()[-lines:])


def say(text: str) -> None:
    """Tell the user what goes on, apart from what the command itself prints."""
    print(f"bootstrap: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
