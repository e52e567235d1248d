"""A proposal in the order of its page: its units, its facilities, and what each is to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from wushan_geo.maps import layers
from wushan_geo.maps.shared import filled, floats, names_of, positions
from wushan_geo.wording import both

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

    from wushan_geo.results import SiteProposal

STATES = ("now", "plan", "left", "irreducible")
NOT_ASKED = len(STATES)  # stands for villages that are not in the plan
ROLES = ("new", "required", "existing", "candidate", "forbidden", "screened", "other")
PROPOSED = frozenset({"new", "required"})
HOME = 9  # digits of a township in the code of a village


@dataclass(frozen=True, slots=True)
class Found:
    """A proposal with its units and facilities in the order of the page."""

    proposal: SiteProposal
    towns: pd.DataFrame
    places: pd.DataFrame
    """Every village of the study, by code."""
    rows: pd.DataFrame
    """The table of villages in the same order; empty rows where a village is not in the plan."""
    facilities: pd.DataFrame
    sites: pd.DataFrame

    def table(self, name: str) -> pd.DataFrame:
        """Give a table of the proposal."""
        return self.proposal.tables[name]

    def optional(self, name: str) -> pd.DataFrame:
        """Give a table, one without rows where the proposal has none."""
        found = self.proposal.tables.get(name)
        return pd.DataFrame() if found is None else found

    def layer(self, name: str) -> gpd.GeoDataFrame | None:
        """Give a layer of the proposal, if it is there."""
        return self.proposal.layers.get(name)

    def column(self, name: str) -> list[str]:
        """Give texts of the villages in the order of the page; empty where there is none."""
        return [layers.text(one) for one in self.rows[name]]

    @property
    def whole(self) -> bool:
        """Say whether the roads bear no minutes, only whether they are within the limit."""
        return self.proposal.info.demonstration

    @property
    def plan(self) -> dict[Any, Any]:
        """Give the plan."""
        found: dict[Any, Any] = self.table("plans").to_dict("records")[0]
        return found

    @property
    def service(self) -> tuple[str, str]:
        """Name the service."""
        return _service(self.proposal, str(self.plan["service"]))

    @property
    def demand(self) -> tuple[str, str]:
        """Name whom the plan is for."""
        group = str(self.plan["demand"])
        if group.startswith("eligible_"):
            names = _service(self.proposal, group.removeprefix("eligible_"))
            zh, en = (
                both("persons.eligible_for", service=name)[at] for at, name in enumerate(names)
            )
            return zh, en
        return both("persons.all") if group == "all" else (group, group)

    @property
    def town_names(self) -> list[list[str]]:
        """Name the townships."""
        return names_of(self.towns)

    @property
    def place_names(self) -> list[list[str]]:
        """Name the villages."""
        return names_of(self.places)

    @property
    def facility_names(self) -> list[list[str]]:
        """Name the facilities; one without a name is called by its code."""
        pairs = zip(names_of(self.facilities), self.facilities["facility_id"], strict=True)
        return [[pair[0] or key, pair[1] or key] for pair, key in pairs]

    @property
    def facility_at(self) -> dict[str, int]:
        """Find a facility by its code."""
        return layers.index_of(self.facilities["facility_id"])

    @property
    def town_of(self) -> NDArray[np.int64]:
        """Give the township of each village."""
        return positions(self.places["parent_id"], self.towns["zone_id"].tolist(), -1)

    @property
    def facility_town(self) -> list[int]:
        """Give the township of each facility; -1 beyond the county."""
        at = layers.index_of(self.towns["zone_id"])
        return [at.get(str(one)[:HOME], -1) for one in self.facilities["zone_id"]]

    @property
    def state(self) -> NDArray[np.int64]:
        """Give the state of each village, NOT_ASKED where it is not in the plan."""
        return positions(self.rows["state"], STATES, NOT_ASKED)

    @property
    def persons(self) -> NDArray[np.float64]:
        """Give the persons of each village, NaN where they are not known."""
        return floats(self.rows["persons"])

    @property
    def points(self) -> dict[str, Any]:
        """Give where the facilities stand."""
        layer = self.layer("facilities")
        if layer is None:
            return {}
        return dict(
            zip(layer["facility_id"], map(layers.point_of, layer.geometry), strict=True)
        )  # fmt: skip

    @property
    def roles(self) -> dict[str, str]:
        """Say what each facility is to the plan."""
        found = {
            str(one): "candidate" if status == "candidate" else "other"
            for one, status in zip(
                self.facilities["facility_id"], self.facilities["status"], strict=True
            )
        }
        banned = set(layers.text(self.plan["forbidden"]).split(";"))
        for keys, role in ((self.gone, "screened"), (banned, "forbidden")):
            found |= dict.fromkeys(keys & found.keys(), role)
        return found | dict(zip(self.sites["facility_id"], self.sites["role"], strict=True))

    @property
    def gone(self) -> set[str]:
        """Give the candidates that the screening sends away."""
        return _gone(self.optional("screening"))

    @property
    def passes(self) -> dict[str, tuple[float, float]]:
        """Give the share of the draws in which a village is within the limit: best, safe plan."""
        rows = self.optional("stable_villages").to_dict("records")
        return {
            str(one["zone_id"]): (one["pass_best_share"], one["pass_safe_share"]) for one in rows
        }

    @property
    def groups(self) -> dict[str, int]:
        """Give the group of each village that the plan leaves beyond the limit."""
        rows = self.optional("groups").to_dict("records")
        return {str(one["zone_id"]): int(one["cluster"]) for one in rows}

    @property
    def ordered(self) -> bool:
        """Say whether the model puts its sites in an order."""
        proposed = self.sites["role"].isin(list(PROPOSED)).to_numpy()
        return bool(proposed.any() and self.sites.loc[proposed, "order"].notna().all())

    @property
    def numbers(self) -> dict[str, int]:
        """Number the proposed sites in their order, or by code where there is none."""
        own = self.sites[self.sites["role"].isin(list(PROPOSED)).to_numpy()]
        by = "order" if self.ordered else "facility_id"
        ids = own.sort_values(by)["facility_id"]
        return {one: at + 1 for at, one in enumerate(ids)}


def _service(proposal: SiteProposal, key: str) -> tuple[str, str]:
    names = {one.key: one.name for one in proposal.info.services}
    return names.get(key, (key, key))


def found_of(proposal: SiteProposal) -> Found:
    """Bring a proposal into the order of its page, whatever the order of its rows.

    Parameters
    ----------
    proposal
        The proposal.

    Returns
    -------
    Found
        Its units and facilities.

    Raises
    ------
    KeyError
        If a table or a column is missing.

    Examples
    --------
    See ``tests/test_maps_siting.py``.
    """
    tables = proposal.tables
    units = tables["units"]
    towns, places = (
        filled(units[(units["level"] == level).to_numpy()]).sort_values("zone_id")
        for level in ("township", "village")
    )
    return Found(
        proposal,
        towns,
        places,
        tables["villages"].set_index("zone_id").reindex(places["zone_id"].tolist()),
        _facilities(tables),
        tables["sites"],
    )


def _facilities(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Give what the plan could choose from, and the candidates that were sent away before."""
    own = filled(tables["facilities"])
    screening = tables.get("screening")
    gone = set() if screening is None else _gone(screening) - set(own["facility_id"])
    if screening is not None and gone:
        rows = filled(screening[screening["facility_id"].isin(gone).to_numpy()])
        rows = rows.drop_duplicates("facility_id").assign(status="candidate")
        own = rows[["facility_id", "name", "name_en", "status", "zone_id"]].merge(own, how="outer")
    return own.sort_values("facility_id")


def _gone(screening: pd.DataFrame) -> set[str]:
    if screening.empty:
        return set()
    return set(screening.loc[screening["candidate"].eq("goes").to_numpy(), "facility_id"])
