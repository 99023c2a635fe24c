"""Arabic, with the digits that phones and forms use in most of the countries it is spoken in."""

DATE_FORMAT = "j F Y"
WEEKDAY_FORMAT = "l j F"
DATETIME_FORMAT = "j F Y، H:i"
MOMENT_FORMAT = "j F، H:i"
