"""One person's mail: words filled in, plain and as simple HTML, with the ways out and back. Nothing tracks.

Knows how an invitation is put together; knows nothing of sending it, nor of who has taken part.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from sayso.engagements.models import Engagement
from sayso.invitations.numbering import envelope_sender, message_id, wish_token
from sayso.invitations.wording import Text, fill, values_for
from sayso.mail.addresses import reply_address
from sayso.mail.frame import framed
from sayso.members.models import Member
from sayso.web.languages import direction
from sayso.web.typed import one_line

NO_REMINDERS = {
    "en": "You want no reminders? Say so here:",
    "de": "Sie möchten keine Erinnerungen? Sagen Sie es hier:",
    "es": "¿No quiere recibir avisos? Dígalo aquí:",
    "ar": "لا تريد رسائل تذكير؟ أخبرنا هنا:",
}
# Where an answer is taken. Whoever runs the mail server may read it, and is told of here, before anybody answers.
ANSWERS = {
    "en": "You can also say one thing by answering this mail. Whoever runs your mail server could read that mail.",
    "de": "Sie können auch etwas sagen, indem Sie auf diese Mail antworten. Wer Ihren Mailserver betreibt, könnte "
    "diese Mail lesen.",
    "es": "También puede decir algo respondiendo a este correo. Quien administra su servidor de correo podría leerlo.",
    "ar": "يمكنك أيضًا أن تقول شيئًا بالرد على هذه الرسالة. من يدير خادم بريدك قد يستطيع قراءة الرد.",
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
    if answers_to := reply_address(member, engagement):
        headers["Reply-To"] = answers_to
    envelope = envelope_sender(token)
    return _message(str(member.email), written, headers, envelope, no_reminders=no_reminders, is_open=bool(answers_to))


def trial_mail(to: str, written: Written) -> EmailMultiAlternatives:
    """The same words to whoever leads, to look at. It lets nobody in."""
    return _message(to, written, {}, "", no_reminders="", is_open=False)


def _message(
    to: str, written: Written, headers: dict[str, str], envelope: str, *, no_reminders: str, is_open: bool
) -> EmailMultiAlternatives:
    asks = NO_REMINDERS.get(written.language, NO_REMINDERS["en"])
    answers = ANSWERS.get(written.language, ANSWERS["en"]) if is_open else ""
    feet = [foot for foot in (answers, no_reminders and f"{asks} {no_reminders}") if foot]
    context = {
        "written": written,
        "paragraphs": [_as_html(part, written.link) for part in written.paragraphs],
        "direction": direction(written.language),
        "asks": asks,
        "no_reminders": no_reminders,
        "answers": answers,
    }
    return framed(
        to=to,
        subject=written.subject,
        plain=written.body.strip() + ("\n\n-- \n" + "\n".join(feet) if feet else ""),
        html=render_to_string("invitations/mail.html", context),
        language=written.language,
        headers=headers,
        envelope=envelope,
    )


def _as_html(paragraph: str, link: str) -> SafeString:
    """Escaped, with line ends, and the link as one."""
    address = conditional_escape(link)
    anchor = f'<a href="{address}" dir="ltr">{address}</a>'
    shown = conditional_escape(paragraph).replace(address, anchor).replace("\n", "<br>\n")
    return mark_safe(shown)  # noqa: S308 - all but the anchor and the line ends is escaped
