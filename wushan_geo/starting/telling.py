"""Say what was made, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wushan_geo.sources.opening import STUDY_FILE
from wushan_geo.starting.folders import DATA, READ_FIRST, TEMPLATES, VOCABULARY
from wushan_geo.wording import say

if TYPE_CHECKING:
    from wushan_geo.starting.folders import Begun
    from wushan_geo.wording import Language

PARTS = (
    (STUDY_FILE, "init.settings"),
    ("plan.toml", "init.plan"),
    ("ASSUMPTIONS.md", "init.assumptions"),
    (VOCABULARY, "init.vocabulary"),
)


def begun_lines(begun: Begun, tongue: Language) -> list[str]:
    r"""Lay out what was made, and the next step.

    Parameters
    ----------
    begun
        What was made.
    tongue
        Language.

    Returns
    -------
    list of str
        Lines to print.

    Raises
    ------
    UnknownIdError
        If a message is not in the table.

    Examples
    --------
    >>> from pathlib import Path
    >>> from wushan_geo.starting.folders import Begun
    >>> begun = Begun(Path("s"), ("study.toml", "templates/a.xlsx"), None, 0)
    >>> print("\n".join(begun_lines(begun, "en")[:3]))
    Made the study folder s (2 files):
      study.toml: the settings, each one explained
      templates: 1 Excel and 0 CSV templates
    """
    colon = "：" if tongue == "zh" else ": "
    lines = [say("init.done", tongue, folder=begun.shown, files=len(begun.files))]
    for name, key in PARTS:
        if name in begun.files:
            lines.append(f"  {name}{colon}{say(key, tongue)}")
    forms = [name for name in begun.files if name.startswith(f"{TEMPLATES}/")]
    books = sum(name.endswith(".xlsx") for name in forms)
    count = say("init.templates", tongue, books=books, lists=len(forms) - books)
    lines.append(f"  {TEMPLATES}{colon}{count}")
    if begun.villages:
        lines.append(f"  {say('init.prefilled', tongue, villages=begun.villages)}")
    told = {"readme": READ_FIRST, "data": DATA, "study": STUDY_FILE, "shown": begun.shown}
    key = "init.next.new" if begun.source is None else "init.next.copy"
    lines.append(say(key, tongue, **told))
    return lines
