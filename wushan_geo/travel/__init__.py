"""How long it takes: every engine answers with the same TravelMatrix."""
