"""The gap of a study looked at from every side: reach, places, fairness, clusters and causes."""
