"""The settings of a study: what is read, what is refused, and that all faults come at once."""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import Any

import builders
import pytest

from wushan_geo.study.config import StudyConfig, parse_config
from wushan_geo.study.pages import Words
from wushan_geo.study.travelling import Interval


def parsed(*pairs: tuple[str, str]) -> tuple[StudyConfig | None, list[str]]:
    """Read the tiny study file with some texts replaced; faults as short texts."""
    raw = tomllib.loads(builders.replaced(*pairs)(builders.STUDY))
    config, faults = parse_config(raw, "study.toml")
    return config, [f"{one.column}: {one.rule}" for one in faults]


def test_a_good_file_is_read_as_it_says() -> None:
    config, faults = parsed()

    assert faults == []
    assert config is not None
    assert config.id == "tiny"
    assert config.title == Words("小县", "Tiny county")
    assert config.as_of == dt.date(2025, 6, 30)
    assert config.services["day_care"].limits == (20.0, 30.0, 45.0)
    assert config.services["visiting"].limits == ()
    assert config.travel.speeds_kmh == {"county": 30.0}
    assert config.travel.interval == Interval(0.9, 1.0, 1.1)
    assert config.travel.within_village_speed_kmh is None
    assert config.siting is not None
    assert config.siting.limits == (20.0, 30.0, 45.0)
    assert config.edition == "internal"
    assert config.tables["road_edges"] == ("roads/edges.csv",)
    assert config.extra_sources == (
        {"title": "a register", "source": "invented", "tables": ["persons"]},
    )


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('id = "tiny"\n', "", "study.id: has this setting"),
        ('id = "tiny"', 'id = " "', "study.id: is a text"),
        ('id = "tiny"', "id = 3", "study.id: is a text"),
        ('title = { zh = "小县", en = "Tiny county" }', 'title = "x"', "study.title: is a text in"),
        ('en = "Tiny county" }', 'en = "" }', "study.title: is a text in both"),
        ('county = "990201"', 'county = "99020"', "study.county: is a code of 6 digits, in quotes"),
        ('county = "990201"', 'county = "９９０２０１"', "study.county: is a code of 6 digits"),
        ("as_of = 2025-06-30", 'as_of = "2025-06-30"', "study.as_of: is a date without quotes"),
        ("as_of = 2025-06-30", "as_of = 2025-06-30T00:00:00", "study.as_of: is a date without"),
        ("period_days = 365", "period_days = 0", "study.period_days: is a whole number of at"),
        ("period_days = 365", "period_days = 1.5", "study.period_days: is a whole number"),
        ("period_days = 365", "period_days = true", "study.period_days: is a whole number"),
        ("period_days = 365", "facts_only = 1\nperiod_days = 365", "study.facts_only: is true or"),
        ("period_days = 365", "persiod = 1\nperiod_days = 365", "study.persiod: is a setting that"),
        ('"day_care"\nsmall', '"day_car"\nsmall', "study.headline: names one of the services"),
        ('"day_care"\nsmall', '"visiting"\nsmall', "study.headline: is a service that is measured"),
        (
            "small_cell = 1",
            'edition = "public"\nsmall_cell = 1',
            "study.edition: is one of: internal",
        ),
        ('facilities = "complete"', 'facilities = "full"', "registers.facilities: is one of:"),
        ('facilities = "complete"\n', "", "registers.facilities: has this setting"),
        (
            "[registers]",
            '[registers]\npersons = "complete"',
            "registers.persons: is a setting that",
        ),
        ('engine = "network"', 'engine = "flying"', "travel.engine: is one of: network, straight"),
        (
            "snap_speed_kmh = 4.0",
            "snap_speed_kmh = 0.0",
            "travel.snap_speed_kmh: is a number above",
        ),
        (
            "snap_speed_kmh = 4.0",
            "snap_speed_kmh = nan",
            "travel.snap_speed_kmh: is a number above",
        ),
        (
            "snap_speed_kmh = 4.0",
            "snap_speed_kmh = inf",
            "travel.snap_speed_kmh: is a number above",
        ),
        (
            "snap_speed_kmh = 4.0",
            'snap_speed_kmh = "4"',
            "travel.snap_speed_kmh: is a number above",
        ),
        (
            "boarding_min = 2.0",
            "boarding_min = -1",
            "travel.boarding_min: is a number of at least 0",
        ),
        ("county = 30.0", "contry = 30.0", "travel.speeds_kmh.contry: is a setting that exists"),
        ("county = 30.0\n", "", "travel.speeds_kmh: gives a speed in km/h"),
        ("low = 0.9", "low = 1.2", "travel.interval: has low <= central <= high"),
        ("central = 1.0", "central = 1.05", "travel.interval.central: has a central value of 1"),
        ("high = 1.1", 'high = "x"', "travel.interval.high: is a number above 0"),
        (
            'measure = "minutes"',
            'measure = "hours"',
            "services.day_care.measure: is one of: minutes",
        ),
        (
            "limit = 30.0\nalso",
            "limit = -30.0\nalso",
            "services.day_care.limit: is a number above 0",
        ),
        ("also = [20.0, 45.0]\nel", "also = [20.0]\nel", "services.day_care.also: gives two more"),
        (
            "also = [20.0, 45.0]\nel",
            "also = [20, 30]\nel",
            "services.day_care.also: gives two more",
        ),
        (
            "also = [20.0, 45.0]\nel",
            "also = [20, 0]\nel",
            "services.day_care.also: is a list of num",
        ),
        (
            "also = [20.0, 45.0]\nel",
            "also = 20\nel",
            "services.day_care.also: is a list of numbers",
        ),
        ('"eligible_day_care"\nsource', '"eligible_x"\nsource', "services.day_care.eligible: is a"),
        ('level = "village"', 'level = "hamlet"', "services.visiting.level: is one of: township,"),
        ('services = ["day_care"]', 'services = ["day"]', "siting.services: names one of the serv"),
        ('services = ["day_care"]', "services = []", "siting.services: is a list of texts"),
        ('measured_by = "day_care"', 'measured_by = "x"', "siting.measured_by: names one of the"),
        (
            'measured_by = "day_care"',
            'measured_by = "visiting"',
            "siting.measured_by: is a service",
        ),
        (
            'demand = "eligible_day_care"',
            'demand = "everybody"',
            "siting.demand: is a group of pers",
        ),
        ("max_sites = 1", "max_sites = 0", "siting.max_sites: is a whole number of at least 1"),
        ('admits = "county"', 'admits = "agreement"', "siting.admits: is one of: township, county"),
        ("[[sources]]", "[sources]", "sources: is a list of sections [[sources]]"),
        ('tables = ["persons"]', 'tables = ["person"]', "sources[1].tables: is one of the tables"),
        ('title = "a register"', "title = 3", "sources[1].title: is a text"),
        ('title = "a register"', 'titel = "a"', "sources[1].titel: is a setting that exists"),
        ('persons = "persons.csv"', "persons = 3", "tables.persons: is a text"),
        ("[siting]", "[sitting]", "sitting: is a setting that exists"),
    ],
)
def test_each_setting_is_checked(old: str, new: str, fault: str) -> None:
    config, faults = parsed((old, new))

    assert config is None
    assert [one for one in faults if one.startswith(fault)], faults
    assert len(faults) == 1, faults


def test_a_missing_section_is_one_fault_and_not_one_for_each_of_its_settings() -> None:
    _, faults = parse_config({}, "study.toml")

    assert sorted(one.rule for one in faults) == [
        "has a section [registers]",
        "has a section [services]",
        "has a section [study]",
        "has a section [tables]",
        "has a section [travel]",
    ]


@pytest.mark.parametrize("name", ["study", "services", "tables", "registers", "travel", "siting"])
@pytest.mark.parametrize("content", [3, "x", [], [{}]])
def test_a_section_that_is_something_else_is_a_fault_and_no_traceback(
    name: str, content: Any
) -> None:
    raw = tomllib.loads(builders.STUDY)
    raw[name] = content

    config, faults = parse_config(raw, "study.toml")

    assert config is None
    assert (name, "is a section") in {(one.column, one.rule) for one in faults}


def test_all_faults_are_found_in_one_go_and_each_suggests_something() -> None:
    _, faults = parse_config(
        tomllib.loads(
            builders.replaced(
                ('"day_care"\nsmall', '"day_car"\nsmall'),
                ("period_days = 365", "period_days = 0"),
                ('engine = "network"', 'engine = "netwerk"'),
                ("max_sites = 1", "max_sites = 0"),
            )(builders.STUDY)
        ),
        "study.toml",
    )

    told = {one.column: one for one in faults}
    assert set(told) >= {
        "study.headline",
        "study.period_days",
        "travel.engine",
        "siting.max_sites",
    }
    assert told["study.headline"].suggestion == "Did you mean 'day_care'?"
    assert told["study.headline"].suggestion_zh == "是否为“day_care”？"
    assert told["travel.engine"].suggestion == "Did you mean 'network'?"
    assert told["travel.engine"].value == "netwerk"
    assert all(one.suggestion and one.suggestion_zh and one.rule_zh for one in faults)


def test_the_straight_engine_needs_its_speed_and_its_detour() -> None:
    network = 'engine = "network"'
    config, faults = parsed((network, 'engine = "straight"'))

    assert config is None
    assert faults == [
        "travel.straight_speed_kmh: has this setting",
        "travel.detour: has a section [travel.detour]",
    ]


def test_a_study_without_travel_asks_for_nothing_else_of_it() -> None:
    travel = builders.STUDY.index("[travel]"), builders.STUDY.index("[services.day_care]")
    text = (
        builders.STUDY[: travel[0]] + '[travel]\nengine = "none"\n\n' + builders.STUDY[travel[1] :]
    )

    config, faults = parse_config(tomllib.loads(text), "study.toml")

    assert faults == []
    assert config is not None
    assert config.travel.interval == Interval(1.0, 1.0, 1.0)


def test_a_term_for_the_way_inside_a_village_is_read_and_its_settings_are_known() -> None:
    speeds = "[travel.speeds_kmh]"
    term = "[travel.within_village]\nspeed_kmh = 3.0\nshare_of_radius = 0.67\n"
    config, faults = parsed((speeds, term + speeds))
    _, misspelt = parsed((speeds, term.replace("share_of", "part_of") + speeds))

    assert faults == []
    assert config is not None
    assert (config.travel.within_village_speed_kmh, config.travel.within_village_share) == (3, 0.67)
    assert misspelt == [
        "travel.within_village.part_of_radius: is a setting that exists",
        "travel.within_village.share_of_radius: has this setting",
    ]


def test_reading_changes_nothing_in_what_is_read() -> None:
    raw = tomllib.loads(builders.STUDY)

    parse_config(raw, "study.toml")

    assert raw == tomllib.loads(builders.STUDY)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "county = 30.0",
            "county = 50000",
            "travel.speeds_kmh.county: is a number from 0.1 to 200",
        ),
        ("county = 30.0", "county = 0.01", "travel.speeds_kmh.county: is a number from 0.1 to 200"),
        (
            "snap_speed_kmh = 4.0",
            "snap_speed_kmh = 4000",
            "travel.snap_speed_kmh: is a number from",
        ),
        (
            "boarding_min = 2.0",
            "boarding_min = 999999",
            "travel.boarding_min: is a number from 0 to",
        ),
        ("high = 1.1", "high = 110", "travel.interval.high: is a number from 0 to 10"),
        ("limit = 30.0\nalso", "limit = 1800\nalso", "services.day_care.limit: is a number from 0"),
        (
            "[20.0, 45.0]\nel",
            "[20, 2700]\nel",
            "services.day_care.also: is a number from 0 to 1440",
        ),
        (
            "limit = 30.0\nalso = [20.0, 45.0]\nmax",
            "limit = 1441\nalso = [2]\nmax",
            "siting.limit: is",
        ),
    ],
)
def test_numbers_that_nobody_can_mean_are_refused(old: str, new: str, fault: str) -> None:
    config, faults = parsed((old, new))

    assert config is None
    assert [one for one in faults if one.startswith(fault)]
    assert len(faults) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("county = 30.0", "county = 200"),
        ("county = 30.0", "county = 0.1"),
        ("boarding_min = 2.0", "boarding_min = 1440"),
        ("high = 1.1", "high = 10"),
        ("limit = 30.0\nalso", "limit = 1440\nalso"),
    ],
)
def test_a_number_at_its_bound_is_within_it(old: str, new: str) -> None:
    assert parsed((old, new))[1] == []


def test_each_bound_says_what_is_most_likely_wrong() -> None:
    raw = tomllib.loads(builders.replaced(("county = 30.0", "county = 50000"))(builders.STUDY))
    (one,) = parse_config(raw, "study.toml")[1]

    assert one.value == "50000"
    assert "km/h" in one.suggestion
    assert "公里/小时" in one.suggestion_zh


GIVEN = """engine = "matrix"
boarding_min = 2.0

[travel.matrix]
unit = "{unit}"
limit = {limit}
"""


def given(unit: str, limit: float | str) -> list[Any]:
    """Take the tiny study's times from a file that is complete up to a limit."""
    head, rest = builders.STUDY.split('engine = "network"')
    tail = rest[rest.index("\n[travel.interval]") :]
    text = head + GIVEN.format(unit=unit, limit=limit) + tail
    return parse_config(tomllib.loads(text), "study.toml")[1]


@pytest.mark.parametrize(("unit", "limit"), [("min", 50), ("s", 3000), ("h", 0.9), ("min", 90)])
def test_given_times_that_reach_all_limits_are_taken(unit: str, limit: float) -> None:
    # The largest limit is 45 min, and 50 min shrink to 45 at the low factor 0.9.
    assert given(unit, limit) == []


def test_given_times_that_end_below_a_limit_are_one_fault_that_names_the_least() -> None:
    (one,) = given("min", 49)

    assert (one.column, one.value) == ("travel.matrix.limit", "49")
    assert "up to 44.1 min" in one.rule
    assert "services.day_care 45 min, siting 45 min" in one.rule
    assert "up to 50 min" in one.suggestion
    assert "50 min" in one.suggestion_zh
    assert given("s", 2999)[0].suggestion.startswith("Give times that are complete up to 3000 s")


def test_the_limit_that_is_suggested_is_taken() -> None:
    (one,) = given("h", 0.7)
    least = float(one.suggestion.split("up to ")[1].split(" h")[0])

    assert given("h", least) == []


@pytest.mark.parametrize("limit", ["0", "-5", '"600"', "true"])
def test_a_limit_that_cannot_be_read_is_one_fault(limit: str) -> None:
    (one,) = given("min", limit)

    assert one.column == "travel.matrix.limit"
    assert one.rule == "is a number above 0"


def test_what_hangs_on_a_setting_that_cannot_be_read_is_not_held_against_the_limit() -> None:
    assert [one.column for one in given("minute", 30)] == ["travel.matrix.unit"]
    head, rest = builders.STUDY.split('engine = "network"')
    tail = rest[rest.index("\n[travel.interval]") :]
    text = head + GIVEN.format(unit="min", limit=50) + tail
    wrong = {"low = 0.9": ["travel.interval.low"], "limit = 30.0": ["services.day_care.limit"]}
    for old, columns in wrong.items():
        assert old in text
        raw = tomllib.loads(text.replace(old, f"{old.split()[0]} = 5000", 1))
        assert [one.column for one in parse_config(raw, "study.toml")[1]] == columns


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ('"8:30"', dt.time(8, 30)),
        ('"08:30"', dt.time(8, 30)),
        ('"8：30"', dt.time(8, 30)),
        ('"23:59"', dt.time(23, 59)),
        ("08:30:00", dt.time(8, 30)),
    ],
)
def test_a_departure_is_written_as_hours_of_a_crossing_are(written: str, time: dt.time) -> None:
    config, faults = parsed(("boarding_min", f"departure = {written}\nboarding_min"))

    assert faults == []
    assert config is not None
    assert config.travel.departure == time


@pytest.mark.parametrize("written", ['"24:00"', '"8:60"', '"8"', '"123:00"', "8.5"])
def test_a_departure_that_is_no_time_of_day_is_one_fault(written: str) -> None:
    faults = parsed(("boarding_min", f"departure = {written}\nboarding_min"))[1]

    assert faults == ['travel.departure: is a time of day, such as "08:30" or "8:30"']


@pytest.mark.parametrize(
    ("written", "faults"),
    [
        ("from_pairs = true", []),
        ("from_pairs = false\nlow = 1.1\ncentral = 1.2\nhigh = 1.3", []),
        ("from_pairs = false", ["travel.detour"]),
        ("", ["travel.detour"]),
        ('from_pairs = "no"', ["travel.detour.from_pairs"]),
        ("low = 1.1\ncentral = 1.2", ["travel.detour.high"]),
    ],
)
def test_a_detour_that_is_not_stated_is_one_fault(written: str, faults: list[str]) -> None:
    head, rest = builders.STUDY.split('engine = "network"')
    tail = rest[rest.index("\n[travel.interval]") :]
    straight = 'engine = "straight"\nstraight_speed_kmh = 30.0\nboarding_min = 2.0\n'
    text = f"{head}{straight}[travel.detour]\n{written}\n{tail}"

    found = parse_config(tomllib.loads(text), "study.toml")[1]

    assert [one.column for one in found] == faults
    if faults == ["travel.detour"]:
        assert found[0].suggestion == "Write low, central and high, or from_pairs = true."


SNOW = '[travel.conditions.snow]\nspeed_factor = 0.5\nsource = "a test"\n'
WALKER = '[travel.profiles.walker]\nkind = "walk"\nspeed_kmh = 4.0\nsource = "a test"\n'
LINE = 'engine = "straight"\nstraight_speed_kmh = 30.0\nboarding_min = 2.0\n'
DETOUR = "[travel.detour]\nfrom_pairs = true\n"
FROM_FILE = 'engine = "matrix"\nboarding_min = 2.0\n'
GROUP = '[travel.group_profiles]\nphysical = "walker"\n'
SPEED = "[travel.speeds_kmh]\ncounty = 30.0\n"
UNIT = '[travel.matrix]\nunit = "min"\n'


@pytest.mark.parametrize(
    ("travel", "idle"),
    [
        (LINE + DETOUR, []),
        (FROM_FILE + UNIT, []),
        # What a condition does is not known along a line; given times may be those of one of them.
        (LINE + DETOUR + SNOW, ["conditions.snow"]),
        (f'condition = "snow"\n{LINE}{DETOUR}{SNOW}', ["condition", "conditions.snow"]),
        (FROM_FILE + UNIT + SNOW, ["conditions.snow"]),
        (f'condition = "snow"\n{FROM_FILE}{UNIT}{SNOW}', []),
        (LINE + DETOUR + UNIT + WALKER, ["matrix", "profiles"]),
        (
            f"snap_speed_kmh = 4.0\n{FROM_FILE}{UNIT}{DETOUR}{WALKER}{GROUP}{SPEED}",
            ["snap_speed_kmh", "detour", "profiles", "group_profiles", "speeds_kmh"],
        ),
    ],
)
def test_settings_that_do_nothing_with_the_engine_are_named(travel: str, idle: list[str]) -> None:
    head, rest = builders.STUDY.split('engine = "network"')
    tail = rest[rest.index("\n[travel.interval]") :]

    config, faults = parse_config(tomllib.loads(head + travel + tail), "study.toml")

    assert faults == []
    assert config is not None
    assert sorted(config.travel.idle) == sorted(f"travel.{one}" for one in idle)


@pytest.mark.parametrize("name", ["wushan", "wushan-facts", "example"])
def test_no_setting_of_a_built_in_study_does_nothing(name: str) -> None:
    from wushan_geo.sources.opening import locate

    raw = tomllib.loads(locate(name).read_text(encoding="utf-8"))
    config, _ = parse_config(raw, "study.toml")

    assert config is not None
    assert config.travel.idle == ()
