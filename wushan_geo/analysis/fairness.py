"""Who has it better: equity between persons, groups and kinds of villages, and small counts.

Nothing here is made from modelled persons: groups that a model spread evenly differ by nothing but
the model. The caller asks first (see :func:`wushan_geo.analysis.answer.analysis_tables`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.access import decay, equity
from wushan_geo.access.catchment import floating_catchment
from wushan_geo.access.nearest import nearest_facility
from wushan_geo.access.rates import rank_with_intervals, rates, smoothed_rates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wushan_geo.access.equity import Kind
    from wushan_geo.analysis.asked import ServiceAsked
    from wushan_geo.study.measuring import MeasuresConfig
    from wushan_geo.travel.matrix import TravelMatrix

TYPES = ("visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple")
DISABILITY = (*TYPES, "severe")
AGES = ("age_0_15", "age_16_59", "age_60_plus")
ORDERS = (0, 1, 2)


def equity_rows(
    asked: ServiceAsked, settings: MeasuresConfig, remoteness: pd.Series[float] | None
) -> Iterator[pd.DataFrame]:
    """Measure how evenly minutes, places and reach are spread over persons.

    Minutes are those of persons who can get there at all; the others stand beside them as left out.
    The concentration index asks whether remote persons have more or less (ranked by `remoteness`):
    of what is reached by Erreygers' version, since it has bounds, of the rest by the standard one.

    Parameters
    ----------
    asked
        The service, measured in minutes.
    settings
        What the Atkinson index minds.
    remoteness
        Minutes by which persons rank, such as those to the county's centre, by village; None
        leaves the concentration index out.

    Yields
    ------
    DataFrame
        Rows of the table ``equity``.

    Raises
    ------
    ParameterError
        If a count is not known.

    Examples
    --------
    See ``tests/test_analysis_fairness.py``.
    """
    limit = float(asked.limit or 0.0)
    known = asked.known(limit)
    nearest = nearest_facility(known.matrix)["cost"]
    some = equity.reachable_part(nearest, known.persons)
    words = f"limit={limit:g} min; counted={asked.counted}; times=central"
    lost = some.unreachable_persons
    found = _spread(asked, some.costs, some.persons, settings)
    found += [
        (f"poverty_{order}", "all", equity.access_poverty(
            some.costs, some.persons, limit, order, worse="high"
        ))
        for order in ORDERS[1:]
    ]  # fmt: skip
    yield _laid_out(asked, "minutes_nearest", found, some.persons, words)
    # Who cannot get there at all is beyond the limit as well; only how far has no answer.
    beyond = float(some.persons[some.costs > limit].sum()) + lost
    everyone = float(known.persons.sum())
    share = beyond / everyone if everyone else float("nan")
    yield _laid_out(asked, "minutes_nearest", [("poverty_0", "all", share)], known.persons, words)
    yield _ranked(asked, "minutes_nearest", some.costs, some.persons, remoteness)
    # Where there is no place at all, all have the same: that is no equity.
    if asked.capacities_known and asked.service.eligible is not None and asked.capacity.sum() > 0:
        places = floating_catchment(
            asked.matrix, asked.persons, asked.capacity, method="2sfca", decay=decay.binary(limit)
        )
        told = f"{places.attrs['parameters']}; counted={asked.counted}; times=central"
        # Who is to be verified may have places that nobody is sure of: not known is not none.
        places = places[known.persons.index]
        found = _spread(asked, places, known.persons, settings)
        yield _laid_out(asked, "places_per_person_2sfca", found, known.persons, told)
        yield _ranked(asked, "places_per_person_2sfca", places, known.persons, remoteness)
    reached = (nearest <= limit).astype(float)
    yield _ranked(asked, "reached", reached, known.persons, remoteness, bounds=(0.0, 1.0))


Figure = tuple[str, str, float]


def _spread(
    asked: ServiceAsked,
    values: pd.Series[float],
    persons: pd.Series[float],
    settings: MeasuresConfig,
) -> list[Figure]:
    """Give the indices of one spread: index, part, value."""
    townships = asked.townships.reindex(values.index)
    theil = equity.theil(values, persons, groups=townships)
    found: list[Figure] = [
        ("gini", "all", equity.gini(values, persons)),
        ("palma_ratio", "all", equity.palma_ratio(values, persons)),
    ]
    for name in ("t", "l"):
        found.append((f"theil_{name}", "all", getattr(theil, name)))
        for part in ("between", "within"):
            share = getattr(theil, f"{name}_{part}")
            found.append((f"theil_{name}", f"{part}_townships", share))
    for epsilon in settings.epsilons:
        value = equity.atkinson(values, persons, epsilon)
        found.append((f"atkinson_{epsilon:g}", "all", value))
    return found


def _ranked(
    asked: ServiceAsked,
    of: str,
    values: pd.Series[float],
    persons: pd.Series[float],
    remoteness: pd.Series[float] | None,
    bounds: tuple[float, float] | None = None,
) -> pd.DataFrame:
    """Lay out the concentration index over persons ranked by how remote they are.

    Persons whose remoteness has no answer cannot be ranked: they are left out, and counted so.
    """
    ranks = pd.Series(dtype=float) if remoteness is None else remoteness.reindex(values.index)
    known = ranks.index[np.isfinite(ranks)]
    kind: Kind = "standard" if bounds is None else "erreygers"
    found: list[Figure] = []
    if len(known):
        ends = {} if bounds is None else {"lower": bounds[0], "upper": bounds[1]}
        value = equity.concentration_index(
            values[known], persons[known], ranks[known], kind, **ends
        )
        found.append((f"concentration_{kind}", "by_remoteness", value))
    words = f"limit={asked.limit:g} min; counted={asked.counted}; times=central"
    return _laid_out(asked, of, found, persons[known], words)


def _laid_out(
    asked: ServiceAsked,
    of: str,
    found: list[Figure],
    persons: pd.Series[float],
    parameters: str,
) -> pd.DataFrame:
    """Lay out figures with the villages and persons that they are of, and those left out."""
    table = pd.DataFrame(found, columns=["index", "part", "value"])
    held = float(persons.sum())
    return table.assign(
        service=asked.service.key,
        of=of,
        places=len(persons),
        persons=held,
        left_out_places=len(asked.persons) - len(persons),
        left_out_persons=float(asked.persons.sum()) - held,
        parameters=parameters,
        basis=asked.basis,
    )


def group_rows(
    asked: ServiceAsked,
    groups: Mapping[str, pd.Series[float]],
    classes: Mapping[str, tuple[pd.Series[str], str]],
) -> Iterator[pd.DataFrame]:
    """Set groups of persons, and kinds of villages, beside each other.

    Groups of persons overlap (a person may be in a type, an age and among the severe), so that
    they are never added. Kinds of villages do not: upland and lowland, community and village.

    Parameters
    ----------
    asked
        The service, measured in minutes.
    groups
        Persons of each group by village; the first one is what the others are compared with.
    classes
        For each way to part the villages: the class of each, and the one to compare with.

    Yields
    ------
    DataFrame
        Rows of the table ``groups``.

    Raises
    ------
    ParameterError
        If a count is not known.

    Examples
    --------
    See ``tests/test_analysis_fairness.py``.
    """
    whole = _counted_everywhere(asked, groups)
    for limit in asked.service.limits:
        own = asked.known(limit)
        nearest = nearest_facility(own.matrix)["cost"]
        if whole:
            first = next(iter(whole))
            counts = pd.DataFrame(whole)
            found = equity.group_gaps(
                nearest, counts.loc[nearest.index], line=limit, worse="high", reference=first
            )
            found["persons_unknown"] = counts.sum() - counts.loc[nearest.index].sum()
            yield _group_table(asked, found, "persons", (limit, first))
        for partition, (labels, reference) in classes.items():
            kinds = labels.reindex(asked.persons.index).dropna()
            some = kinds[kinds.index.isin(nearest.index)]
            if reference not in set(some):
                continue
            found = equity.by_class(
                nearest[some.index], own.persons[some.index], some,
                line=limit, worse="high", reference=reference,
            )  # fmt: skip
            held = asked.persons[kinds.index].groupby(kinds).sum()
            found["persons_unknown"] = held - own.persons[some.index].groupby(some).sum()
            yield _group_table(asked, found, partition, (limit, reference))


def _counted_everywhere(
    asked: ServiceAsked, groups: Mapping[str, pd.Series[float]]
) -> dict[str, pd.Series[float]]:
    """Keep the groups that are counted in every village of the service."""
    held = {name: counts.reindex(asked.persons.index) for name, counts in groups.items()}
    return {name: counts for name, counts in held.items() if not counts.isna().any()}


def own_way_rows(
    asked: ServiceAsked,
    groups: Mapping[str, pd.Series[float]],
    ways: Mapping[str, TravelMatrix],
) -> Iterator[pd.DataFrame]:
    """Describe each group by the way its own persons travel, as the study says.

    Parameters
    ----------
    asked
        The service, measured in minutes.
    groups
        Persons of each group by village.
    ways
        Minutes of each group by its own travel profile, to facilities that admit.

    Yields
    ------
    DataFrame
        Rows of the table ``groups``, without a comparison: groups travel differently.

    Raises
    ------
    ParameterError
        If a count is not known.

    Examples
    --------
    See ``tests/test_analysis_fairness.py``.
    """
    held = _counted_everywhere(asked, groups)
    for limit in asked.service.limits:
        zones = list(asked.known(limit).persons.index)
        for group, matrix in ways.items():
            if group not in held:
                continue
            counts = held[group]
            found = equity.group_gaps(
                nearest_facility(matrix)["cost"][zones],
                pd.DataFrame({group: counts[zones]}),
                line=limit,
                worse="high",
                reference=group,
            )
            found["persons_unknown"] = float(counts.sum() - counts[zones].sum())
            # Groups travel differently here: there is nothing to compare with.
            found[["person_share_gap", "median_gap"]] = np.nan
            yield _group_table(asked, found, "persons_by_own_travel", (limit, ""))


def _group_table(
    asked: ServiceAsked, found: pd.DataFrame, partition: str, at: tuple[float, str]
) -> pd.DataFrame:
    """Name the columns; `at` holds the limit and the group that the others are compared with."""
    names = {
        "persons_covered": "persons_reached",
        "mean_reached": "minutes_mean",
        "median": "minutes_median",
        "median_gap": "minutes_median_gap",
    }
    # The mean of all would be infinite with one person who cannot get there; it is of the others.
    table = found.rename(columns=names).rename_axis("group").reset_index()
    kinds = partition in {"kind", "elevation"}
    return table.assign(
        counted=asked.counted if kinds else table["group"],
        service=asked.service.key,
        partition=partition,
        limit=at[0],
        reference=at[1],
        basis=asked.basis,
    )


def rate_rows(asked: ServiceAsked, settings: MeasuresConfig) -> Iterator[pd.DataFrame]:
    """Rank the townships by the share of persons reached, as far as small counts allow.

    The rate is that of the persons of whom it is known. Its interval runs from the lower Wilson end
    if nobody else is reached to the upper one if everybody else is, over all persons, so that what
    is still to be verified widens it. The smoothed value is drawn towards the county's rate
    (empirical Bayes). A township has a rank only where its interval overlaps with no other, else
    the span of ranks; one of which nothing is known has none.

    Parameters
    ----------
    asked
        The service, measured in minutes.
    settings
        Confidence, and below how many persons a rate is small.

    Yields
    ------
    DataFrame
        Rows of the table ``rates``, by township, for each limit.

    Raises
    ------
    ParameterError
        If a count is not known.

    Examples
    --------
    See ``tests/test_analysis_fairness.py``.
    """
    level, small = settings.confidence, settings.small_below
    whole = asked.persons.groupby(asked.townships).sum()
    words = f"confidence={level:g}; small_below={small:g}"
    nearest = nearest_facility(asked.matrix)["cost"]
    for limit in asked.service.limits:
        near = nearest <= limit
        blind = ~near & asked.unknown[limit]
        reached, unknown = (
            asked.persons.where(which, 0.0).groupby(asked.townships).sum()
            for which in (near, blind)
        )
        heard = (whole - unknown).where(whole > unknown)  # of nobody there is no rate
        told = heard.notna()
        table = smoothed_rates(
            reached.where(told), heard, confidence=level, small_below=small, variance="binomial"
        )
        everyone = whole.where(told)
        least, most = (
            rates(count.where(told), everyone, confidence=level, small_below=small)
            for count in (reached, reached + unknown)
        )
        ranks = rank_with_intervals(least["low"], most["high"], first="high")[
            ["best", "worst", "rank"]
        ]
        ranks = ranks.set_axis(["rank_best", "rank_worst", "rank"], axis=1)
        found = table[["rate", "smoothed"]].join(ranks).assign(
            reached=reached, persons_unknown=unknown, persons=whole, rate_low=least["low"],
            rate_high=most["high"], small=whole < small,
        )  # fmt: skip
        yield (
            found.rename_axis("zone_id")
            .reset_index()
            .assign(
                service=asked.service.key,
                limit=limit,
                parameters=f"{words}; counted={asked.counted}; times=central",
                basis=asked.basis,
            )
        )
