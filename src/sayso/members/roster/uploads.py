"""Files on their way to the roster: kept in the folder of uploads, read by nobody but the worker, thrown away after.

Knows the folder and the table of files; knows nothing of what stands in them.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

from sayso.members.models import Member, RosterFile, RosterUpdate
from sayso.members.roster.queries import NOT_YET
from sayso.members.rules import Refused
from sayso.web.uploads import MOST_BYTES

KEPT = timedelta(days=7)


def keep_file(*, by: Member, name: str, chunks: Iterable[bytes]) -> RosterFile:
    """Take a file in, readable by the server's user only. Raises Refused when it is empty or too large."""
    stored_as = secrets.token_hex(16)
    path = _folder() / stored_as
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _write(file, chunks)
        return RosterFile.objects.create(
            organisation=by.organisation, name=_plain(name), stored_as=stored_as, brought_by=by
        )
    except BaseException:
        path.unlink()
        raise


def path_of(file: RosterFile) -> Path:
    return _folder() / file.stored_as


def throw_away(*, file: RosterFile) -> None:
    """The file, and what it would have done if that was never carried out."""
    with transaction.atomic():
        if file.update_made and file.update_made.state in NOT_YET:
            file.update_made.delete()
        file.delete()
    path_of(file).unlink(missing_ok=True)


def throw_away_old(*, now: datetime) -> None:
    """What nobody carried out within a week: it names people."""
    for file in RosterFile.objects.filter(brought_at__lt=now - KEPT).exclude(jobs__state__in=("waiting", "running")):
        throw_away(file=file)
    for update in RosterUpdate.objects.filter(state__in=NOT_YET, made_at__lt=now - KEPT):
        update.delete()
    kept = set(RosterFile.objects.values_list("stored_as", flat=True))
    for path in _folder().iterdir():
        if path.name not in kept and now.timestamp() - path.stat().st_mtime > KEPT.total_seconds():
            path.unlink(missing_ok=True)


def _folder() -> Path:
    folder = Path(settings.DATA_DIR) / "uploads" / "roster"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _plain(name: str) -> str:
    return "".join(sign for sign in name if sign.isprintable())[:200] or "file"


def _write(file: object, chunks: Iterable[bytes]) -> None:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            raise Refused(str(TOO_LARGE))
        file.write(chunk)  # type: ignore[attr-defined]
    if not size:
        raise Refused(_("The file is empty. Choose the one with your people."))


TOO_LARGE = format_lazy(
    lazily("The file is larger than {most} MB. Nothing is stored. Bring it in several files."), most=MOST_BYTES // 2**20
)
