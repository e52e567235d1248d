"""Where the county border may decide: villages from which help beyond it could be in reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from wushan_geo.access.gaps import REACHED
from wushan_geo.study.geometry import metric_crs

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from wushan_geo.access.gaps import Times
    from wushan_geo.study.study import Study


def beyond_known(study: Study, service: str) -> bool:
    """Say whether the study lists a facility beyond the county that may offer a service.

    Parameters
    ----------
    study
        The study.
    service
        Service key.

    Returns
    -------
    bool
        True if there is one, so that somebody has looked beyond the border.

    Raises
    ------
    KeyError
        If the facilities lack a column.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> beyond_known(wg.open_study("wushan"), "day_care")
    False
    """
    rows = study.facilities
    outside = rows["zone_id"].isna().to_numpy()
    offers = np.array([one is None or service in one for one in rows["services"]], dtype=bool)
    running = rows["status"].isin(("open", "unknown")).to_numpy()
    return bool((outside & offers & running).any())


class BorderLine:
    """The county line and how far it is; measured once, since it is the same for every service.

    Parameters
    ----------
    study
        The study.
    times
        Minutes from villages to all facilities.

    Raises
    ------
    CrsError
        If the county lies outside the metric zones of CGCS2000.
    """

    def __init__(self, study: Study, times: Times) -> None:
        villages = study.villages
        self._study = study
        self._near = times.low
        self._there = ~shapely.is_missing(np.asarray(villages["demand_point"].to_numpy()))
        self._away = np.full(len(villages), np.inf)
        self._ways = np.empty((0, 0))
        if not self._there.any():
            return
        code = metric_crs(float(np.nanmean(villages["demand_lon"].to_numpy(dtype=float))))
        homes = _metres(villages.set_geometry("demand_point").geometry, code)
        outline = shapely.boundary(shapely.union_all(_metres(study.county.geometry, code)))
        self._away = shapely.distance(homes, outline)
        village = {one: at for at, one in enumerate(villages["zone_id"].tolist())}
        place = {one: at for at, one in enumerate(study.facilities["facility_id"].tolist())}
        sites = _metres(study.facilities.geometry, code)
        start = homes[[village[one] for one in times.low.origin_ids]]
        end = sites[[place[one] for one in times.low.destination_ids]]
        self._ways = shapely.distance(start[:, np.newaxis], end[np.newaxis, :])

    def flags(self, service: str, gaps: pd.DataFrame) -> np.ndarray:
        """Flag villages that could be served from beyond the border, of which nothing is known.

        A village is flagged if nothing is in its reach, the study lists no facility beyond the
        county for the service, and the county line lies no farther from it, in a straight line,
        than the farthest facility that anybody in the county gets to within the limit at
        optimistic times. This is a flag, not a measure: it says where the result may change once
        facilities and roads beyond the border are entered.

        Parameters
        ----------
        service
            Service key.
        gaps
            Rows of the gaps of this service at one limit, in the order of ``study.villages``, with
            ``limit`` and ``class``.

        Returns
        -------
        numpy.ndarray
            yes, no or unknown (the village has no point) in the order of ``study.villages``.

        Raises
        ------
        KeyError
            If `gaps` lacks a column.

        Examples
        --------
        See ``tests/test_access_border.py``.
        """
        if beyond_known(self._study, service) or not self._there.any():
            return np.where(self._there, "no", "unknown").astype(object)
        reached = gaps["class"].isin(REACHED).to_numpy()
        # The longest straight way that anybody makes within the limit.
        near = self._near.within(float(gaps["limit"].iloc[0]))
        farthest = float(self._ways[near].max(initial=0.0))
        close = (self._away <= farthest) & ~reached
        return np.where(self._there, np.where(close, "yes", "no"), "unknown").astype(object)


def _metres(shapes: gpd.GeoSeries, code: int) -> np.ndarray:
    return np.asarray(shapes.to_crs(code).to_numpy())
