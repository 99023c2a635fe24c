"""German."""

WEEKDAY_FORMAT = "l, j. F"
