"""Texts on comparing two studies or scenarios."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
