"""Facilities as offices list them: kinds, services, ids, addresses and entries that stand twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wushan_geo.sources.facilities import details, kinds, offers
from wushan_geo.sources.facilities.details import geocoding_list
from wushan_geo.sources.facilities.doubles import propose
from wushan_geo.sources.facilities.listing import Listing
from wushan_geo.sources.registers.personal import scrubbed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushan_geo.errors import Fault
    from wushan_geo.sources.vocabulary import Vocabulary
    from wushan_geo.study.answers import Answers
    from wushan_geo.study.tables import Raw

__all__ = ["geocoding_list", "understand_facilities"]


def understand_facilities(
    raw: Raw, *, services: Sequence[str], vocabulary: Vocabulary, answers: Answers
) -> tuple[Raw, list[Fault]]:
    """Bring a list of facilities to keys and ids, and ask what a list cannot tell.

    Kinds come from their column or, where it is empty, from the name; services from words in free
    text, never from the kind; a state that is not reported is not known; facilities without an id
    get one that stays the same; those with an address and no point are listed, and nothing is
    looked up; pairs that may be one facility are proposed.

    Parameters
    ----------
    raw
        The table under the columns of the contract; it is not changed.
    services
        Services that the study knows.
    vocabulary
        Words of the offices.
    answers
        What was decided before.

    Returns
    -------
    tuple
        The table, and all findings.

    Raises
    ------
    ValueError
        If the table has a column twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from wushan_geo.sources.vocabulary import built_in
    >>> from wushan_geo.study.answers import Answers
    >>> from wushan_geo.study.tables import Raw
    >>> cells = {"name": ["双龙镇三星级渝馨家园"], "services": ["日托、辅助性就业"]}
    >>> frame = pd.DataFrame(cells, index=[3])
    >>> read, faults = understand_facilities(
    ...     Raw(frame, "机构.xlsx"), services=["day_care", "sheltered_employment"],
    ...     vocabulary=built_in(), answers=Answers(),
    ... )
    >>> read.frame[["kind", "grade", "services", "status"]].iloc[0].tolist()
    ['home_of_disabled', '3', 'day_care;sheltered_employment', 'unknown']
    >>> {one.severity for one in faults}
    {'note'}
    """
    listing = Listing(raw, services, vocabulary, answers)
    kinds.read_kinds(listing)
    kinds.read_grades(listing)
    offers.read_services(listing)
    details.read_capacity(listing)
    details.read_status(listing)
    details.make_ids(listing)
    propose(listing)
    details.tell_places(listing)
    return listing.raw, scrubbed(listing.faults)
