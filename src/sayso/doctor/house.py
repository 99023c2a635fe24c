"""The machine around it: room on the disk, and the files that pages are made with."""

from __future__ import annotations

import shutil

from sayso.doctor.finding import FAIL, OK, WARN, Check, Finding

LEAST_DISK_BYTES, LITTLE_DISK_BYTES = 200 * 2**20, 2 * 2**30
TEXT_ASSETS = ("fonts/literata-latin.woff2", "tokens.css", "components.css", "js/poll.js")


def _disk() -> Finding:
    from django.conf import settings

    free = shutil.disk_usage(settings.DATA_DIR).free
    cause = f"{free / 2**30:.1f} GB free for the data folder."
    state = FAIL if free < LEAST_DISK_BYTES else WARN if free < LITTLE_DISK_BYTES else OK
    return Finding("disk", state, cause, "" if state == OK else f"Make room on the disk of {settings.DATA_DIR}.")


def _static_files() -> Finding:
    from django.contrib.staticfiles import finders

    missing = [name for name in TEXT_ASSETS if finders.find(f"web/{name}") is None]
    if missing:
        mend = "Install Sayso anew: pip install --force-reinstall 'sayso[web]'."
        return Finding("static.files", FAIL, f"Missing: {', '.join(missing)}.", mend)
    return Finding("static.files", OK, "Styles, scripts and the letters of people's words are there.")


CHECKS = (
    Check(
        "disk",
        _disk,
        "Is there room for the data folder? Under 2 GB warns, under 200 MB fails.",
        "Make room on that disk.",
    ),
    Check(
        "static.files",
        _static_files,
        "Are styles, scripts and the letters of people's words installed?",
        "Install Sayso anew: `pip install --force-reinstall 'sayso[web]'`.",
    ),
)
