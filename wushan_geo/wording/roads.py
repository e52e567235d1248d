"""Texts on road networks: files, downloads, classes, parts that hang together."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
