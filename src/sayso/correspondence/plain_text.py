"""HTML as the words somebody reads in it, a block a line, without what they quote. Knows no mail, never raises.

Read by libxml2: Python's own parser takes minutes over some mails of a hundred kilobytes.
"""

from __future__ import annotations

from lxml import etree

UNSEEN = {"head", "style", "script", "title", "template", "blockquote"}
BLOCKS = {"p", "div", "br", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "hr", "section", "pre"}
# How mail programs mark what was quoted, where they do not say blockquote.
QUOTES = ("gmail_quote", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote")
# Outlook puts these before what it quotes and wraps nothing in them: all after is quoted.
QUOTED_FROM_HERE = ("divrplyfwdmsg", "appendonsend")


def text_of_html(html: str) -> str:
    """
    >>> text_of_html("<p>The bench<br>should go.</p><blockquote>Hello</blockquote>")
    'The bench\\nshould go.'
    """
    parser = etree.HTMLParser(encoding="utf-8", recover=True, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(html.encode("utf-8", errors="replace"), parser)
    except etree.LxmlError:
        return ""
    lines = (" ".join(line.split()) for line in "".join(_seen(root)).split("\n")) if root is not None else ()
    return "\n".join(line for line in lines if line)


def _seen(root: etree._Element) -> list[str]:
    found: list[str] = []
    n_unseen = 0  # how many open elements hide what is in them
    for event, element in etree.iterwalk(root, events=("start", "end")):
        named = f"{element.get('id', '')} {element.get('class', '')}".lower()
        if any(name in named for name in QUOTED_FROM_HERE):
            return found
        hides = element.tag in UNSEEN or any(name in named for name in QUOTES)
        told = element.text if event == "start" else element.tail
        n_unseen += hides if event == "start" else -hides
        if element.tag in BLOCKS:
            found.append("\n")
        if told and not n_unseen:
            found.append(told.replace("\n", " ").replace("\r", " "))
    return found
