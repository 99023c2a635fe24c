"""Puts our mails together: receipts, answers, news. Plain text first, the same as HTML; nothing in them tracks.

A mail holds its reader's own words and what all members may see, and names nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from sayso.correspondence.news import Became, News
from sayso.correspondence.tokens import answer_token, choice_token
from sayso.correspondence.words import words_for
from sayso.correspondence.words.said import Said
from sayso.engagements.models import MAX_STATEMENT_CHARACTERS, Engagement, Stance, Statement, StatementState
from sayso.mail.addresses import personal_link, reply_address
from sayso.mail.frame import framed
from sayso.members.models import Member
from sayso.replies.models import Acknowledgement
from sayso.web.languages import direction
from sayso.web.typed import one_line


@dataclass(frozen=True)
class Link:
    label: str
    address: str


@dataclass(frozen=True)
class Entry:
    """Somebody's words and their language, what is told of them, and where that leads."""

    words: str
    language: str
    told: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True)
class Block:
    heading: str
    entries: list[Entry]
    note: str = ""


@dataclass(frozen=True)
class Sheet:
    """What somebody reads, from top to bottom."""

    subject: str
    title: str
    opening: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    feet: list[str] = field(default_factory=list)
    foot_links: list[Link] = field(default_factory=list)


class Desk:
    """Writes to one member about one engagement, in their language."""

    def __init__(self, member: Member, engagement: Engagement, *, site: str) -> None:
        self.member, self.engagement, self.site = member, engagement, site
        self.said: Said = words_for(member.language)

    def receipt(self, statement: Statement, *, has_attachments: bool) -> EmailMultiAlternatives:
        said = self.said
        closing = [said.receipt_next, *([said.attachments] if has_attachments else [])]
        blocks = [Block("", [_entry(statement)])]
        sheet = Sheet(said.receipt_subject, self.engagement.title, [said.receipt], blocks, closing)
        return self._message(sheet, is_answer=True)

    def answer(self, why: str, *, n_characters: int, has_attachments: bool) -> EmailMultiAlternatives:
        """Why a mail was not taken in, and what to do. The long words are not sent back: they are theirs already."""
        said = self.said
        if why == "too_long":
            sentence = said.too_long if n_characters else said.much_too_long
            told = [sentence.format(n=n_characters, most=MAX_STATEMENT_CHARACTERS), said.shorten]
        else:
            told = [getattr(said, why)]
        told += [said.attachments] if has_attachments else []
        told += [] if why in {"wrong_sender", "empty"} else [said.nothing_lost]
        links = [] if why == "closed" else [self._way_in(said.come_in)]
        return self._message(Sheet(said.answer_subject, self.engagement.title, told, links=links), is_answer=True)

    def digest(self, news: News) -> EmailMultiAlternatives:
        return self._news(news, self.said.digest_subject)

    def instant(self, became: Became) -> EmailMultiAlternatives:
        return self._news(News(became=[became]), self.said.instant_subject)

    def _news(self, news: News, subject: str) -> EmailMultiAlternatives:
        said = self.said
        blocks = [
            Block(said.became, [self._became(one) for one in news.became]),
            Block(said.fresh, [self._to_answer(statement) for statement in news.fresh], said.fresh_how),
            Block(said.acknowledged, [_entry(one.statement, [self._said(one)]) for one in news.acknowledged]),
            Block(said.shared, [_entry(statement) for statement in news.shared]),
        ]
        token = choice_token(self.engagement, self.member)
        settings_page = self.site + reverse("what_you_send_me", args=[token])
        answers_to = reply_address(self.member, self.engagement)
        sheet = Sheet(
            subject=f"{subject}: {self.engagement.title}",
            title=self.engagement.title,
            blocks=[block for block in blocks if block.entries],
            closing=[said.authors_asked] if news.are_authors_asked else [],
            links=[
                *([self._way_in(said.my_page, "mine/")] if news.are_authors_asked else []),
                *([self._way_in(said.results, "results/")] if news.sees_results else []),
            ],
            feet=[*([said.answer_here] if answers_to else []), said.yours_alone],
            foot_links=[Link(said.settings, settings_page)],
        )
        headers = {"List-Unsubscribe": f"<{settings_page}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        return self._message(sheet, headers, answers_to)

    def _became(self, one: Became) -> Entry:
        told = [self._decided(one.statement)] if one.is_decided else []
        if one.seen is not None:
            told.append(self.said.seen.format(seen=f"{one.seen:,}", agree=one.agree_percent))
        if one.acknowledged:
            told.append(self._said(one.acknowledged))
        is_back = one.is_decided and one.statement.state == StatementState.RETURNED
        links = [self._way_in(self.said.mend, f"mine/{one.statement.pk}/mend/")] if is_back else []
        return _entry(one.statement, told, links)

    def _decided(self, statement: Statement) -> str:
        said, stands = self.said, statement.counts_for or statement
        if statement.state == StatementState.RETURNED:
            return said.returned.format(reason=statement.return_reason)
        if stands.state == StatementState.HIDDEN:
            return said.hidden.format(reason=stands.return_reason)
        if statement.state == StatementState.MERGED:
            return said.merged.format(words=stands.text)
        if statement.state == StatementState.SPLIT:
            parts = statement.parts.filter(state=StatementState.PUBLISHED).order_by("pk")
            return said.split.format(words=" · ".join(part.text for part in parts))
        return said.published

    def _said(self, given: Acknowledgement) -> str:
        words: str = getattr(self.said, given.said)
        return words.format(reason=given.reason)

    def _to_answer(self, statement: Statement) -> Entry:
        said = self.said
        page = self.site + reverse("answer_by_mail", args=[answer_token(self.engagement, self.member, statement.pk)])
        labels = {Stance.AGREE: said.agree, Stance.PASS: said.neither, Stance.DISAGREE: said.disagree}
        links = [Link(label, f"{page}?stance={stance.value}") for stance, label in labels.items()]
        told = [statement.topic.question] if statement.topic.question else []
        return _entry(statement, told, links)

    def _way_in(self, label: str, page: str = "") -> Link:
        """By their own link, which asks before it lets in."""
        link = personal_link(self.site, self.member, self.engagement)
        return Link(label, link + page.replace("?", "%3F").replace("=", "%3D"))

    def _message(
        self, sheet: Sheet, headers: Mapping[str, str] = {}, answers_to: str = "", *, is_answer: bool = False
    ) -> EmailMultiAlternatives:
        language = self.said.language
        context: dict[str, Any] = {"sheet": sheet, "language": language, "direction": direction(language)}
        return framed(
            to=str(self.member.email),
            subject=one_line(sheet.subject),
            plain=render_to_string("correspondence/mail.txt", context).strip() + "\n",
            html=render_to_string("correspondence/mail.html", context),
            language=language,
            headers={**headers, **({"Reply-To": answers_to} if answers_to else {})},
            is_answer=is_answer,
        )


def _entry(statement: Statement, told: Sequence[str] = (), links: Sequence[Link] = ()) -> Entry:
    return Entry(statement.text, statement.language or "", [*told], [*links])
