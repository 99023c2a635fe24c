"""What somebody wrote, told from what they quote and from what their mail program adds; nobody's words are cut off."""

from __future__ import annotations

import time

import pytest

from sayso.correspondence.own_words import own_words
from sayso.correspondence.plain_text import text_of_html
from sayso.correspondence.reading import MOST_CHARACTERS, MOST_HTML

OURS = ("say@county.example", "r1.2.0123456789abcdef0123")
SAID = "The bench in the corridor should go."

QUOTED = {
    "gmail": "On Mon, Nov 23, 2026 at 9:00 AM Sayso <say@county.example> wrote:\n\n> Hello Ann,\n> say one thing",
    "gmail, broken": "On Mon, Nov 23, 2026 at 9:00 AM Sayso <\nsay@county.example> wrote:\n\n> Hello Ann,",
    "outlook": "From: Sayso <say@county.example>\nSent: Monday, November 23, 2026\nTo: Ann\nSubject: X\n\nHello",
    "outlook with a line": "________________________________\nFrom: Sayso <say@county.example>\nSent: Monday\n\nHello",
    "original message": "-----Original Message-----\nFrom: Sayso\nTo: Ann\nSubject: X\n\nHello",
    "outlook, german": "Von: Sayso <say@county.example>\nGesendet: Montag\nAn: Ann\nBetreff: X\n\nGuten Tag",
    "thunderbird, german": "Am 23.11.26 um 09:00 schrieb Sayso:\n> Guten Tag\n> ...",
    "gmail, spanish": "El lun, 23 nov 2026 a las 9:00, Sayso (<say@county.example>) escribió:\n\n> Hola",
    "outlook, spanish": "De: Sayso <say@county.example>\nEnviado: lunes\nPara: Ann\nAsunto: X\n\nHola",
    "gmail, arabic": "في الاثنين، 23 نوفمبر 2026 تمت كتابة ما يلي بواسطة Sayso <say@county.example>:\n\n> مرحبا",
    "outlook, arabic": "من: Sayso <say@county.example>\nتاريخ الإرسال: الاثنين\nإلى: Ann\n\nمرحبا",
    "an address of theirs": "Begin of what you wrote, r1.2.0123456789abcdef0123@county.example\n\nHello",
}
SIGNED = {
    "by the rule": "-- \nAnn Li\nNight shift",
    "blank lost": "--\nAnn Li",
    "english": "Best regards,\nAnn Li",
    "german": "Mit freundlichen Grüßen\nAnn Li",
    "german, short": "LG\nAnn",
    "spanish": "Un saludo,\nAnn",
    "spanish, more": "Saludos cordiales,\nAnn",
    "arabic": "مع التحية\nآن",
    "telephone": "Sent from my iPhone",
    "telephone, german": "Von meinem iPhone gesendet",
    "telephone, spanish": "Enviado desde mi iPhone",
    "telephone, arabic": "أُرسلت من الـ iPhone",
    "two megabytes": "-- \n" + "Ann Li, Night shift\n" * 300,
}


@pytest.mark.parametrize("below", QUOTED)
def test_what_is_quoted_is_left_out(below: str) -> None:
    assert own_words(f"{SAID}\n\n{QUOTED[below]}\n", our_addresses=OURS) == SAID


@pytest.mark.parametrize("below", SIGNED)
def test_what_is_signed_is_left_out(below: str) -> None:
    assert own_words(f"{SAID}\n\n{SIGNED[below]}\n", our_addresses=OURS) == SAID


def test_who_answers_below_the_quoted_mail_is_heard() -> None:
    quoted = "On Mon, Nov 23, 2026 at 9:00 AM Sayso <say@county.example> wrote:\n> Hello\n> say one thing"
    assert own_words(f"{quoted}\n\n{SAID}\n\n-- \nAnn", our_addresses=OURS) == SAID


@pytest.mark.parametrize(
    "words",
    [
        "We need:\n- a bench\n- a lamp",
        "Thanks to the night shift we eat.\nThanks, all of them should be paid.",
        "Liebe Leute,\nGrüße an alle wären nett, aber niemand grüßt.",
        "We decide too late.\nFrom: Monday to Friday nobody answers.",
        "Best regards are all we ever get.",
        "Saludos.",
    ],
)
def test_words_that_look_like_a_signature_stay(words: str) -> None:
    assert own_words(words, our_addresses=OURS) == words


@pytest.mark.parametrize("part", ["On ", "From: x\n", "> a\n", "Op x heeft ", "\n", "El 1 escribió ", "Best ", "<"])
def test_no_mail_holds_us_up(part: str) -> None:
    begun = time.process_time()
    own_words((part * MOST_CHARACTERS)[:MOST_CHARACTERS], our_addresses=OURS)
    assert time.process_time() - begun < 3.0


def test_html_reads_as_it_is_seen() -> None:
    page = "<html><head><style>p{}</style></head><body><p>The bench<br>should &amp; must go.</p>"
    assert text_of_html(page) == "The bench\nshould & must go."
    assert text_of_html("<p>Mine</p><div class='gmail_quote'><div>On x wrote</div></div><p>After") == "Mine\nAfter"
    outlook = '<p>Mine</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From: x</div><div>Hello</div>'
    assert text_of_html(outlook) == "Mine"
    assert text_of_html("<p>Mine <b>never closed<blockquote>theirs") == "Mine never closed"


@pytest.mark.parametrize("part", ["<div>", "<", "<blockquote>", "</div>", "&#", "<!--"])
def test_no_html_holds_us_up(part: str) -> None:
    begun = time.process_time()
    text_of_html((part * MOST_HTML)[:MOST_HTML])
    assert time.process_time() - begun < 3.0
