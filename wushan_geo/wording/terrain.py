"""Texts on terrain: elevation, land cover, walking over land."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
