"""Begin a study: a folder with settings, templates and what to do next."""

from wushan_geo.starting.folders import Begun, County, start
from wushan_geo.starting.telling import begun_lines

__all__ = ["Begun", "County", "begun_lines", "start"]
