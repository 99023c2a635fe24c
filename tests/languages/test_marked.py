"""What people read is marked for translation: each template and each message, but for those listed as English."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

from languages.unmarked import unmarked_in_python, unmarked_in_template
from real_data import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "tools"))

from catalogues import PACKAGE, templates

STILL_ENGLISH = (PACKAGE / "locale" / "still_english.txt").read_text(encoding="utf-8").splitlines()


def patterns() -> list[str]:
    return [line.split("#")[0].strip() for line in STILL_ENGLISH if line.split("#")[0].strip()]


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def is_listed(path: Path) -> bool:
    return any(fnmatch(name_of(path), pattern) for pattern in patterns())


def python_files() -> Iterable[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def test_no_template_says_what_cannot_be_translated() -> None:
    found = {name_of(path): unmarked_in_template(path) for path in templates() if not is_listed(path)}
    assert {name: texts for name, texts in found.items() if texts} == {}


def test_no_message_says_what_cannot_be_translated() -> None:
    found = {name_of(path): list(unmarked_in_python(path)) for path in python_files() if not is_listed(path)}
    assert {name: texts for name, texts in found.items() if texts} == {}


def test_the_list_of_what_is_still_english_names_nothing_done_and_nothing_gone() -> None:
    files = [*templates(), *python_files()]
    unmarked = {name_of(p) for p in templates() if unmarked_in_template(p)}
    unmarked |= {name_of(p) for p in python_files() if list(unmarked_in_python(p))}
    assert [one for one in patterns() if not any(fnmatch(name_of(path), one) for path in files)] == []
    assert [one for one in patterns() if not any(fnmatch(name, one) for name in unmarked)] == []
