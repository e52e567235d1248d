"""What else there is to choose: numbers, years, moves, the next best plans, stability."""
