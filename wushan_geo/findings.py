"""What a run found, in sentences: the answer first, then what limits it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.access.eligibility import AT_HOME, NOT_KNOWN, PARTLY, group_count
from wushan_geo.access.gaps import REACHED, UNKNOWN
from wushan_geo.access.profiles import county_by_profile
from wushan_geo.access.survey import summed, timed_services
from wushan_geo.policy.reach import count_words, range_words, reach_words, spreads
from wushan_geo.siting.programme import plan_name
from wushan_geo.study.roads import PERCENT
from wushan_geo.study.standard_profiles import profile_name
from wushan_geo.study.travelling import CONDITIONS
from wushan_geo.travel.conditions import roads_of, standing_sentences
from wushan_geo.travel.detour import detour_factor
from wushan_geo.wording import LANGUAGES, both, put, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wushan_geo.siting.programme import NextSites
    from wushan_geo.study.config import ServiceConfig
    from wushan_geo.study.study import Study
    from wushan_geo.travel.conditions import StandingRoads
    from wushan_geo.travel.profiles import ProfileTimes
    from wushan_geo.travel.times import TravelInterval

COLUMNS = ["finding_id", "topic", "severity", "zone_id", "value", "unit", "text_zh", "text_en"]
NAMES_SHOWN = 8  # units that a sentence spells out
PROMISES = {
    "township_promise": "any_facility_in_township",
    "village_promise": "any_service_in_village",
}
LACKABLE = {
    "facilities": "facilities",
    "persons": "persons",
    "services": "services",
    "roads": "road_edges",
}

COUNTED = {AT_HOME: "at_home", PARTLY: "partly", NOT_KNOWN: "registered"}

WARNINGS = {
    "unreachable": "finding.unreachable",
    "unknown_class": "finding.unknown_class",
    "depends": "finding.depends",
    "border": "finding.border",
}

# What rests on modelled inputs in a demonstration says so in its own sentence, not only above it.
OF_MODELLED = {
    "reach", "next_site", "plan", "ceiling", "unreachable", "unknown_class", "depends", "border",
    "condition", "profiles",
}  # fmt: skip

Text = tuple[str, str]


@dataclass(slots=True)
class Findings:
    """Collects sentences; each holds the number it is about."""

    study: Study
    rows: list[dict[str, object]] = field(default_factory=list)

    def add(
        self,
        topic: str,
        severity: str,
        text: Text,
        *,
        value: float = float("nan"),
        unit: str = "",
        zone: str = "",
    ) -> None:
        """Add one sentence in both languages.

        Parameters
        ----------
        topic
            What it is about.
        severity
            answer, warning or info.
        text
            The sentence in Chinese and English.
        value
            The number that it is about; NaN for none.
        unit
            Unit of the number.
        zone
            Unit that it is about; the county if empty.

        Raises
        ------
        IndexError
            If the text is not a pair.
        """
        if self.study.demonstration and topic in OF_MODELLED:
            text = put("finding.demonstration", {"text": text})
        elif self.study.scenario is not None and topic in OF_MODELLED:
            text = put("finding.scenario", {"text": text})
        self.rows.append(
            {
                "finding_id": f"f{len(self.rows) + 1:02d}",
                "topic": topic,
                "severity": severity,
                "zone_id": zone or self.study.config.county,
                "value": value,
                "unit": unit,
                "text_zh": text[0],
                "text_en": text[1],
            }
        )

    def table(self) -> pd.DataFrame:
        """Give the result table ``findings``.

        Returns
        -------
        DataFrame
            One row a sentence, in the order in which they were added.

        Raises
        ------
        ValueError
            Never for sentences added through :meth:`add`.
        """
        table = pd.DataFrame(self.rows, columns=COLUMNS)
        table["value"] = table["value"].astype(float)
        return table


def promises(found: Findings, board: pd.DataFrame) -> None:
    """Say how far the two promises hold: officially, and for demonstration where that is all.

    Parameters
    ----------
    found
        Where the sentences go.
    board
        The result table ``scoreboard``.

    Raises
    ------
    KeyError
        If a column is missing.
    """
    plan = found.study.plan
    if plan is None:
        return
    for topic, test in PROMISES.items():
        for rule in (one for one in plan.rules if one.test == test):
            own = board[(board["rule"] == rule.id).to_numpy()]
            _promise(found, topic, own, "verdict", f"finding.{topic}", "pass")
            if topic == "township_promise":
                _units(found, own, "verdict", "finding.failed_units")
            if found.study.demonstration:
                key = f"finding.demonstration.{topic}"
                _promise(found, f"demonstration_{topic}", own, "demonstration_verdict", key, "pass")
            if found.study.demonstration and topic == "township_promise":
                key = "finding.demonstration.failed_units"
                _units(found, own, "demonstration_verdict", key)


def _promise(
    found: Findings, topic: str, own: pd.DataFrame, column: str, key: str, counted: str
) -> None:
    counts = own[column].value_counts()
    failed = own[(own[column] == "fail").to_numpy()]
    values = {
        "total": len(own),
        "passed": int(counts.get("pass", 0)),
        "failed": len(failed),
        "unclear": int(counts.get("cannot_assess", 0)),
        "persons": count_words(float(failed["persons"].sum(min_count=1)) if len(failed) else 0.0),
    }
    text = put(key, values)
    unit = "townships" if "township" in topic else "villages"
    found.add(topic, "answer", text, value=float(counts.get(counted, 0)), unit=unit)


def _units(found: Findings, own: pd.DataFrame, column: str, key: str) -> None:
    failed = own[(own[column] == "fail").to_numpy()]
    if len(failed):
        text = put(key, {"names": _names(failed)})
        found.add("failed_units", "answer", text, value=float(len(failed)), unit="townships")


def _names(rows: pd.DataFrame) -> Text:
    """List the first few names in both languages, and count them all."""
    english = rows["name_en"].where(rows["name_en"].notna(), rows["name"])
    texts = []
    for language, names in zip(LANGUAGES, (rows["name"], english), strict=True):
        shown = say("names.separator", language).join(names.head(NAMES_SHOWN))
        more = say("units.more", language, count=len(names)) if len(names) > NAMES_SHOWN else ""
        texts.append(f"{shown}{more}")
    return texts[0], texts[1]


def reach(found: Findings, gaps: pd.DataFrame) -> None:
    """Say how many reach each service within its limits, and what is not firm.

    Parameters
    ----------
    found
        Where the sentences go.
    gaps
        The result table ``gaps``.

    Raises
    ------
    KeyError
        If a column is missing.
    """
    study = found.study
    _idle(found)  # before all that one might think rests on them
    county = pd.Series(study.config.county, index=gaps.index)
    spread = spreads(summed(gaps, county))
    for service in timed_services(study):
        by_limit = spread[study.config.county, service.key]
        own = by_limit[service.limit or 0.0]
        if own.blind:
            continue
        severity = "answer" if service.key == study.config.headline else "info"
        text = put("finding.reach", reach_words(service, by_limit))
        found.add("reach", severity, text, value=own.persons, unit="persons")
        at_limit = (gaps["service"] == service.key) & (gaps["limit"] == service.limit)
        rows = gaps[at_limit.to_numpy()]
        _reach_warnings(found, rows, service)
        if service.key == study.config.headline:
            _conditions(found, rows, service)


def _reach_warnings(found: Findings, rows: pd.DataFrame, service: ServiceConfig) -> None:
    # Where one that may admit is near, nobody can say that they reach none.
    unclear = (rows["class"] == UNKNOWN).to_numpy()
    known = found.study.config.travel.known_min
    for topic, where in (
        ("unreachable", np.isinf(rows["minutes"].to_numpy(dtype=float)) & ~unclear),
        ("unknown_class", unclear),
        ("depends", (rows["certainty"] == "depends").to_numpy()),
        ("border", (rows["border"] == "yes").to_numpy()),
    ):
        places = int(where.sum())
        nobody = topic == "unreachable" and where.all()
        if not places or nobody:
            continue
        values = {
            "service": (service.name.zh, service.name.en),
            "limit": f"{service.limit:g}",
            "places": places,
            "persons": count_words(float(rows["persons"][where].sum(min_count=1))),
        }
        text = put(WARNINGS[topic], values)
        if topic == "unreachable" and known is not None:
            # Given times may end at a limit: then nobody can say that no way leads on.
            text = put("finding.unreachable.given", {**values, "known": f"{known:g}"})
        found.add(topic, "warning", text, value=float(places), unit="places")


def _conditions(found: Findings, rows: pd.DataFrame, service: ServiceConfig) -> None:
    """Say who reaches the service on ordinary roads and no longer in snow or floods.

    Of a condition without times nothing is said: not every engine knows them.
    """
    known = [one for one in CONDITIONS if rows[f"class_{one}"].notna().all()]
    if CONDITIONS[0] not in known:
        return
    ordinary = rows[f"class_{CONDITIONS[0]}"].isin(REACHED).to_numpy()
    for condition in known[1:]:
        lost = ordinary & ~rows[f"class_{condition}"].isin((*REACHED, UNKNOWN)).to_numpy()
        values = {
            "service": (service.name.zh, service.name.en),
            "limit": f"{service.limit:g}",
            "condition": both(f"condition.{condition}"),
            "places": int(lost.sum()),
            "persons": count_words(
                float(rows["persons"][lost].sum(min_count=1)) if lost.any() else 0.0
            ),
        }
        found.add(
            "condition",
            "warning" if lost.any() else "info",
            put("finding.condition", values),
            value=float(lost.sum()),
            unit="places",
        )


def siting(found: Findings, plans: NextSites, gaps: pd.DataFrame | None = None) -> None:
    """Say where the next site would stand, what the whole programme reaches, and what nothing does.

    Parameters
    ----------
    found
        Where the sentences go.
    plans
        The plans.

    Raises
    ------
    KeyError
        If a column is missing.
    """
    settings = found.study.config.siting
    if settings is None or plans.plans.empty:
        return
    own = plans.plans[(plans.plans["limit"] == settings.limit).to_numpy()]
    # More sites than the best coverage needs would stand there for nothing.
    enough = own[(own["covered_persons"] == own["covered_persons"].max()).to_numpy()]
    for count in sorted({1, int(enough["sites"].min())}):
        name = plan_name(settings.measured_by, settings.limit, count)
        row = own[(own["plan"] == name).to_numpy()].iloc[0]
        sites = plans.sites[(plans.sites["plan"] == name).to_numpy()]
        if count == 1:
            _next_site(found, sites.iloc[0], settings.limit)
        else:
            _programme(found, row, sites)
    uncovered = set(plans.uncovered.get(settings.limit, ()))
    _ceiling(found, own.iloc[0], _candidates(found.study), _flagged(found.study, gaps, uncovered))


def _flagged(study: Study, gaps: pd.DataFrame | None, zones: set[str]) -> int:
    """Count the villages that could be served from beyond the county among some."""
    settings = study.config.siting
    if gaps is None or settings is None:
        return 0
    own = (gaps["service"] == settings.measured_by) & (gaps["limit"] == settings.limit)
    return int((own & (gaps["border"] == "yes") & gaps["zone_id"].isin(zones)).sum())


def _spread(row: pd.Series, what: str, *, rest: bool = False) -> Text:
    """Say how far a count moves over the range of the roads; a rest moves the other way."""
    places, persons = (
        tuple(float(row[f"{what}_{one}_{end}"]) for end in ("pessimistic", "optimistic"))
        for one in ("places", "persons")
    )
    if rest:
        places = tuple(float(row["total_places"]) - one for one in reversed(places))
        persons = tuple(float(row["total_persons"]) - one for one in reversed(persons))
    return range_words((places[0], places[1]), (persons[0], persons[1]))


def _candidates(study: Study) -> int:
    """Count the candidates that a plan can choose from: those whose place is known."""
    there = ~(study.facilities.geometry.isna() | study.facilities.geometry.is_empty)
    return int(((study.facilities["status"] == "candidate") & there).sum())


def _pair(row: pd.Series, name: str) -> Text:
    zh, en = row[name], row[f"{name}_en"]
    return str(zh), str(zh if pd.isna(en) else en)


def _next_site(found: Findings, site: pd.Series, limit: float) -> None:
    if not site["gain_persons"]:
        text = put("finding.no_next_site", {"limit": f"{limit:g}"})
        found.add("next_site", "answer", text, value=0.0, unit="persons")
        return
    unclear = ("", "")
    if site["gain_unknown_places"] > 0:
        parts = {
            "places": int(site["gain_unknown_places"]),
            "persons": count_words(float(site["gain_unknown_persons"])),
        }
        unclear = put("finding.next_site.unclear", parts)
    values = {
        "unclear": unclear,
        "name": _pair(site, "name"),
        "township": _pair(site, "parent_name"),
        "persons": count_words(float(site["gain_persons"])),
        "places": int(site["gain_places"]),
        "limit": f"{limit:g}",
    }
    text = put("finding.next_site", values)
    value, zone = float(site["gain_persons"]), str(site["parent_id"])
    found.add("next_site", "answer", text, value=value, unit="persons", zone=zone)


def _programme(found: Findings, row: pd.Series, sites: pd.DataFrame) -> None:
    uncounted = ("", "")
    if row["places_without_count"]:
        uncounted = put("finding.plan.uncounted", {"places": int(row["places_without_count"])})
    values = {
        "uncounted": uncounted,
        "range": _spread(row, "covered"),
        "names": _names(sites),
        "sites": int(row["sites"]),
        "limit": f"{row['limit']:g}",
        "persons": count_words(float(row["covered_persons"])),
        "total_persons": count_words(float(row["total_persons"])),
        "places": int(row["covered_places"]),
        "total_places": int(row["total_places"]),
    }
    value = float(row["covered_persons"])
    found.add("plan", "answer", put("finding.plan", values), value=value, unit="persons")


def _ceiling(found: Findings, row: pd.Series, candidates: int, flagged: int) -> None:
    rest = float(row["total_persons"] - row["ceiling_persons"])
    border = put("finding.ceiling.border", {"places": flagged}) if flagged else ("", "")
    values = {
        "range": _spread(row, "ceiling", rest=True),
        "border": border,
        "candidates": candidates,
        "limit": f"{row['limit']:g}",
        "persons": count_words(rest),
        "places": int(row["total_places"] - row["ceiling_places"]),
    }
    text = put("finding.ceiling", values)
    found.add("ceiling", "answer", text, value=rest, unit="persons")


def lacking(found: Findings, board: pd.DataFrame) -> None:
    """Say what data are lacking, and how much could be assessed at all.

    Parameters
    ----------
    found
        Where the sentences go.
    board
        The result table ``scoreboard``.

    Raises
    ------
    KeyError
        If a column is missing.
    """
    study = found.study
    judged = board["verdict"].isin(["pass", "fail"]) & board["zone_id"].isin(
        study.townships["zone_id"]
    )
    assessed = board.loc[judged.to_numpy(), "zone_id"]
    total = len(study.townships)
    text = both("finding.not_assessed", assessed=assessed.nunique(), total=total)
    value = float(assessed.nunique())
    found.add("assessed", "answer", text, value=value, unit="townships")
    missing = [
        name
        for name, table in LACKABLE.items()
        if study.basis_of(table) == "missing" or study.config.registers.get(name) == "partial"
    ]
    missing += ["villages"] if study.villages["demand_lon"].isna().all() else []
    missing += ["indicators"] if study.indicators is None else []
    for name in missing:
        zh, en = both(f"table.{name}")
        text = (
            say("finding.missing_table", "zh", what=zh),
            say("finding.missing_table", "en", what=en),
        )
        found.add("lacking", "warning", text)
    _missing_counts(found)
    _whom_services_count(found)


def _whom_services_count(found: Findings) -> None:
    """Say of each service whether those at home count, or all who are registered."""
    study = found.study
    said: dict[Text, list[Text]] = {}
    for service in timed_services(study):
        count = group_count(study, service.eligible or "all")
        if count.registered.isna().all() and count.home.isna().all():
            continue  # nobody is counted at all
        text = both("finding.counted.all")
        if service.eligible:
            text = both(f"finding.counted.{COUNTED[count.residence]}")
        said.setdefault(text, []).append((service.name.zh, service.name.en))
    for text, services in said.items():
        names = "、".join(zh for zh, _ in services), ", ".join(en for _, en in services)
        found.add("counted", "info", put("finding.counted", {"services": names, "text": text}))


def _missing_counts(found: Findings) -> None:
    """Name the villages of a counted group that have no count: that is not zero."""
    study = found.study
    names = study.villages.set_index("zone_id")
    groups = {"all": both("persons.all")}
    for service in study.config.services.values():
        if service.eligible:
            name = (service.name.zh, service.name.en)
            groups.setdefault(service.eligible, put("persons.eligible_for", {"service": name}))
    for group, words in groups.items():
        # As the services count them: joint counts may tell what the stated groups do not.
        count = group_count(study, group)
        gone = count.registered if group == "all" else count.persons
        gone = gone[gone.isna()]
        if len(gone) in {0, len(study.villages)}:
            continue
        rows = names.loc[list(gone.index)]
        values = {"group": words, "places": len(rows), "names": _names(rows)}
        text = put("finding.persons_missing", values)
        found.add("persons_missing", "warning", text, value=float(len(rows)), unit="places")


def _detour(found: Findings) -> None:
    """Say which detour factor the straight lines were lengthened by, and where it comes from."""
    study, settings = found.study, found.study.config.travel
    if settings.engine != "straight":
        return
    detour, used = settings.detour, 0
    if detour is None and study.road_distances is not None:
        estimate = detour_factor(study.road_distances)
        detour, used = estimate.interval, estimate.used
    if detour is None:
        return
    pairs = both("finding.detour.pairs", pairs=used)
    values = {
        **{one: f"{getattr(detour, one):.2f}" for one in ("low", "central", "high")},
        "basis": pairs if used else both("finding.detour.stated"),
    }
    found.add("detour", "warning", put("finding.detour", values), value=detour.central)
    roads = settings.interval
    if (roads.low, roads.central, roads.high) == (1.0, 1.0, 1.0):
        return
    low, central, high = detour.low * roads.low, detour.central, detour.high * roads.high
    values = {
        "roads": both("finding.detour.span", low=f"{roads.low:.2f}", high=f"{roads.high:.2f}"),
        "low": f"{low:.2f}",
        "central": f"{central * roads.central:.2f}",
        "high": f"{high:.2f}",
        "too_low": both("finding.detour.below") if low < 1 else ("", ""),
    }
    found.add("detour", "warning", put("finding.detour.interval", values), value=low)


def _idle(found: Findings) -> None:
    """Name the settings that do nothing with the engine chosen."""
    travel = found.study.config.travel
    if travel.idle:
        names = "、".join(travel.idle), ", ".join(travel.idle)
        engine = both(f"engine.{travel.engine}")
        text = put("finding.idle", {"settings": names, "engine": engine})
        found.add("idle", "warning", text)


def _without_point(found: Findings, left_out: Sequence[str]) -> None:
    """Name the villages and facilities for which no time can be told: they are not dropped."""
    if not left_out:
        return
    study, columns = found.study, ["name", "name_en"]
    rows = pd.concat(
        [
            pd.DataFrame(study.villages.set_index("zone_id")[columns]),
            pd.DataFrame(study.facilities.set_index("facility_id")[columns]),
        ]
    ).loc[list(left_out)]
    text = put("finding.no_point", {"places": len(rows), "names": _names(rows)})
    found.add("no_point", "warning", text, value=float(len(rows)), unit="places")


def roads(found: Findings, standing: StandingRoads | None = None) -> None:
    """Say what each condition does to the roads, and what was taken for granted of crossings.

    Parameters
    ----------
    found
        Where the sentences go.
    standing
        The roads of the study under each condition, if they were asked for before.

    Raises
    ------
    UnknownIdError
        If a condition names an edge or a crossing that there is not.
    """
    study = found.study
    known = roads_of(study, standing)
    said = set()
    for condition in study.config.travel.conditions:
        for severity, _, text in standing_sentences(known.under(condition), study):
            if text not in said:  # what is taken for granted is so in every condition
                found.add("roads", severity, text)
            said.add(text)


def profiles(found: Findings, profiles: Mapping[str, ProfileTimes]) -> None:
    """Say on how much of the roads a limit of slope could not be held against any slope.

    Parameters
    ----------
    found
        Where the sentences go.
    profiles
        Times by profile, of the profiles that the study states.

    Raises
    ------
    KeyError
        If the study does not state a profile.
    """
    stated = found.study.config.travel.profiles
    for key, times in profiles.items():
        share, most = times.unknown_grade_share, stated[key].max_grade
        if most is None or not share:
            continue
        shown = f"{PERCENT * share:.3g}"
        values = {
            "profile": profile_name(key), "share": shown, "limit": f"{PERCENT * most:.3g}",
        }  # fmt: skip
        text = put("finding.grade_unknown", values)
        found.add("grade_unknown", "warning", text, value=float(shown), unit="%")


def by_profile(found: Findings, access: pd.DataFrame) -> None:
    """Say how many villages are within the limit of the first service, by way of travelling.

    Parameters
    ----------
    found
        Where the sentences go.
    access
        The result table ``access``.

    Raises
    ------
    KeyError
        If a column is missing.
    """
    service = found.study.config.services[found.study.config.headline]
    counts = county_by_profile(found.study, access, service)
    parts = [
        _of_profile(key, one) for key, one in counts.items() if "profile_places_reached" in one
    ]
    if not parts:
        return
    values = {
        "service": (service.name.zh, service.name.en),
        "limit": f"{service.limit:g}",
        "parts": _listed(parts),
    }
    found.add("profiles", "info", put("finding.profiles", values))


def _of_profile(key: str, counts: Mapping[str, float]) -> Text:
    unknown = int(counts["profile_places_unknown"])
    more = both("finding.profiles.unclear", places=unknown) if unknown else ("", "")
    values = {
        "name": profile_name(key),
        "places": int(counts["profile_places_reached"]),
        "known": int(counts["profile_places_total"]) - unknown,
        "unclear": more,
    }
    return put("finding.profiles.part", values)


def _listed(parts: Sequence[Text]) -> Text:
    """Put parts of a sentence in a row, in both languages; names among them hold commas."""
    zh, en = both("clause.separator")
    return zh.join(one for one, _ in parts), en.join(one for _, one in parts)


def travel(
    found: Findings, times: TravelInterval | None, obstacles: Sequence[Text], snap_m: float
) -> None:
    """Say what limits the travel times: parts that do not connect, long ways to the network.

    Parameters
    ----------
    found
        Where the sentences go.
    times
        The travel times, or None.
    obstacles
        Why there are none.
    snap_m
        Distance to the network in metres above which a place is worth a sentence.

    Raises
    ------
    KeyError
        If the table of snaps lacks a column.
    """
    if times is None:
        if found.study.config.travel.engine == "none":
            text = both("finding.no_travel_engine")
        else:
            reasons = (
                "；".join(one for one, _ in obstacles),
                "; ".join(one for _, one in obstacles),
            )
            text = put("finding.no_travel", {"reasons": reasons})
        found.add("no_travel", "warning", text)
        return
    _without_point(found, times.left_out)
    _detour(found)
    homes = times.snaps[(times.snaps["role"] == "origin").to_numpy()]
    parts = int(times.components.max()) + 1 if len(times.components) else 1
    cut_off = homes.loc[(homes["part"] > 0).to_numpy(), "place_id"]
    if parts > 1 and len(cut_off):
        rows = found.study.villages.set_index("zone_id").loc[list(cut_off)]
        text = put("finding.parts", {"parts": parts, "names": _names(rows)})
        found.add("parts", "warning", text, value=float(len(cut_off)), unit="places")
    far = int((homes["snap_m"] > snap_m).sum())
    if far:
        text = both("finding.snap", places=far, metres=f"{snap_m:g}")
        found.add("snap", "info", text, value=float(far), unit="places")
