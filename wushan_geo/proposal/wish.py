"""What a planner wishes of the next sites, checked as a whole before anything is worked out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Literal

from wushan_geo.errors import InputError, ParameterError
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushan_geo.errors import Fault

Model = Literal[
    "maximal_covering", "set_covering", "backup_covering", "p_median", "p_center",
    "one_per_township", "floor_covering",
]  # fmt: skip
MODELS: tuple[Model, ...] = (
    "maximal_covering", "set_covering", "backup_covering", "p_median", "p_center",
    "one_per_township", "floor_covering",
)  # fmt: skip
COUNTED: frozenset[Model] = frozenset(
    {"maximal_covering", "backup_covering", "p_median", "p_center", "floor_covering"}
)  # models that are told how many sites to choose
WITHIN: frozenset[Model] = frozenset(
    {"maximal_covering", "set_covering", "backup_covering", "floor_covering"}
)  # models that ask who is within a limit
ROOMY: tuple[Model, ...] = ("maximal_covering", "p_median")  # models that can look at capacities
SHARES = {"share": ("--share", "90"), "floor": ("--floor", "60"), "within": ("--within", "5")}
WHOLE = ("sites", "at_least", "at_most", "moves", "best", "draws")
NUMBERS = (*WHOLE, "budget", "limit", "share", "floor", "apart_km", "within", "seconds")
LISTS = ("required", "forbidden", "may_close", "steps")
COMMAND = "wushan-geo site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the next sites should do, and what besides is to be worked out.

    Raises
    ------
    TypeError
        If a field is missing; `checked` looks at the values.

    Examples
    --------
    >>> Wish(model="p_median", sites=3).model
    'p_median'
    """

    model: Model = "maximal_covering"
    """Model of siting."""
    sites: int | None = None
    """Number of new sites."""
    budget: float | None = None
    """Most that the new sites may cost together, instead of a number."""
    limit: float | None = None
    """Limit in minutes; None takes that of the study."""
    share: float | None = None
    """Part of the persons that set covering must cover; None for every village."""
    floor: float | None = None
    """Smallest covered part of the persons of every township."""
    worst_first: bool = False
    """Whether p-center settles the second farthest, the third farthest, ... too."""
    coverable: bool = False
    """Whether villages that no site can serve are left out (and named) instead of refused."""
    capacity: bool = False
    """Whether each site takes no more persons than it has places, as the facilities table says."""
    required: tuple[str, ...] = ()
    """Sites that must be chosen."""
    forbidden: tuple[str, ...] = ()
    """Sites that must not be chosen."""
    at_least: int = 0
    """Smallest number of open sites in every township."""
    at_most: int | None = None
    """Largest number of open sites in every township."""
    apart_km: float | None = None
    """Smallest distance between two open sites, in kilometres as the crow flies."""
    moves: int = 0
    """How many facilities of the county may close, each for one new site more; worked out besides
    the plan, which closes none."""
    may_close: tuple[str, ...] = ()
    """Facilities that may close; none named are all of the county."""
    keep_covered: bool = False
    """Whether everybody who is within the limit today must stay so when facilities close."""
    steps: tuple[int, ...] = ()
    """New sites of each year of a phased plan."""
    best: int = 1
    """How many of the best distinct plans to find."""
    within: float | None = None
    """How much worse than the best these may be, as a part of it; None for no worse."""
    draws: int | None = 0
    """How often speeds and counts are varied to see how stable the plan is; None as often as the
    study's ``[siting.stability]`` says."""
    seconds: float | None = None
    """Time limit of each search; None for none."""


def steps_of(text: str) -> tuple[int, ...]:
    """Read the new sites of each phase, such as ``2,2,1``.

    Parameters
    ----------
    text
        Whole numbers between commas (Chinese ones too); empty for no phases.

    Returns
    -------
    tuple of int
        One number for each phase.

    Raises
    ------
    InputError
        If something else stands there.

    Examples
    --------
    >>> steps_of("2,2,1"), steps_of("")
    ((2, 2, 1), ())
    """
    parts = [one.strip() for one in text.replace("，", ",").split(",")] if text.strip() else []
    if not all(one.isdecimal() for one in parts):
        raise InputError([fault(_where("--phases", text), rule("site.steps"), hint("site.steps"))])
    return tuple(int(one) for one in parts)


def checked(
    wish: Wish,
    candidates: tuple[str, ...],
    existing: tuple[str, ...],
    closable: tuple[str, ...] | None = None,
) -> Wish:
    """Make sure that a wish makes sense, and name every fault at once.

    Parameters
    ----------
    wish
        What is wished.
    candidates, existing
        Ids of what may be chosen and of what stands already.
    closable
        Those of the existing ones that the county could close; None for all.

    Returns
    -------
    Wish
        The same, each site named once.

    Raises
    ------
    InputError
        If anything is missing, too much, out of range or unknown.
    ParameterError
        If a field is no value of its kind, such as a text where a number belongs.

    Examples
    --------
    >>> checked(Wish(sites=1), ("G",), ()).sites
    1
    """
    _of_their_kind(wish)
    free = len(set(candidates) - set(wish.forbidden))
    own = existing if closable is None else closable
    faults = [*_extent(wish, free), *_numbers(wish), *_shares(wish), *_of_models(wish),
              *_together(wish), *_phases(wish), *_ids(wish, candidates, existing),
              *_closing(wish, own)]  # fmt: skip
    if faults:
        raise InputError(faults)
    return replace(
        wish,
        required=tuple(sorted(set(wish.required))),
        forbidden=tuple(sorted(set(wish.forbidden))),
        may_close=tuple(sorted(set(wish.may_close))),
        steps=tuple(wish.steps),
    )


def _of_their_kind(wish: Wish) -> None:
    """Refuse what the command cannot say, but a notebook can: a text for a number, and the like."""
    if wish.model not in MODELS:
        message = f"model must be one of {', '.join(MODELS)}. Got {wish.model!r} instead."
        raise ParameterError(message)
    for name in NUMBERS:
        value = getattr(wish, name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, Real)):
            message = f"{name} must be a number or None. Got {value!r} instead."
            raise ParameterError(message)
    for name in LISTS:
        value = getattr(wish, name)
        if not isinstance(value, (tuple, list)):
            message = f"{name} must be a tuple. Got {value!r} instead."
            raise ParameterError(message)
    whole = [(one, getattr(wish, one)) for one in WHOLE] + [("steps", one) for one in wish.steps]
    for name, value in whole:
        if value is not None and not isinstance(value, Integral):
            message = f"{name} must be a whole number. Got {value!r} instead."
            raise ParameterError(message)


def _where(option: str, value: Any) -> Where:
    return Where(COMMAND, None, option, "" if value is None else str(value))


def _extent(wish: Wish, candidates: int) -> Iterator[Fault]:
    """Look at how many sites are asked for, and by what they are bounded."""
    if wish.model in COUNTED:
        both = (wish.sites is None) == (wish.budget is None)
        if both:
            advice = hint("site.extent")
            if wish.steps and wish.sites is None:
                advice = hint("site.extent_phases", total=sum(wish.steps))
            yield fault(_where("--sites", wish.sites), rule("site.extent"), advice)
        if wish.budget is not None and wish.model != "maximal_covering":
            yield fault(_where("--budget", wish.budget), rule("site.budget"), hint("site.budget"))
    elif wish.sites is not None or wish.budget is not None:
        given = ("--sites", wish.sites) if wish.budget is None else ("--budget", wish.budget)
        yield fault(_where(*given), rule("site.no_extent"), hint("site.no_extent"))
    for option, number in (("--sites", wish.sites), ("--phases", sum(wish.steps) or None)):
        if number is not None and not 0 <= number <= candidates:
            yield fault(
                _where(option, number),
                rule("site.candidates", count=candidates),
                hint("site.candidates"),
            )
    count = len(set(wish.required))
    if wish.sites is not None and count > wish.sites >= 0:
        yield fault(_where("--sites", wish.sites), rule("site.few", count=count), hint("site.few"))


def _numbers(wish: Wish) -> Iterator[Fault]:
    """Look at the other numbers."""
    if wish.at_most is not None and wish.at_least > wish.at_most:
        yield fault(
            _where("--at-least", wish.at_least),
            rule("site.crossed", most=wish.at_most),
            hint("site.crossed"),
        )
    for option, least, value in (
        ("--budget", 0, wish.budget), ("--limit", 0, wish.limit), ("--apart-km", 0, wish.apart_km),
        ("--time-limit", 0, wish.seconds), ("--draws", 0, wish.draws), ("--best", 1, wish.best),
        ("--at-least", 0, wish.at_least), ("--at-most", 0, wish.at_most), ("--move", 0, wish.moves),
        *(("--phases", 1, step) for step in sorted(set(wish.steps))),
    ):  # fmt: skip
        if value is not None and not least <= value < float("inf"):
            told = rule("site.positive", least=least)
            yield fault(_where(option, value), told, hint("site.positive"))


def _shares(wish: Wish) -> Iterator[Fault]:
    """Look at what is a part of something."""
    for name, (option, example) in SHARES.items():
        value = getattr(wish, name)
        if value is not None and not 0 <= value <= 1:
            shown = f"{100 * value:g}"  # the option is in per cent
            told = hint("site.for_instance", example=f"{option} {example}")
            yield fault(_where(option, shown), rule("site.share"), told)


def _of_models(wish: Wish) -> Iterator[Fault]:
    """Look at options that belong to some models alone."""
    for option, given, models in (
        ("--share", wish.share is not None, ("set_covering",)),
        ("--floor", wish.floor is not None, ("floor_covering",)),
        ("--worst-first", wish.worst_first, ("p_center",)),
        ("--phases", bool(wish.steps), ("maximal_covering",)),
        ("--move", wish.moves > 0, ("maximal_covering",)),
        ("--capacity", wish.capacity, ROOMY),
    ):
        if given and wish.model not in models:
            named = [one.replace("_", "-") for one in models]  # as --model has them
            words = "、".join(named), ", ".join(named)
            yield fault(
                _where(option, ""), rule("site.of_model", models=words), hint("site.of_model")
            )
    if wish.model == "floor_covering" and wish.floor is None:
        yield fault(_where("--floor", None), rule("site.floor"), hint("site.floor"))


def _together(wish: Wish) -> Iterator[Fault]:
    """Look at options that say nothing without another one, or nothing true beside it."""
    if wish.within is not None and wish.best == 1:  # one plan has none to be compared with
        yield fault(_where("--within", ""), rule("site.within"), hint("site.within"))
    for option, given, other, there in (
        ("--may-close", bool(wish.may_close), "--move", wish.moves != 0),
        ("--keep-covered", wish.keep_covered, "--move", wish.moves != 0),
    ):
        if given and not there:
            yield fault(_where(option, ""), rule("site.needs", other=other), hint("site.needs"))
    for option, given, other, there in (
        ("--capacity", wish.capacity, "--phases", bool(wish.steps)),
        ("--capacity", wish.capacity, "--move", wish.moves > 0),
        ("--capacity", wish.capacity, "--draws", wish.draws != 0),
        ("--move", wish.moves > 0, "--budget", wish.budget is not None),
    ):
        if given and there:
            yield fault(
                _where(option, ""), rule("site.not_with", other=other), hint("site.not_with")
            )


def _phases(wish: Wish) -> Iterator[Fault]:
    """Look at whether the first phase has room for the sites that must stand from then on."""
    count = len(set(wish.required))
    if wish.steps and count > wish.steps[0] >= 1:
        told = rule("site.first_phase", count=count)
        yield fault(_where("--phases", wish.steps[0]), told, hint("site.first_phase"))


def _closing(wish: Wish, closable: tuple[str, ...]) -> Iterator[Fault]:
    """Look at which facilities may close, and how many."""
    for one in wish.may_close:
        if one not in closable:
            yield fault(_where("--may-close", one), rule("site.closing"), hint("site.closing"))
    named = set(wish.may_close) or set(closable)
    count = len(named)
    if wish.moves > count and named <= set(closable):
        told = rule("site.moves", count=count)
        yield fault(_where("--move", wish.moves), told, hint("site.moves"))


def _ids(wish: Wish, candidates: tuple[str, ...], existing: tuple[str, ...]) -> Iterator[Fault]:
    """Look at the sites that are named."""
    for option, ids in (("--require", wish.required), ("--forbid", wish.forbidden)):
        for one in ids:
            if one in existing:
                yield fault(_where(option, one), rule("site.stands"), hint("site.stands"))
            elif one not in candidates:
                yield fault(_where(option, one), rule("site.unknown"), hint("site.unknown"))
    for one in sorted(set(wish.required) & set(wish.forbidden)):
        yield fault(_where("--require", one), rule("site.both"), hint("site.both"))
