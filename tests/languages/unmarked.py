"""What a template or a Python file says to people without being marked for translation. Reads files, renders none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

TRANSLATED = re.compile(r"\{% blocktrans(?:late)?\b.*?\{% endblocktrans(?:late)? %\}", re.S)
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.S)
ENDING = re.compile(r"""\|pluralize(?::(["']).*?\1)?""")
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
LETTER = re.compile(r"[^\W\d_]{2,}")
SPOKEN_ATTRIBUTES = {
    "aria-label",
    "alt",
    "placeholder",
    "title",
    "data-announce",
    "data-copied",
    "data-start",
    "data-stop",
}
SAYS_NOTHING = {"script", "style", "code"}
# Names, units and keys, the same in every language.
SAME_EVERYWHERE = {
    *("Sayso", "CSV", "JSON", "PDF", "sayso worker", "sayso setup", "K7QM-2XRP"),
    *("https://intranet.example.org", "Entra ID"),
}
# Calls whose first text, or second, people read.
TOLD = {"Refused", "Unusable", "ValidationError", "success", "error", "info", "warning"}


class Texts(HTMLParser):
    """Every text, and every attribute that is read out or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SAYS_NOTHING:
            self.within.append(tag)
        self.found += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        if self.within and self.within[-1] == tag:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if not self.within:
            self.found.append(data)


def unmarked_in_template(path: Path) -> list[str]:
    text = COMMENT.sub("", path.read_text(encoding="utf-8"))
    endings = [found.group() for found in ENDING.finditer(text)]  # English endings, whatever the language
    text = TAG.sub("", TRANSLATED.sub("", text))
    if path.suffix == ".txt":
        return _with_words([text, *endings])
    reader = Texts()
    reader.feed(text)
    reader.close()
    return _with_words([*reader.found, *endings])


def _with_words(texts: list[str]) -> list[str]:
    told = (" ".join(text.split()) for text in texts)
    return [text for text in told if LETTER.search(_without_names(text))]


def _without_names(text: str) -> str:
    for name in SAME_EVERYWHERE:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "", text)
    return text


def unmarked_in_python(path: Path) -> Iterator[str]:
    """Texts handed as they are to what tells people of a mistake, or of what was done."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _name_of(node.func) in TOLD:
            yield from (ast.unparse(part) for part in node.args if _is_text(part))


def _name_of(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        is_log = isinstance(called.value, ast.Name) and called.value.id in {"log", "logger", "LOG"}
        return "" if is_log else called.attr
    return called.id if isinstance(called, ast.Name) else ""


def _is_text(part: ast.expr) -> bool:
    if isinstance(part, ast.JoinedStr):
        return any(isinstance(piece, ast.Constant) and LETTER.search(str(piece.value)) for piece in part.values)
    return isinstance(part, ast.Constant) and isinstance(part.value, str) and bool(LETTER.search(part.value))
