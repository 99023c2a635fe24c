"""The words a wave begins with, in each language: a lead changes them as they like. Knows words only."""

# A paragraph is one line, as it will be filled and sent.
# ruff: noqa: E501

from __future__ import annotations

from sayso.invitations.models import WaveKind
from sayso.invitations.wording import Text

_INVITATIONS = (
    Text(
        "en",
        "{first name}, what should change here?",
        """Hello {first name},

before anything is decided, we want to hear you: {title}.

Say one thing in your own words. Then answer to what others say, card by card. It takes three minutes.

This link is yours alone. Please do not pass it on:

{link}

Nobody in charge sees who said what. You have answers by {reply date}.

{organisation}""",
    ),
    Text(
        "de",
        "{first name}, was soll sich bei uns ändern?",
        """Guten Tag {first name},

bevor etwas entschieden wird, möchten wir Sie hören: {title}.

Sagen Sie eine Sache in Ihren eigenen Worten. Antworten Sie dann Karte für Karte auf das, was andere sagen. Das dauert drei Minuten.

Dieser Link gehört nur Ihnen. Bitte geben Sie ihn nicht weiter:

{link}

Niemand in der Leitung sieht, wer was gesagt hat. Antworten haben Sie bis {reply date}.

{organisation}""",
    ),
    Text(
        "es",
        "{first name}, ¿qué debería cambiar aquí?",
        """Hola, {first name}:

Antes de decidir nada, queremos escucharle: {title}.

Diga una cosa con sus propias palabras. Después responda, tarjeta por tarjeta, a lo que dicen los demás. Son tres minutos.

Este enlace es solo suyo. Por favor, no lo comparta:

{link}

Nadie de la dirección ve quién dijo qué. Tendrá respuestas hasta el {reply date}.

{organisation}""",
    ),
    Text(
        "ar",
        "{first name}، ما الذي ينبغي أن يتغيّر هنا؟",
        """مرحبًا {first name}،

قبل اتخاذ أي قرار نودّ أن نسمع رأيك: {title}.

قل فكرة واحدة بكلماتك، ثم أجب عمّا يقوله الآخرون، بطاقة بعد بطاقة. لا يستغرق ذلك أكثر من ثلاث دقائق.

هذا الرابط لك وحدك، فلا تُعطه لأحد:

{link}

لا أحد من المسؤولين يرى من قال ماذا. ستصلك الإجابات حتى {reply date}.

{organisation}""",
    ),
)
_REMINDERS = (
    Text(
        "en",
        "{first name}, your word is still missing",
        """Hello {first name},

we have not heard from you yet: {title}. Each voice makes the picture truer.

One idea, a few answers, three minutes. This link is yours alone:

{link}

Nobody, not even those who ask, sees who got this reminder. You have answers by {reply date}.

{organisation}""",
    ),
    Text(
        "de",
        "{first name}, Ihre Stimme fehlt noch",
        """Guten Tag {first name},

von Ihnen haben wir noch nichts gehört: {title}. Mit jeder Stimme stimmt das Bild besser.

Ein Gedanke, ein paar Antworten, drei Minuten. Dieser Link gehört nur Ihnen:

{link}

Niemand sieht, wer diese Erinnerung bekommen hat, auch nicht, wer hier fragt. Antworten haben Sie bis {reply date}.

{organisation}""",
    ),
    Text(
        "es",
        "{first name}, todavía falta su voz",
        """Hola, {first name}:

Todavía no le hemos escuchado: {title}. Con cada voz, la imagen es más fiel.

Una idea, unas respuestas, tres minutos. Este enlace es solo suyo:

{link}

Nadie ve quién ha recibido este aviso, tampoco quienes preguntan. Tendrá respuestas hasta el {reply date}.

{organisation}""",
    ),
    Text(
        "ar",
        "{first name}، ما زلنا ننتظر رأيك",
        """مرحبًا {first name}،

لم نسمع منك بعد: {title}. كل صوت يجعل الصورة أصدق.

فكرة واحدة وبضع إجابات وثلاث دقائق. هذا الرابط لك وحدك:

{link}

لا أحد يرى من وصله هذا التذكير، ولا حتى من يسأل. ستصلك الإجابات حتى {reply date}.

{organisation}""",
    ),
)


def default_texts(kind: str) -> tuple[Text, ...]:
    return _REMINDERS if kind == WaveKind.REMINDER else _INVITATIONS
