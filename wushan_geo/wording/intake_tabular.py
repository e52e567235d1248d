"""Words of reading office files: tabular."""

TEXTS: dict[str, tuple[str, str]] = {}
