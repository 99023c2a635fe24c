"""Every sentence our mails are made of. Braces are filled; what stands in them is put in as it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    language: str
    # After a statement by mail
    receipt_subject: str
    receipt: str
    receipt_next: str
    attachments: str
    # Why a mail could not be taken
    answer_subject: str
    too_long: str
    much_too_long: str
    shorten: str
    empty: str
    no_words: str
    closed: str
    expired: str
    wrong_sender: str
    too_many: str
    nothing_lost: str
    come_in: str
    # News
    digest_subject: str
    instant_subject: str
    became: str
    published: str
    returned: str
    merged: str
    split: str
    hidden: str
    mend: str
    seen: str
    fresh: str
    fresh_how: str
    agree: str
    neither: str
    disagree: str
    shared: str
    results: str
    acknowledged: str
    read: str
    looking: str
    under_way: str
    cannot: str
    done: str
    authors_asked: str
    my_page: str
    answer_here: str
    # Below each
    yours_alone: str
    settings: str
