"""Texts on travel times: conditions, crossings, profiles, detours, matrices from elsewhere."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
