"""Writes of letter batches: asked for by a lead, made by a worker, fetched, deleted. Files lie in the data folder."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from sayso.engagements.models import Engagement
from sayso.invitations import queries, rules
from sayso.invitations.models import BatchState, LetterBatch
from sayso.members.access import record_access
from sayso.members.models import AccessKind, Member, Unit
from sayso.members.rules import Refused


def file_of(batch: LetterBatch) -> Path:
    return Path(settings.DATA_DIR) / "letters" / f"{batch.pk}"


def want_letters(
    *, engagement: Engagement, units: Iterable[Unit], is_for_all: bool, site: str, by: Member | None
) -> LetterBatch:
    """Ask for letters. Raises Refused when nobody would get one."""
    with transaction.atomic():
        batch = LetterBatch.objects.create(
            engagement=engagement, is_for_all=is_for_all, site=site.rstrip("/"), made_by=by
        )
        batch.units.set(units)
        if not (number := queries.people_for_letters(batch).count()):
            raise Refused(_("Mail reaches everybody there, so no letter is needed. Mend: choose other units, or all."))
        LetterBatch.objects.filter(pk=batch.pk).update(n_letters=number)
        _record(batch, by, f"{number} letters asked for")
    batch.refresh_from_db()
    return batch


def fetch_letters(*, batch: LetterBatch, by: Member, now: datetime) -> Path:
    """The file, to be handed out now; from the first time on it is kept an hour only. Raises Refused."""
    path = file_of(batch)
    if batch.state != BatchState.READY or not path.is_file():
        raise Refused(_("These letters are not here any more. Make them anew: the codes stay the same."))
    with transaction.atomic():
        _record(batch, by, f"{batch.n_letters} letters fetched")
        soon = now + rules.LETTERS_KEPT_ONCE_FETCHED
        LetterBatch.objects.filter(Q(delete_at__gt=soon) | Q(delete_at=None), pk=batch.pk).update(delete_at=soon)
    return path


def _record(batch: LetterBatch, by: Member | None, detail: str) -> None:
    engagement = batch.engagement
    record_access(
        organisation=engagement.organisation,
        by=by,
        kind=AccessKind.PASSES_PRINTED,
        engagement_slug=engagement.slug,
        detail=detail,
    )


# The worker's


def claim_batch(*, worker: str, now: datetime, lease_s: float) -> LetterBatch | None:
    free = Q(state=BatchState.WAITING) | Q(state=BatchState.MAKING, lease_until__lt=now)
    for batch in LetterBatch.objects.filter(free).order_by("pk")[:5]:
        unchanged = LetterBatch.objects.filter(free, pk=batch.pk, worker=batch.worker, lease_until=batch.lease_until)
        lease = now + timedelta(seconds=lease_s)
        if unchanged.update(state=BatchState.MAKING, worker=worker, lease_until=lease, n_done=0):
            return LetterBatch.objects.select_related("engagement__organisation").get(pk=batch.pk)
    return None


def tell_progress(*, batch: LetterBatch, number: int, now: datetime, lease_s: float) -> bool:
    """So many more are set. False when the batch is another worker's by now."""
    lease = now + timedelta(seconds=lease_s)
    return bool(_ours(batch).update(n_done=F("n_done") + number, lease_until=lease))


def finish_batch(*, batch: LetterBatch, number: int, made: Path, now: datetime) -> bool:
    """Put the file in its place and say it is ready. False, and no file, when the batch is another's by now."""
    with transaction.atomic():
        done = {"state": BatchState.READY, "worker": "", "lease_until": None, "n_letters": number, "n_done": number}
        if not _ours(batch).update(**done, delete_at=now + rules.LETTERS_KEPT):
            made.unlink()
            return False
        made.replace(file_of(batch))
    return True


def give_batch_up(*, batch: LetterBatch, trouble: str) -> None:
    _ours(batch).update(state=BatchState.FAILED, worker="", lease_until=None, trouble=trouble[:300])


def give_batch_back(*, batch: LetterBatch) -> None:
    """The worker is asked to end: another makes it from the start."""
    _ours(batch).update(state=BatchState.WAITING, worker="", lease_until=None, n_done=0)


def delete_old_files(*, now: datetime) -> int:
    """Delete what was fetched, and what nobody fetched in a week. Gives back how many."""
    old = list(LetterBatch.objects.filter(state=BatchState.READY, delete_at__lte=now))
    for batch in old:
        file_of(batch).unlink(missing_ok=True)
        LetterBatch.objects.filter(pk=batch.pk).update(state=BatchState.GONE, delete_at=None)
    return len(old)


def new_file(batch: LetterBatch) -> tuple[Path, int]:
    """A file beside its place, for its owner only; path and descriptor."""
    path = file_of(batch).with_suffix(f".{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path, os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)


def _ours(batch: LetterBatch):  # type: ignore[no-untyped-def]
    return LetterBatch.objects.filter(pk=batch.pk, worker=batch.worker, state=BatchState.MAKING)
