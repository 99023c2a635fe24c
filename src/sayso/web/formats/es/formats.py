"""Spanish: a plain space would do; the point for thousands is what forms and schools use."""

DATE_FORMAT = r"j \d\e F \d\e Y"
WEEKDAY_FORMAT = r"l j \d\e F"
DATETIME_FORMAT = r"j \d\e F \d\e Y, H:i"
MOMENT_FORMAT = r"j \d\e F, H:i"
