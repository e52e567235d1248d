"""Travel profiles to start from: how five kinds of persons travel, each value with its source.

They are no measurement of any county. Where a study of other people stands in, it is named; every
other value is a planning assumption, and says so. A county replaces them by its own.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from wushan_geo.study.travelling import ProfileConfig
from wushan_geo.wording import both

if TYPE_CHECKING:
    from collections.abc import Mapping

# 1:12, the steepest ramp that GB 50763-2012 and section 405.2 of the 2010 ADA Standards take as
# the rule; written with as many digits as grades in per cent have.
RAMP_GRADE = 0.0833

_PROFILES = (
    ProfileConfig(
        key="walker",
        kind="walk",
        speed_kmh=3.4,
        max_minutes=60.0,
        max_grade=None,
        boarding_min=0.0,
        source=(
            "速度：80岁及以上老人平常步速均值0.94米/秒（Eggenberger等，2017，PLoS ONE），"
            "借用于残疾人系规划假设；"
            "坡度影响按Tobler（1993）；步行时间上限：规划假设；"
            "speed: mean preferred pace of persons of 80 and over, 0.94 m/s (Eggenberger et al. "
            "2017, PLoS ONE), taken for persons with disabilities as a planning assumption; slopes "
            "after Tobler (1993); longest walk: planning assumption"
        ),
    ),
    ProfileConfig(
        key="wheelchair",
        kind="walk",
        speed_kmh=2.3,
        max_minutes=30.0,
        max_grade=RAMP_GRADE,
        boarding_min=0.0,
        source=(
            "速度：老年手动轮椅使用者日常均速0.64米/秒（Karmarkar等，2011，JRRD 48(9)）；"
            "坡度上限：轮椅坡道1:12（GB 50763-2012；ADA标准2010年版405.2），用于道路系规划假设；"
            "时间上限：规划假设；"
            "speed: mean of older users of manual wheelchairs in daily life, 0.64 m/s (Karmarkar "
            "et al. 2011, JRRD 48(9)); steepest grade: 1:12 of wheelchair ramps (GB 50763-2012; "
            "2010 ADA Standards 405.2), taken for roads as a planning assumption; longest way: "
            "planning assumption"
        ),
    ),
    ProfileConfig(
        key="escorted",
        kind="ride",
        speed_kmh=2.7,
        max_minutes=30.0,
        max_grade=None,
        boarding_min=5.0,
        source=(
            "至道路步速：有失能风险的65岁及以上老人均值0.76米/秒（英国768人，巴斯大学，2018，会议摘要）；"
            "步行上限和上下车时间：规划假设；"
            "pace to the road: mean of persons of 65 and over at risk of mobility disability, 0.76 "
            "m/s (768 persons in the UK, University of Bath 2018, conference abstract); longest "
            "walk and boarding: planning assumption"
        ),
    ),
    ProfileConfig(
        key="vehicle",
        kind="ride",
        speed_kmh=2.3,
        max_minutes=15.0,
        max_grade=None,
        boarding_min=10.0,
        source=(
            "至道路速度：同轮椅；上下车时间：规划假设，含固定轮椅"
            "（公交车遇此类乘客停站平均28—137秒，Kostyniuk和D'Souza，2020）；"
            "步行上限：规划假设；"
            "pace to the road: as with a wheelchair; boarding: planning assumption, with securing "
            "a wheelchair (city buses stop for 28 to 137 s on average with such passengers, "
            "Kostyniuk and D'Souza 2020); longest way to the road: planning assumption"
        ),
    ),
    ProfileConfig(
        key="bedbound",
        kind="outreach",
        speed_kmh=4.0,
        max_minutes=None,
        max_grade=None,
        boarding_min=5.0,
        source=(
            "人员由服务点上门，路途方向相反；步速和上车准备时间：规划假设；"
            "staff ride from a base to the person, so that the way is turned round; pace on foot "
            "and time to set out: planning assumption"
        ),
    ),
)
STANDARD_PROFILES: Mapping[str, ProfileConfig] = MappingProxyType(
    {one.key: one for one in _PROFILES}
)
"""The profiles by name, in the order in which they are offered."""

_NAMES = {
    "walker": "profile.walker",
    "wheelchair": "profile.wheelchair",
    "escorted": "profile.escorted",
    "vehicle": "profile.vehicle",
    "bedbound": "profile.bedbound",
}


def profile_name(key: str) -> tuple[str, str]:
    """Give the name of a profile as pages print it.

    Parameters
    ----------
    key
        Name of the profile in the study.

    Returns
    -------
    tuple of str
        Chinese and English; the key itself for a profile of the study's own.

    Raises
    ------
    TypeError
        If `key` cannot be looked up.

    Examples
    --------
    >>> profile_name("wheelchair")
    ('轮椅', 'wheelchair')
    """
    return both(_NAMES[key]) if key in _NAMES else (key, key)


def profile_section(profile: ProfileConfig) -> str:
    """Write a profile as a section of a study file.

    Parameters
    ----------
    profile
        The profile.

    Returns
    -------
    str
        TOML, with a line end at its end.

    Raises
    ------
    AttributeError
        If `profile` is no profile.

    Examples
    --------
    >>> print(profile_section(STANDARD_PROFILES["walker"]).splitlines()[0])
    [travel.profiles.walker]
    """
    lines = [f"[travel.profiles.{profile.key}]", f'kind = "{profile.kind}"']
    numbers = {
        "speed_kmh": profile.speed_kmh,
        "max_minutes": profile.max_minutes,
        "max_grade": profile.max_grade,
        "boarding_min": None if profile.kind == "walk" else profile.boarding_min,
    }
    lines += [f"{name} = {value}" for name, value in numbers.items() if value is not None]
    escaped = profile.source.replace("\\", "\\\\").replace('"', '\\"')
    return "\n".join([*lines, f'source = "{escaped}"']) + "\n"
