"""German."""

WEEKDAY_FORMAT = "l, j. F"
DATETIME_FORMAT = "j. F Y, H:i"
MOMENT_FORMAT = "j. F, H:i"
