"""HTML as the words somebody reads in it, a block a line, without what they quote. Knows no mail, never raises."""

from __future__ import annotations

from html.parser import HTMLParser

UNSEEN = {"head", "style", "script", "title", "template", "blockquote"}
BLOCKS = {"p", "div", "br", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "hr", "section", "pre"}
# How mail programs mark what was quoted, where they do not say blockquote.
QUOTES = ("gmail_quote", "divrplyfwdmsg", "appendonsend", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote")
ENDLESS = {"br", "hr", "img", "meta", "link", "input", "col", "wbr", "area", "base", "embed", "source", "track"}


def text_of_html(html: str) -> str:
    """
    >>> text_of_html("<p>The bench<br>should go.</p><blockquote>Hello</blockquote>")
    'The bench\\nshould go.'
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.found).split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unseen: list[str] = []  # open tags from the first unseen one on
        self._is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.found.append("\n")
        named = " ".join(value or "" for name, value in attrs if name in {"id", "class"}).lower()
        if any(quote in named for quote in QUOTES) and "signature" not in named:
            # Outlook puts a line before what it quotes and wraps nothing in it: all after it is quoted.
            self._is_over = self._is_over or "divrplyfwdmsg" in named or "appendonsend" in named
            self._unseen.append(tag)
        elif tag not in ENDLESS and (self._unseen or tag in UNSEEN):
            self._unseen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.found.append("\n")
        if tag in self._unseen:
            while self._unseen.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._unseen and not self._is_over:
            self.found.append(data.replace("\n", " ").replace("\r", " "))
