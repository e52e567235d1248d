"""Where persons go when each looks for the cheapest place and places grow crowded (RAAM)."""

from wushan_geo.access.agents.access import RationalAgentAccess, rational_agent_access

__all__ = ["RationalAgentAccess", "rational_agent_access"]
