"""Who reaches what: each measure is a pure function of travel times and counts."""
