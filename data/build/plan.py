"""The plan as data, and who its services are for: read from the facts, never from memory.

Targets, their reading (at least, or strictly more), whether they add up over the years and where
they stand come from ``plan_figures.csv``; lead and responsible units from ``tasks.csv`` as printed.
What the annex does not name is said so and never guessed. The rules in plain words and the
denominators stand in ``plan_words.toml``.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from assumptions import worded
from common import read_facts, write_csv, write_text
from persons import TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assumptions import Assumption

DOCUMENT = "巫山府发〔2022〕9号"
# The printed title is not among the facts: this describes the document, and its number names it.
TITLE = {
    "zh": "巫山县残疾人五年规划（2021—2025年）",
    "en": "five-year plan for persons with disabilities, Wushan County, 2021-2025",
}
QUOTE = {
    "zh": "乡乡有设施（机构）、村村有服务内容",
    "en": "a facility (body) in every township, service content in every village",
}
NOT_NAMED = "附件未列明 / not named in the annex"
VILLAGE_FORCE = "must"
"""The facts hold no weakening word for the village promise, as 普遍 is for the township one."""

TOWNSHIP_KINDS = ("sunshine_home", "home_of_disabled", "welfare_home", "community_service_centre")
"""Facilities and bodies of a township that keep its promise, hosted ones among them."""
PROFILE = ("concentrated_care", "day_care", "community_rehab", "sheltered_employment")
"""The four services named beside the township promise."""
VILLAGE_SERVICES = ("visiting", "community_care", "neighbour_help")
PSYCHIATRIC = "psychiatric_community_rehab"
COUNTY_KINDS = ("county_rehab_centre", "county_care_centre")
"""Facilities that full coverage at county level asks for: one rule each, so that both count."""

TRUSTEESHIP = ("concentrated_care", "day_care", "sheltered_employment")
TRUSTEESHIP_TYPES = {"intellectual": "any", "mental": "any", "physical": "severe"}
"""Types that trusteeship is for, with the severity asked."""

WORDS = Path(__file__).resolve().parent / "plan_words.toml"
"""The rules in plain words, and over whom each indicator is counted."""


def clause(where: str) -> str:
    """Write a place in the plan in both languages, from its English form in the facts.

    Raises
    ------
    KeyError
        If a chapter or section is numbered beyond nine.

    Examples
    --------
    >>> clause("Chapter 3 section 3, Box 8 item 1")
    '第三章第三节专栏8第1项 (Chapter 3 section 3, Box 8 item 1)'
    """
    zh = re.sub(r"Chapter (\d)", lambda found: f"第{_DIGITS[found[1]]}章", where)
    zh = re.sub(r" section (\d)", lambda found: f"第{_DIGITS[found[1]]}节", zh)
    zh = re.sub(r"[, ]+(item|row) (\d+)", lambda found: f"第{found[2]}{_PARTS[found[1]]}", zh)
    zh = re.sub(r",? Box (\d+)", r"专栏\1", zh)
    zh = re.sub(r"annex tasks? (\d+)", r"附件任务\1", zh).replace("; ", "；")
    return f"{zh} ({where})"


def task_units(number: int | None) -> tuple[str, str]:
    """Give the lead and the responsible units of a task of the annex, as printed.

    Parameters
    ----------
    number
        Task number; None where the annex holds no task for it.

    Raises
    ------
    KeyError
        If there is no such task.

    Examples
    --------
    >>> task_units(25)
    ('县残联、县民政局', '附件未列明 / not named in the annex')
    """
    if number is None:
        return NOT_NAMED, NOT_NAMED
    tasks = read_facts("tasks").set_index("no").loc[str(number)]
    return tasks["lead_units"] or NOT_NAMED, tasks["responsible_units"] or NOT_NAMED


def rules() -> list[dict[str, Any]]:
    """Give what the plan asks of the county, its townships and its villages.

    Raises
    ------
    KeyError
        If a figure the rules rest on is missing from the facts.

    Examples
    --------
    >>> [rule["id"] for rule in rules()][:2]
    ['township_facility', 'village_service']
    """
    township, village, psychiatric, county = (
        "township_facility_coverage",
        "village_service_coverage",
        "psychiatric_community_rehab_share",
        "county_facility_coverage",
    )
    centre = "Chapter 3 section 3 item 3; Chapter 3 section 3, Box 8 item 1"
    in_township, in_county = "any_facility_in_township", "facility_of_kind_in_county"
    return [
        _rule("township_facility", in_township, "general", township, task=25, kinds=TOWNSHIP_KINDS),
        _rule(
            "village_service",
            "any_service_in_village",
            VILLAGE_FORCE,
            village,
            services=VILLAGE_SERVICES,
        ),
        _rule(
            "psychiatric_rehab",
            "share_of_townships_with_service",
            "must",
            psychiatric,
            services=(PSYCHIATRIC,),
        ),
        _rule("county_rehab_centre", in_county, "must", county, task=20, kinds=COUNTY_KINDS[:1])
        | {"clause": clause(centre)},
        _rule("county_full_coverage", in_county, "must", county, task=20, kinds=COUNTY_KINDS[1:]),
    ]


def indicators() -> list[dict[str, Any]]:
    """Give the eleven headline indicators in the order of the plan.

    Raises
    ------
    ValueError
        If the facts do not hold as many as the plan counts.

    Examples
    --------
    >>> [one["number"] for one in indicators() if one["operator"] == ">"]
    [6, 7]
    """
    figures = read_facts("plan_figures")
    rows = figures[figures["key"].str.startswith("indicator_")]
    rows = rows[rows["key"].str.fullmatch(r"indicator_\d\d_.*")]
    if len(rows) != int(_figure("indicator_count")):
        raise ValueError(f"The facts hold {len(rows)} indicators, not as many as the plan counts.")
    return [_indicator(row) for row in rows.to_dict("records")]


def document() -> dict[str, Any]:
    """Put the plan together as the content of ``plan.toml``.

    Raises
    ------
    ValueError
        If the facts do not hold eleven indicators.

    Examples
    --------
    >>> sorted(document())
    ['indicators', 'plan', 'profiles', 'rules']
    """
    head = {
        "title": TITLE,
        "document": DOCUMENT,
        "issued": Bare(_figure("issue_date")),
        "years": [int(_figure("plan_start_year")), int(_figure("plan_end_year"))],
        "quote": QUOTE,
    }
    place = _figure_clause("township_facility_coverage")
    profiles = [{"service": service, "force": "general", "clause": place} for service in PROFILE]
    return {"plan": head, "rules": rules(), "profiles": profiles, "indicators": indicators()}


def eligibility() -> pd.DataFrame:
    """Say whom each service is for, by type, severity and age jointly.

    Trusteeship (concentrated and day care) and sheltered employment are for persons of 16 to 59
    years who are intellectually, mentally or severely physically disabled; a type that the plan
    does not name is written ``no``.
    What has no row is not eligible.

    Raises
    ------
    KeyError
        If a clause is missing from the facts.

    Examples
    --------
    >>> table = eligibility()
    >>> len(table[(table["service"] == "day_care") & (table["eligible"])])
    3
    """
    where = read_facts("services").set_index("key")["where_in_plan"]
    band = "age_{}_{}".format(*_working_age())
    # Ages are stated for trusteeship; sheltered employment names the same types in its own clause.
    work = "Chapter 3 section 2 item 2; Chapter 3 section 2, Box 4 item 6"
    trusteeship = dict.fromkeys(TRUSTEESHIP, _figure_clause("trusteeship_age_min"))
    trusteeship["sheltered_employment"] = clause(work)
    rows = [
        (service, kind, TRUSTEESHIP_TYPES.get(kind, "any"), band, kind in TRUSTEESHIP_TYPES, place)
        for service, place in trusteeship.items()
        for kind in TYPES
    ]
    for service, key in _FOR_ALL.items():
        place = clause(str(where[key]))
        rows += [(service, kind, "any", "any", True, place) for kind in TYPES]
    rows.append((PSYCHIATRIC, "mental", "severe", "any", True, clause(str(where[PSYCHIATRIC]))))
    columns = ["service", "type", "severity", "age_band", "eligible", "clause"]
    return pd.DataFrame(rows, columns=columns).sort_values(
        ["service", "type"], kind="stable", ignore_index=True
    )


def assumptions(out: Path) -> list[Assumption]:
    """List what this step reads into the plan beyond its figures.

    Raises
    ------
    KeyError
        If a figure is missing from the facts.

    Examples
    --------
    >>> assumptions(Path())[0].key
    'plan.village_service.force'
    """
    del out  # every value stands in this module or in the facts
    return worded(
        {
            "plan.village_service.force": VILLAGE_FORCE,
            "plan.township_facility.kinds": list(TOWNSHIP_KINDS),
            "plan.county_full_coverage.kinds": list(COUNTY_KINDS),
            "eligibility.sheltered_employment.age": list(_working_age()),
            "eligibility.multiple": "multiple" in TRUSTEESHIP_TYPES,
        }
    )


def toml(content: Mapping[str, Any]) -> str:
    """Write the plan as TOML: ``[plan]`` first, then each list of tables.

    Raises
    ------
    TypeError
        If a value has no TOML form here.

    Examples
    --------
    >>> print(toml({"plan": {"years": [2021, 2025]}, "rules": [{"id": "a", "target": 0.8}]}))
    [plan]
    years = [2021, 2025]
    <BLANKLINE>
    [[rules]]
    id = "a"
    target = 0.8
    <BLANKLINE>
    """
    blocks = []
    for name, part in content.items():
        heads = (
            [(f"[{name}]", part)]
            if isinstance(part, dict)
            else [(f"[[{name}]]", one) for one in part]
        )
        blocks += [
            "\n".join([head, *(f"{key} = {_toml_value(value)}" for key, value in table.items())])
            for head, table in heads
        ]
    return "\n\n".join(blocks) + "\n"


class Bare(str):
    """A text that TOML writes without quotes: a date."""

    __slots__ = ()


def build(out: Path) -> None:
    """Write ``wushan/plan.toml`` and ``wushan/eligibility.csv``.

    Raises
    ------
    ValueError
        If the facts do not hold eleven indicators.
    OSError
        If a file cannot be written.

    Examples
    --------
    See ``tests/test_data_wushan.py``.
    """
    head = (
        f"# {TITLE['zh']}，{DOCUMENT}\n"
        "# 由 data/build 从公开事实生成，请勿手工修改。\n"
        "# Generated by data/build from the public facts: do not edit by hand.\n"
        '# Operators: ">=" reads at least, ">" strictly more, "tracks" another series.\n\n'
    )
    write_text(out / "wushan" / "plan.toml", head + toml(document()))
    write_csv(out / "wushan" / "eligibility.csv", eligibility())


_LEVELS = {
    "any_facility_in_township": "township",
    "any_service_in_village": "village",
    "share_of_townships_with_service": "township",
    "facility_of_kind_in_county": "county",
}
_FOR_ALL = {"community_rehab": "community_rehab", "county_rehab": "county_rehab_centre"}
_DIGITS = dict(zip("123456789", "一二三四五六七八九", strict=True))
_PARTS = {"item": "项", "row": "行"}


def _figure(key: str) -> str:
    return str(read_facts("plan_figures").set_index("key").loc[key, "value"])


def _working_age() -> tuple[int, int]:
    return int(_figure("trusteeship_age_min")), int(_figure("trusteeship_age_max"))


def _figure_clause(key: str) -> str:
    return clause(str(read_facts("plan_figures").set_index("key").loc[key, "where_in_plan"]))


def _rule(name: str, test: str, force: str, figure: str, **more: Any) -> dict[str, Any]:
    lead, responsible = task_units(more.get("task"))
    return {
        "id": name,
        "level": _LEVELS[test],
        "test": test,
        "force": force,
        "services": list(more.get("services", ())),
        "kinds": list(more.get("kinds", ())),
        "target": int(_figure(figure)) / 100,
        "text": _words("rules", name),
        "clause": _figure_clause(figure),
        "lead_units": lead,
        "responsible_units": responsible,
    }


def _words(part: str, name: str) -> dict[str, str]:
    figures = {
        "share": _figure("psychiatric_community_rehab_share"),
        "least": _figure("psychiatric_community_rehab_townships"),
        "townships": _figure("townships_staffed"),
        "start": _figure("plan_start_year"),
        "end": _figure("plan_end_year"),
    }
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))[part][name]
    return {language: text.format(**figures) for language, text in words.items()}


def _indicator(row: Mapping[Any, str]) -> dict[str, Any]:
    number = int(row["key"].split("_")[1])
    operator = row["reading"] if row["reading"] in {">=", ">"} else "tracks"
    one: dict[str, Any] = {
        "id": row["key"],
        "number": number,
        "name": {"zh": row["what_zh"], "en": row["what_en"]},
    }
    if operator != "tracks":
        one["target"] = int(row["value"])
    one |= {
        "operator": operator,
        "unit": row["unit"],
        "kind": "binding" if row["figure_kind"].endswith("_binding") else "anticipatory",
        "accumulates": row["accumulates"] == "cumulative",
    }
    if row["key"] in _BASELINES:
        one["baseline"] = int(_figure(_BASELINES[row["key"]]))
    one["denominator"] = _words("denominators", str(number))
    one["clause"] = clause(row["where_in_plan"])
    return one


# The other baselines of the plan count something else (see the denominators): not to stand here.
_BASELINES = {"indicator_08_compulsory_enrolment": "compulsory_education_baseline"}


def _toml_value(value: Any) -> str:
    if isinstance(value, Bare):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(_toml_value(one) for one in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_toml_value(one)}' for key, one in value.items())} }}"
    raise TypeError(f"No TOML form for {type(value).__name__}.")
