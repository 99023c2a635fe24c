"""English: the day first, as people say it."""

DATE_FORMAT = "j F Y"
MONTH_DAY_FORMAT = "j F"
WEEKDAY_FORMAT = "l j F"
DATETIME_FORMAT = "j F Y, H:i"
MOMENT_FORMAT = "j F, H:i"
