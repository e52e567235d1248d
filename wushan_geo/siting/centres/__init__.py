"""Nearest for the farthest: the p-center and its worst-off-first form."""
