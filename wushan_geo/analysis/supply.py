"""Whether there are places enough: per person in reach, and when everyone is given the best one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from wushan_geo.access import decay
from wushan_geo.access.allocation import allocate, value_of_places
from wushan_geo.access.catchment import floating_catchment
from wushan_geo.access.meaning import PLACES_PER_PERSON
from wushan_geo.access.nearest import nearest_facility
from wushan_geo.access.opportunities import container_ratio
from wushan_geo.analysis.rows import measure
from wushan_geo.study.tables import TOWNSHIP_DIGITS
from wushan_geo.wording import both

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wushan_geo.access.allocation import Allocation
    from wushan_geo.access.catchment import Method
    from wushan_geo.access.decay import Decay
    from wushan_geo.analysis.asked import ServiceAsked
    from wushan_geo.study.study import Study

# Methods with the decay that each goes with.
METHODS: tuple[tuple[Method, Callable[[float], Decay]], ...] = (
    ("2sfca", decay.binary),
    ("gaussian", decay.dai),
)
OUTCOMES = ("served", "no_place", "not_admitted", "out_of_reach", "to_verify")


def catchment_rows(asked: ServiceAsked) -> Iterator[pd.DataFrame]:
    """Measure places per person in reach, at each limit, by two decays.

    Two-step floating catchments with a binary decay and with the Gaussian that is 0 at the limit
    (what Chinese studies mean by it); no decay is calibrated for this group, so that they stand
    side by side at every limit, at central, optimistic and pessimistic times. Of a village that is
    to be verified and has nothing sure in reach it is not known: NaN, not 0. Townships have the
    person-weighted mean of the others; that of the county would be all places over all persons,
    whatever the limit.

    Parameters
    ----------
    asked
        The service; all its capacities must be known.

    Yields
    ------
    DataFrame
        Rows of the table ``measures``.

    Raises
    ------
    ParameterError
        If a capacity is not known, or a limit is beyond that of the matrix.

    Examples
    --------
    See ``tests/test_analysis_supply.py``.
    """
    for end, matrix in asked.at_ends().items():
        for method, shape in METHODS:
            for limit in asked.service.limits:
                found = floating_catchment(
                    matrix, asked.persons, asked.capacity, method=method, decay=shape(limit)
                )
                told = f"{found.attrs['parameters']}; counted={asked.counted}; times={end}"
                words = (f"places_per_person_{method}", PLACES_PER_PERSON, told)
                near = nearest_facility(matrix)["cost"] <= limit
                found = found.mask(~near & asked.unknown[limit])
                yield measure(asked, found, words)
                held = asked.persons.where(found.notna(), 0.0).groupby(asked.townships).sum()
                mean = (found * asked.persons).groupby(asked.townships).sum() / held
                yield measure(asked, mean, words, level="township")


def container_rows(study: Study, asked: ServiceAsked) -> pd.DataFrame:
    """Divide the places inside each township by the persons inside it; who crosses is not seen.

    Parameters
    ----------
    study
        The study.
    asked
        The service; all its capacities must be known.

    Returns
    -------
    DataFrame
        Rows of the table ``measures``; NaN for a township without persons.

    Raises
    ------
    ParameterError
        If a capacity is not known.

    Examples
    --------
    See ``tests/test_analysis_supply.py``.
    """
    zones = study.facilities.set_index("facility_id")["zone_id"].reindex(asked.capacity.index)
    homes = zones.astype("str").str[:TOWNSHIP_DIGITS].astype(object).where(zones.notna(), None)
    townships = asked.persons.groupby(asked.townships).sum()
    townships = townships.reindex(study.townships["zone_id"], fill_value=0.0)
    ratio = container_ratio(townships, asked.capacity, homes=homes)
    words = ("places_per_person_inside", PLACES_PER_PERSON, f"counted={asked.counted}")
    return measure(asked, ratio, words, level="township")


def allocated(asked: ServiceAsked) -> Allocation:
    """Give everyone the best place there is, as the admission rules and the limit allow.

    Parameters
    ----------
    asked
        The service; all its capacities must be known. The limit is its default one; a service
        without a limit, such as residential care, takes any way.

    Returns
    -------
    Allocation
        Proven and recomputed.

    Raises
    ------
    ParameterError
        If a capacity is not known.

    Examples
    --------
    See ``tests/test_analysis_supply.py``.
    """
    return allocate(
        asked.ways, asked.persons, asked.capacity, admitted=asked.admitted, limit=asked.limit
    )


def allocation_rows(asked: ServiceAsked, found: Allocation) -> pd.DataFrame:
    """List who goes where; rows without a facility are persons who find no place.

    Parameters
    ----------
    asked
        The service.
    found
        Its allocation.

    Returns
    -------
    DataFrame
        Rows of the table ``allocation``.

    Raises
    ------
    KeyError
        If the allocation lacks a column.

    Examples
    --------
    See ``tests/test_analysis_supply.py``.
    """
    flows = found.flows.rename(columns={"origin_id": "zone_id", "cost": "minutes"})
    left = found.unserved[found.unserved > 0]
    waiting = pd.DataFrame({"zone_id": left.index.to_numpy(), "persons": left.to_numpy()})
    table = pd.concat([flows, waiting], ignore_index=True)
    table = table.assign(service=asked.service.key, basis=asked.basis)
    return table.sort_values(["zone_id", "facility_id"], kind="stable", na_position="last")


def outcome_rows(asked: ServiceAsked, found: Allocation, county: str) -> Iterator[pd.DataFrame]:
    """Count what becomes of the persons of each unit when places are given out as well as can be.

    Parameters
    ----------
    asked
        The service.
    found
        Its allocation.
    county
        Code of the county.

    Yields
    ------
    DataFrame
        Rows of the table ``measures``: ``persons_served``, ``persons_no_place``,
        ``persons_not_admitted``, ``persons_out_of_reach`` and ``persons_to_verify`` (a facility
        that may admit them could be in reach), which add up to all, and ``minutes_allocated``, the
        mean way of those who are served.

    Raises
    ------
    KeyError
        If the allocation lacks a column.

    Examples
    --------
    See ``tests/test_analysis_supply.py``.
    """
    words = f"{found.parameters}; counted={asked.counted}; times=central"
    parts = found.unserved_reason.assign(served=found.served, to_verify=0.0)
    doubtful = asked.doubtful.reindex(parts.index)
    for name in ("not_admitted", "out_of_reach"):
        parts["to_verify"] += parts[name].where(doubtful, 0.0)
        parts[name] = parts[name].mask(doubtful, 0.0)
    way = found.flows["persons"] * found.flows["cost"]
    minutes = (
        way.groupby(found.flows["origin_id"]).sum().reindex(found.served.index, fill_value=0.0)
    )
    levels = {"village": pd.Series(found.served.index, index=found.served.index)}
    for level, units in (levels | asked.units(county)).items():
        for name in OUTCOMES:
            count = parts[name].groupby(units).sum()
            yield measure(asked, count, (f"persons_{name}", "persons", words), level=level)
        mean = minutes.groupby(units).sum() / found.served.groupby(units).sum()
        yield measure(asked, mean, ("minutes_allocated", "min", words), level=level)


def value_rows(asked: ServiceAsked) -> pd.DataFrame:
    """Say what one more place at each facility, and one less, would change.

    Parameters
    ----------
    asked
        The service; all its capacities must be known.

    Returns
    -------
    DataFrame
        Rows of the table ``place_values``.

    Raises
    ------
    ParameterError
        If a capacity is not known.

    Examples
    --------
    See ``tests/test_analysis_supply.py``.
    """
    found = value_of_places(
        asked.ways, asked.persons, asked.capacity, admitted=asked.admitted, limit=asked.limit
    )
    told = f"{found.attrs['parameters']}; counted={asked.counted}; times=central"
    words = {"unit": found.attrs["unit"], "parameters": told}
    pairs = zip(found["more_served"], found["more_saved"], strict=True)
    readings = [_reading(served, saved) for served, saved in pairs]
    found = found.rename_axis("facility_id").reset_index()
    for at, column in enumerate(("reading_zh", "reading_en")):
        found[column] = [one[at] for one in readings]
    return found.assign(service=asked.service.key, basis=asked.basis, **words)


def _reading(served: float, saved: float) -> tuple[str, str]:
    """Say in both languages what one more place does."""
    if served > 0 and saved > 0:
        # The chain of moves that the place sets off may shorten other ways by more.
        return both("analysis.place.serves_and_saves", count=f"{served:g}", minutes=f"{saved:.1f}")
    if served > 0:
        return both("analysis.place.serves", count=f"{served:g}", minutes=f"{-saved:.1f}")
    if saved > 0:
        return both("analysis.place.saves", minutes=f"{saved:.1f}")
    return both("analysis.place.nothing")
