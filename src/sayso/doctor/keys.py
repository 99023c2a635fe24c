"""Custody of the keys that tie people to their answers, and of the one behind personal links and codes."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sayso.doctor.finding import FAIL, OK, WARN, Check, Finding, is_loose

if TYPE_CHECKING:
    from sayso.engagements.models import Engagement

KEY_BYTES = 32
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")


def _folder() -> Path:
    from django.conf import settings

    return Path(settings.DATA_DIR) / "keys"


def _of_engagements() -> Finding:
    from sayso.engagements.models import Engagement

    return of_engagements(Engagement.objects.order_by("pk"), _folder())


def of_engagements(engagements: Iterable[Engagement], folder: Path) -> Finding:
    """Each key where it is needed, whole, and its owner's alone."""
    needed = [engagement.slug for engagement in engagements if _is_missed(engagement)]
    paths = {slug: folder / f"{slug}.key" for slug in needed}
    if missing := [slug for slug, path in paths.items() if not path.is_file()]:
        mend = "Bring the key file back from the guardian's copy: without it nobody finds their own answers again."
        return Finding("keys.engagements", FAIL, f"No key file for: {', '.join(missing)}.", mend)
    if loose := [slug for slug, path in paths.items() if is_loose(path)]:
        return Finding(
            "keys.engagements", FAIL, f"Others can read the key of: {', '.join(loose)}.", f"chmod 600 {folder}/*.key"
        )
    if broken := [slug for slug, path in paths.items() if path.stat().st_size != KEY_BYTES]:
        mend = "Bring the key file back from the guardian's copy; keep the present one beside it until all is well."
        return Finding("keys.engagements", FAIL, f"Not as it was made: the key of {', '.join(broken)}.", mend)
    return Finding("keys.engagements", OK, f"{len(needed)} kept, readable by their owner only.")


def _is_missed(engagement: Engagement) -> bool:
    """Opened, so that answers hang on it, and not closed; nobody destroyed it."""
    return engagement.is_opened and not engagement.is_closed and engagement.key_destroyed_on is None


def _is_left(engagement: Engagement) -> bool:
    """Of what is being prepared there may be one: of its trial, and it goes at the opening."""
    return engagement.is_closed or engagement.key_destroyed_on is not None


def _after_the_close() -> Finding:
    from sayso.engagements.models import Engagement

    return after_the_close(Engagement.objects.order_by("pk"), _folder())


def after_the_close(engagements: Iterable[Engagement], folder: Path) -> Finding:
    """A key that outlives its engagement keeps the way from people to their answers open."""
    over = [engagement.slug for engagement in engagements if _is_left(engagement)]
    left = [slug for slug in over if (folder / f"{slug}.key").is_file()]
    if left:
        cause = f"Closed, and the key is still there: {', '.join(left)}."
        return Finding("keys.closed", WARN, cause, "Ask its data guardian to destroy it, on their page of the key.")
    return Finding("keys.closed", OK, "No key has outlived its engagement.")


def _apart_from_copies() -> Finding:
    """Whoever gets a copy of the data must not get the keys with it."""
    from django.conf import settings

    data = Path(settings.DATA_DIR)
    if found := list(_keys_elsewhere(data)):
        cause = f"Keys lie beside copies of the data: {', '.join(found[:3])}."
        return Finding("keys.apart", FAIL, cause, "Move them to where only the data guardian can read them.")
    return Finding("keys.apart", OK, "No copy of the data in the data folder holds keys.")


def _keys_elsewhere(data: Path) -> Iterator[str]:
    for path in sorted(path for path in data.rglob("*") if path.is_file()):
        inside = path.relative_to(data)
        if inside.parts[:-1] != ("keys",) and any(name.endswith(".key") for name in (path.name, *_listed(path))):
            yield str(inside)


def _listed(path: Path) -> list[str]:
    """What an archive holds; nothing for other files."""
    if not path.name.endswith(ARCHIVES):
        return []
    try:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                return archive.namelist()
        with tarfile.open(path) as archive_of_tape:
            return archive_of_tape.getnames()
    except (OSError, zipfile.BadZipFile, tarfile.TarError):
        return []


def _passes() -> Finding:
    path = _folder() / "passes"
    if not path.is_file():
        return Finding("keys.passes", OK, "No personal link or code was made yet; its key is made with the first.")
    if is_loose(path) or is_loose(path.parent):
        cause = f"Others can read {path}, and so make links and codes of anybody."
        mend = f"chmod 700 {path.parent}; chmod 600 {path}. Remove it to make all links and codes void."
        return Finding("keys.passes", FAIL, cause, mend)
    if path.stat().st_size != KEY_BYTES:
        mend = (
            "Bring it back from your copy, or remove it: all links and codes stop working then, and new ones are made."
        )
        return Finding("keys.passes", FAIL, f"{path} is not as it was made.", mend)
    return Finding("keys.passes", OK, "The key of links and codes is readable by its owner only.")


CHECKS = (
    Check(
        "keys.engagements",
        _of_engagements,
        "Is each open engagement's key there, whole, and readable by its owner only?",
        "Bring the key file back from the guardian's copy; `chmod 600` it.",
        needs="tables",
    ),
    Check(
        "keys.closed",
        _after_the_close,
        "Is the key of a closed engagement still there?",
        "Ask its data guardian to destroy it.",
        needs="tables",
    ),
    Check(
        "keys.apart",
        _apart_from_copies,
        "Do copies or archives in the data folder hold keys beside the data?",
        "Move them to where only the data guardian can read them.",
    ),
    Check(
        "keys.passes",
        _passes,
        "Is the key behind personal links and codes whole, and readable by its owner only?",
        "`chmod 600` it, or remove it to make all links and codes void.",
    ),
)
