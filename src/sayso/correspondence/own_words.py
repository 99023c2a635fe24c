"""An answer by mail without the mail it answers, and without what somebody's mail program puts below each mail.

Where the quoted mail begins is found by `quotequail`, which knows the ways of many programs, and by our own addresses:
whatever introduces our mail names one. Signatures are found only where they say so themselves, or where a greeting
stands alone on its line, so that nobody's words are cut off. Knows text; knows no mail.
"""

from __future__ import annotations

import re

import quotequail

# A greeting that stands alone on its line, with a name after it at most; and what telephones add.
GREETINGS = re.compile(
    r"^(?:(?:with )?(?:best|kind|warm|many)? ?(?:regards|wishes)|all the best|cheers|sincerely|yours"
    r"|(?:mit )?(?:freundliche[nm]?|beste[n]?|liebe[n]?|viele[n]?|herzliche[n]?|schöne[n]?)? ?gr(?:ü|ue)(?:ß|ss)e?n?"
    r"|mfg|lg|(?:un|muchos)? ?(?:cordial )?saludos?(?: cordial(?:es)?)?|atentamente|un abrazo"
    r"|مع (?:خالص )?(?:أطيب )?التحيات?|مع التحية|تحياتي|وتفضلوا بقبول فائق الاحترام)[\s,،.!–-]*$",
    re.IGNORECASE,
)
FROM_A_TELEPHONE = re.compile(
    r"^(?:sent from|get outlook for|gesendet von|von meinem \w+ gesendet|diese nachricht wurde von meinem"
    r"|enviado (?:desde|con)|obtener outlook|أُ?رسلت? من|تم الإرسال من)\b.{0,80}$",
    re.IGNORECASE,
)
LAST_LINES = 8  # of a greeting with name, duty and number


def own_words(text: str, *, our_addresses: tuple[str, ...]) -> str:
    """What was written in answer; empty when nothing was."""
    above = _without_signature(_above_quote(text, our_addresses))
    return above or _without_signature(_below_quote(text))


def _above_quote(text: str, our_addresses: tuple[str, ...]) -> str:
    written: str = quotequail.quote(text, quote_intro_line=True)[0][1]
    lines = written.split("\n")
    for number, line in enumerate(lines):
        if line.startswith(">") or any(address in line.lower() for address in our_addresses):
            return "\n".join(lines[: _beginning(lines, number)]).strip()
    return written.strip()


def _beginning(lines: list[str], number: int) -> int:
    """Where the sentence begins that introduces the quoted mail: programs break it over lines, up to an empty one."""
    first = number
    while first > 0 and number - first < 3 and lines[first - 1].strip() and _introduces(lines[first - 1]):
        first -= 1
    return first


def _introduces(line: str) -> bool:
    """Dates, and rules that programs draw, as they stand before a quoted mail."""
    plain = line.strip()
    return bool(re.match(r"^(?:[-_*]{5,}|(?:On|Am|El|Le|في)\s.*\d.*)$", plain)) or plain.endswith("<")


def _below_quote(text: str) -> str:
    """Who answers below what they quote."""
    found = quotequail.unwrap(text)
    return str(found.get("text_bottom", "")) if found else ""


def _without_signature(text: str) -> str:
    lines = text.strip().split("\n")
    for number, line in enumerate(lines):
        plain = line.strip()
        ends = line.rstrip() in {"--", "—"} or re.match(r"^_{5,}$", plain) or FROM_A_TELEPHONE.match(plain)
        greets = number > 0 and len(lines) - number <= LAST_LINES and GREETINGS.match(plain)
        if ends or greets:
            return "\n".join(lines[:number]).strip()
    return "\n".join(lines).strip()
