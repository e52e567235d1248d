"""The sites that a study should get next: what a planner wishes, and every table of the answer."""
