"""Words of the reports room."""

TEXTS: dict[str, tuple[str, str]] = {}
