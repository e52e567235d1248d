"""What the plan asks: rule by rule and unit by unit."""
