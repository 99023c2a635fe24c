"""The one set of icons: round strokes on a 24 × 24 grid. Always beside a word, so hidden from screen readers."""

from __future__ import annotations

from markupsafe import Markup

from sayso.web.markup import element

PATHS = {
    "tick": "M4.5 12.5l5 5 10-11",
    "dash": "M5 12h14",
    "cross": "M6 6l12 12M18 6L6 18",
    "undo": "M9 14L4 9l5-5M4 9h10.5a5.5 5.5 0 0 1 0 11H11",
    "pen": "M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19 4 20zM14 6.5l3.5 3.5",
    "star": "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9-4.3-4.1 5.9-.8z",
    "flag": "M5 21V4M5 4.5c4-2 8 2 13 0v9c-5 2-9-2-13 0",
    "forward": "M5 12h14M13 6l6 6-6 6",
    "back": "M19 12H5M11 6l-6 6 6 6",
    "inbox": "M4 13l3-8h10l3 8v6H4zM4 13h5a3 3 0 0 0 6 0h5",
    "eye": "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
    "lock": "M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11",
    "people": "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6"
    "M16 4.5a3.5 3.5 0 0 1 0 6M18 14.5c2.2.8 3.5 2.7 3.5 5.5",
    "clock": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2",
    "download": "M12 4v11M7 10.5l5 5 5-5M4.5 20h15",
    "copy": "M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4",
    "mail": "M3.5 6h17v12.5h-17zM3.5 7l8.5 6 8.5-6",
    "speech": "M4 5h16v11H11l-5 4v-4H4z",
    "map": "M9 4L3.5 6.5v13L9 17l6 2.5 5.5-2.5V4L15 6.5zM9 4v13M15 6.5v13",
    "info": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5M12 7.5v.1",
    "warning": "M12 4L2.5 20h19zM12 10v4.5M12 17.3v.1",
    "door": "M6 21V3.5h12V21M3.5 21h17M14.5 12v.1",
    "more": "M5 12v.1M12 12v.1M19 12v.1",
    "key": "M15 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM11 13l-7.5 7.5M6.5 17.5l2.5 2.5",
}


# They point along the line of reading, so the other way where it runs from right to left.
ALONG_THE_LINE = {"forward", "back"}


def icon(name: str) -> Markup:
    """One icon; KeyError for a name that is not in the set."""
    path = element("path", d=PATHS[name])
    class_ = "icon icon--along" if name in ALONG_THE_LINE else "icon"
    return element("svg", path, class_=class_, view_box="0 0 24 24", aria_hidden="true", focusable="false")
