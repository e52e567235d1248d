"""Make the folder of a study: settings, plan, assumptions, templates, and what to read first."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import pandas as pd

from wushan_geo import storage
from wushan_geo.errors import InputError
from wushan_geo.reports.templates import csv_rows, form_xlsx
from wushan_geo.sources.opening import BUILT_IN, STUDY_FILE, open_study
from wushan_geo.starting.copying import copied, with_vocabulary
from wushan_geo.starting.forms import TABLES, known_settings, known_study, list_form, office_form
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.tables import COUNTY_DIGITS
from wushan_geo.wording import MESSAGES
from wushan_geo.wording.notices import notice_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wushan_geo.errors import Fault
    from wushan_geo.starting.forms import Known

READ_FIRST = "请先读我-README.md"
VOCABULARY = "vocabulary.csv"
DATA = "data"
TEMPLATES = "templates"
LISTS = ("csv_zh", "csv_en")  # by language: Chinese headings, names of the contract
VOCABULARY_COLUMNS = ("list", "table", "column", "means", "word")
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class County:
    """What is known of the county of a new study; what is not is left to be filled in."""

    code: str = ""
    """Six-digit division code."""
    name: str = ""
    """Name in Chinese."""
    name_en: str = ""
    """Name in English."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What was made."""

    folder: Path
    """The folder of the study."""
    files: tuple[str, ...]
    """Names of the files in it, sorted."""
    source: str | None
    """Built-in study that was copied; None for a new one."""
    villages: int
    """Villages that stand in the templates; 0 where none is known."""

    @property
    def shown(self) -> str:
        """The folder as the command line takes it: the name of a built-in study is not a folder."""
        name = str(self.folder)
        return f"./{name}" if name in BUILT_IN else name


def start(folder: str | Path, source: str | None = None, county: County | None = None) -> Begun:
    """Make a study folder: all files or none, and none that is there already is touched.

    Parameters
    ----------
    folder
        Where the study shall live; made if it is not there. Other files in it stay as they are.
    source
        Built-in study to copy; None for a new study.
    county
        What is known of the county of a new study.

    Returns
    -------
    Begun
        What was made; the same request writes the same bytes.

    Raises
    ------
    InputError
        If a file of the same name is there, or what is said of the county cannot be. Nothing is
        written then.
    UnknownIdError
        If there is no such built-in study.
    OSError
        If the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     begun = start(Path(place) / "fengjie", county=County("500236", "奉节县", "Fengjie"))
    ...     "study.toml" in begun.files, "templates/残疾人数_persons.xlsx" in begun.files
    (True, True)
    """
    place = Path(folder)
    faults = list(_county_faults(source, county))
    if faults:
        raise InputError(faults)
    begun, files = _made(place, source, county or County())
    storage.recover(place)
    taken = [name for name in files if _is_there(place / name)]
    if taken:
        words, advice = rule("init_free"), hint("init_free")
        raise InputError([fault(Where(str(place / name)), words, advice) for name in taken])
    with storage.Outputs(place) as outputs:
        for name, content in files.items():
            outputs.add(name, content)
    return begun


def _is_there(path: Path) -> bool:
    """Tell whether a name is taken; a link that leads nowhere takes it as well."""
    return path.is_symlink() or path.exists()


def _county_faults(source: str | None, county: County | None) -> Iterator[Fault]:
    if county is None:
        return
    if source is not None:
        yield fault(Where("init", None, "--from", source), rule("init_alone"), hint("init_alone"))
    code = county.code
    if code and not (len(code) == COUNTY_DIGITS and code.isascii() and code.isdecimal()):
        words = rule("county_code", digits=COUNTY_DIGITS)
        yield fault(Where("init", None, "--county", code), words, hint("code_itself"))
    for option, name in (("--name", county.name), ("--name-en", county.name_en)):
        if len(name) > LONGEST_NAME or not name.isprintable():
            words = rule("init_name", most=LONGEST_NAME)
            yield fault(Where("init", None, option, name), words, hint("init_name"))


def _made(place: Path, source: str | None, county: County) -> tuple[Begun, dict[str, bytes]]:
    """Make every file before anything is written."""
    if source is None:
        files, known = _new(county)
    else:
        files, known = _copy(source)
    files[VOCABULARY] = f"{storage.BOM}{','.join(VOCABULARY_COLUMNS)}\n".encode()
    files |= _templates(known)
    begun = Begun(place, tuple(sorted(files)), source, len(known.villages))
    return begun, {name: files[name] for name in begun.files}


def _new(county: County) -> tuple[dict[str, bytes], Known]:
    title = f"{county.name}残疾人服务设施覆盖情况分析" if county.name else ""
    english = county.name_en and f"Service coverage for persons with disabilities, {county.name_en}"
    words = {
        "id": f"county-{county.code}" if county.code else "my-county",
        "title_zh": title,
        "title_en": english,
        "name_zh": county.name,
        "name_en": county.name_en,
        "code": county.code,
    }
    # A text of JSON is a text of TOML as well; the one sign that differs is not printable.
    study = _filled(
        "study.toml", {key: json.dumps(one, ensure_ascii=False) for key, one in words.items()}
    )
    told = {"title": county.name or "本县"}
    files = {
        STUDY_FILE: study,
        "plan.toml": _filled("plan.toml", {}),
        "ASSUMPTIONS.md": _filled("ASSUMPTIONS.md", {}),
        f"{DATA}/README.md": _filled("data.md", {}),
        READ_FIRST: _filled("readme_new.md", told),
    }
    return files, known_settings(tomllib.loads(study.decode()))


def _copy(source: str) -> tuple[dict[str, bytes], Known]:
    study = open_study(source)
    files = copied(source)
    text = files[STUDY_FILE].decode()
    files[STUDY_FILE] = with_vocabulary(text, tomllib.loads(text)["tables"]).encode()
    states = {
        "notice.demonstration": study.demonstration,
        "notice.facts": study.config.facts_only,
        "notice.fictional": study.config.fictional,
    }
    county = study.config.county_name
    keys = [key for key, holds in states.items() if holds]
    notices = notice_texts(keys, (county.zh, county.en)).values()
    told = {
        "source": source,
        "title": study.config.title.zh,
        "title_en": study.config.title.en,
        "notice_zh": "\n\n".join(zh for zh, _ in notices),
        "notice_en": "\n\n".join(en for _, en in notices),
    }
    files[READ_FIRST] = _filled("readme_copy.md", told)
    return files, known_study(study)


def _filled(name: str, words: Mapping[str, str]) -> bytes:
    """Read a text that ships with the package and put words into it."""
    text = resources.files(__package__).joinpath("folder", name).read_text(encoding="utf-8")
    return Template(text).substitute(words).encode() if words else text.encode()


def _templates(known: Known) -> dict[str, bytes]:
    """Make the templates of every table: a workbook, and a text file under each set of headings."""
    files: dict[str, bytes] = {}
    for table in TABLES:
        zh = MESSAGES[f"template.file.{table}"][0]
        files[f"{TEMPLATES}/{zh}_{table}.xlsx"] = form_xlsx(office_form(table, known))
        for at, folder in enumerate(LISTS):
            head, *rows = csv_rows(list_form(table, known, at), at)
            content = storage.table_bytes(pd.DataFrame(rows, columns=head, dtype="str"))
            files[f"{TEMPLATES}/{folder}/{(zh, table)[at]}.csv"] = content
    return files
