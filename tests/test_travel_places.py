"""Points as callers bring them: odd columns are read where that is sure, else named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from wushan_geo.errors import ParameterError
from wushan_geo.travel.places import places


def test_whole_numbers_of_nodes_stay_whole_where_a_gap_made_floats_of_them() -> None:
    table = pd.DataFrame(
        {"lon": [109.0, 109.1], "lat": [31.0, 31.0], "node_id": [1.0, np.nan]}, index=["a", "b"]
    )

    assert places(table, "origins").node_ids == ("1", "")
    assert places(table.assign(node_id=[1.5, np.nan]), "origins").node_ids == ("1.5", "")
    assert table["node_id"].dtype == np.float64


def test_a_degree_that_is_no_number_is_named_with_its_place() -> None:
    table = pd.DataFrame({"lon": ["109.0", "x"], "lat": [31.0, 31.0]}, index=["a", "b"])

    with pytest.raises(ParameterError, match="origins have a lon that is no number for b"):
        places(table, "origins")
