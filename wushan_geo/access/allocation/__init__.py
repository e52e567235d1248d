"""Who goes where when places are assigned: the best allocation, its prices, and the nearest."""

from wushan_geo.access.allocation.model import Allocation, Certificate
from wushan_geo.access.allocation.nearest import nearest_allocation
from wushan_geo.access.allocation.optimal import allocate
from wushan_geo.access.allocation.prices import value_of_places

__all__ = ["Allocation", "Certificate", "allocate", "nearest_allocation", "value_of_places"]
