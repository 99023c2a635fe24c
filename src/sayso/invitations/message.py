"""One person's mail: words filled in, plain and as simple HTML, with the headers machines need. Nothing tracks.

Knows how a message is put together; knows nothing of sending it, nor of who has taken part.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from sayso.engagements.models import Engagement
from sayso.invitations.numbering import envelope_sender, message_id, wish_token
from sayso.invitations.wording import Text, fill, values_for
from sayso.members.models import Member
from sayso.members.ways_in.passes import link_token
from sayso.web.languages import direction
from sayso.web.typed import one_line

NO_REMINDERS = {
    "en": "You want no reminders? Say so here:",
    "de": "Sie möchten keine Erinnerungen? Sagen Sie es hier:",
    "es": "¿No quiere recibir avisos? Dígalo aquí:",
    "ar": "لا تريد رسائل تذكير؟ أخبرنا هنا:",
}


@dataclass(frozen=True)
class Written:
    """What somebody reads: subject, paragraphs, and which of them is the link."""

    language: str
    subject: str
    body: str
    link: str

    @property
    def paragraphs(self) -> list[str]:
        return [part.strip() for part in self.body.split("\n\n") if part.strip()]


def personal_link(site: str, member: Member, engagement: Engagement) -> str:
    """The member's own way in, straight to what they are asked."""
    return f"{site}/in/{quote(link_token(member))}/?{urlencode({'to': f'/e/{engagement.slug}/'}, safe='/')}"


def write(text: Text, engagement: Engagement, *, full_name: str, link: str) -> Written:
    values = values_for(
        full_name=full_name,
        link=link,
        answers_due=engagement.answers_due,
        title=engagement.title,
        organisation=engagement.organisation.name,
        language=text.language,
    )
    return Written(text.language, one_line(fill(text.subject, values)), fill(text.body, values), link)


def mail_to(
    member: Member, written: Written, engagement: Engagement, *, site: str, token: str
) -> EmailMultiAlternatives:
    """The message as it goes out. The way out of reminders stands in invitations too: using it tells nothing then."""
    wish = wish_token(engagement=engagement.pk, member=member.pk)
    no_reminders = site + reverse("no_reminders", args=[wish])
    headers = {
        "Message-ID": message_id(token),
        "List-Unsubscribe": f"<{no_reminders}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return _message(str(member.email), written, headers, envelope=envelope_sender(token), no_reminders=no_reminders)


def trial_mail(to: str, written: Written) -> EmailMultiAlternatives:
    """The same words to whoever leads, to look at. It lets nobody in."""
    return _message(to, written, {}, envelope="", no_reminders="")


def _message(
    to: str, written: Written, headers: dict[str, str], *, envelope: str, no_reminders: str
) -> EmailMultiAlternatives:
    from django.conf import settings

    asks = NO_REMINDERS.get(written.language, NO_REMINDERS["en"])
    footer = f"\n\n-- \n{asks} {no_reminders}" if no_reminders else ""
    message = EmailMultiAlternatives(
        subject=written.subject,
        body=written.body.strip() + footer,
        from_email=envelope or settings.DEFAULT_FROM_EMAIL,
        to=[to],
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "OOF, AutoReply",
            "Content-Language": written.language,
            **headers,
        },
    )
    context = {
        "written": written,
        "paragraphs": [_as_html(part, written.link) for part in written.paragraphs],
        "direction": direction(written.language),
        "asks": asks,
        "no_reminders": no_reminders,
    }
    message.attach_alternative(render_to_string("invitations/mail.html", context), "text/html")
    return message


def _as_html(paragraph: str, link: str) -> SafeString:
    """Escaped, with line ends, and the link as one."""
    address = conditional_escape(link)
    anchor = f'<a href="{address}" dir="ltr">{address}</a>'
    shown = conditional_escape(paragraph).replace(address, anchor).replace("\n", "<br>\n")
    return mark_safe(shown)  # noqa: S308 - all but the anchor and the line ends is escaped
