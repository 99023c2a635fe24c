"""Catalogues of translated words: collects what has to be said in other languages, and makes what programs read.

Usage: tools/catalogues.py [collect|compile]; both without a word. Needs Babel, no gettext of the system; what it
writes is what gettext, Poedit and Weblate read. Knows the files, not the languages' words.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "sayso"
LOCALE = PACKAGE / "locale"
LANGUAGES = ("de", "es", "ar")
NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)  # so that the same words make the same file
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "_counted": (1, 2),
    "lazily": None,
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "sentence": None,
    "sentence_counted": (1, 2),
}


_CALL = re.compile(r"""\b(?:n?p?gettext|_)\((?:[^()"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\([^()]*\))*\)|\n""")


_CALL = re.compile(r"""\b(?:n?p?gettext|_)\((?:[^()"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\([^()]*\))*\)|\n""")


def messages_of(path: Path) -> Iterator[tuple[int, Any, str | None]]:
    """Line, message (with its plural), context: of a template or a Python file."""
    code = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        code = _without_noise(templatize(code))
    for line, message, _, context in extract("python", BytesIO(code.encode()), KEYWORDS):
        yield line, message, context


def _without_noise(told: str) -> str:
    """Django puts an X for each sign that is not translated; Python must be able to read what is left."""
    return "".join(call if call == "\n" else call.replace("\n", " ") + ";" for call in _CALL.findall(told))


def collected() -> Catalog:
    """Everything that is marked, in the order of files."""
    catalogue = Catalog(project="Sayso", charset="utf-8")
    for path in sorted([*PACKAGE.rglob("*.py"), *templates()]):
        for _, message, context in messages_of(path):
            name = path.relative_to(PACKAGE).as_posix()
            catalogue.add(message, locations=[(name, 0)], context=context)
    return catalogue


def templates() -> list[Path]:
    found = (PACKAGE.rglob(f"templates/**/*.{ending}") for ending in ("html", "txt", "xml"))
    return sorted(path for paths in found for path in paths)


def catalogue_at(folder: Path, language: str) -> Catalog:
    path = folder / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog(locale=language, project="Sayso", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    catalogue.creation_date = catalogue.revision_date = NO_DAY
    return catalogue


def collect() -> None:
    """Bring each language's catalogue up to what is marked; what is new is left empty, never guessed."""
    found = collected()
    for language in LANGUAGES:
        catalogue = catalogue_at(LOCALE, language)
        catalogue.update(found, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        save(catalogue, LOCALE / language / "LC_MESSAGES" / "django.po")


def save(catalogue: Catalog, path: Path) -> None:
    """As text that changes only where words change: no dates, no line numbers."""
    catalogue.fuzzy = False
    path.parent.mkdir(parents=True, exist_ok=True)
    told = BytesIO()
    write_po(told, catalogue, width=0, sort_by_file=True, include_lineno=False)
    kept = [line for line in told.getvalue().decode().splitlines(keepends=True) if not _is_of_the_day(line)]
    path.write_text("".join(kept), encoding="utf-8")


def _is_of_the_day(line: str) -> bool:
    names = (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Language-Team",
        "Generated-By",
        "Report-Msgid",
    )
    return line.startswith(tuple(f'"{name}' for name in names)) or (
        line.startswith("#") and line[1:2] not in {":", ","}
    )


def compile_all(folder: Path) -> None:
    for path in sorted(folder.glob("*/LC_MESSAGES/django.po")):
        catalogue = catalogue_at(folder, path.parent.parent.name)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)


def main(words: list[str]) -> int:
    wanted = words or ["collect", "compile"]
    if set(wanted) - {"collect", "compile"}:
        print(__doc__, file=sys.stderr)
        return 2
    if "collect" in wanted:
        collect()
    if "compile" in wanted:
        compile_all(LOCALE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
