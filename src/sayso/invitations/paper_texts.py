"""The words of letters and posters in each language. Knows words only."""

# A paragraph is one line, as it will be filled and sent.
# ruff: noqa: E501

from __future__ import annotations

from sayso.invitations.wording import Text

LETTERS = {
    "en": Text(
        "en",
        "{first name}, what should change here?",
        """Hello {first name},

before anything is decided, we want to hear you: {title}.

Say one thing in your own words. Then answer to what others say, card by card. It takes three minutes, on a phone or on any computer. You need no e-mail address.

Nobody in charge sees who said what. You have answers by {reply date}.""",
    ),
    "de": Text(
        "de",
        "{first name}, was soll sich bei uns ändern?",
        """Guten Tag {first name},

bevor etwas entschieden wird, möchten wir Sie hören: {title}.

Sagen Sie eine Sache in Ihren eigenen Worten. Antworten Sie dann Karte für Karte auf das, was andere sagen. Das dauert drei Minuten, am Telefon oder an jedem Computer. Sie brauchen keine E-Mail-Adresse.

Niemand in der Leitung sieht, wer was gesagt hat. Antworten haben Sie bis {reply date}.""",
    ),
    "es": Text(
        "es",
        "{first name}, ¿qué debería cambiar aquí?",
        """Hola, {first name}:

Antes de decidir nada, queremos escucharle: {title}.

Diga una cosa con sus propias palabras. Después responda, tarjeta por tarjeta, a lo que dicen los demás. Son tres minutos, en el teléfono o en cualquier ordenador. No necesita correo electrónico.

Nadie de la dirección ve quién dijo qué. Tendrá respuestas hasta el {reply date}.""",
    ),
    "ar": Text(
        "ar",
        "{first name}، ما الذي ينبغي أن يتغيّر هنا؟",
        """مرحبًا {first name}،

قبل اتخاذ أي قرار نودّ أن نسمع رأيك: {title}.

قل فكرة واحدة بكلماتك، ثم أجب عمّا يقوله الآخرون، بطاقة بعد بطاقة. لا يستغرق ذلك أكثر من ثلاث دقائق، على الهاتف أو على أي حاسوب، ولا تحتاج إلى بريد إلكتروني.

لا أحد من المسؤولين يرى من قال ماذا. ستصلك الإجابات حتى {reply date}.""",
    ),
}

LETTER_WORDS = {
    "en": {
        "scan": "Point your phone's camera at the square. It opens your own page.",
        "type": "Or open this page on any computer, and type what stands below:",
        "open": "Or open this address on any computer:",
        "staff": "Your staff number",
        "code": "Your code",
        "alone": "This letter opens your own page. Please do not pass it on.",
    },
    "de": {
        "scan": "Richten Sie die Kamera Ihres Telefons auf das Quadrat. Es öffnet Ihre eigene Seite.",
        "type": "Oder öffnen Sie diese Seite an einem Computer und tippen Sie ein, was darunter steht:",
        "open": "Oder öffnen Sie diese Adresse an einem Computer:",
        "staff": "Ihre Personalnummer",
        "code": "Ihr Code",
        "alone": "Dieser Brief öffnet Ihre eigene Seite. Bitte geben Sie ihn nicht weiter.",
    },
    "es": {
        "scan": "Apunte la cámara del teléfono al cuadrado. Se abre su propia página.",
        "type": "O abra esta página en cualquier ordenador y escriba lo que está debajo:",
        "open": "O abra esta dirección en cualquier ordenador:",
        "staff": "Su número de personal",
        "code": "Su código",
        "alone": "Esta carta abre su propia página. Por favor, no la comparta.",
    },
    "ar": {
        "scan": "وجّه كاميرا هاتفك نحو المربّع، فتُفتح صفحتك الخاصة.",
        "type": "أو افتح هذه الصفحة على أي حاسوب واكتب ما تحتها:",
        "open": "أو افتح هذا العنوان على أي حاسوب:",
        "staff": "رقمك الوظيفي",
        "code": "رمزك",
        "alone": "هذه الرسالة تفتح صفحتك الخاصة، فلا تُعطها لأحد.",
    },
}

POSTERS = {
    "en": ("What should change here?", "Point your phone's camera at the square.", "Three minutes. Nobody in charge sees who said what.", "You have answers by {reply date}."),
    "de": ("Was soll sich bei uns ändern?", "Richten Sie die Kamera Ihres Telefons auf das Quadrat.", "Drei Minuten. Niemand in der Leitung sieht, wer was gesagt hat.", "Antworten haben Sie bis {reply date}."),
    "es": ("¿Qué debería cambiar aquí?", "Apunte la cámara del teléfono al cuadrado.", "Tres minutos. Nadie de la dirección ve quién dijo qué.", "Tendrá respuestas hasta el {reply date}."),
    "ar": ("ما الذي ينبغي أن يتغيّر هنا؟", "وجّه كاميرا هاتفك نحو المربّع.", "ثلاث دقائق فقط. لا أحد من المسؤولين يرى من قال ماذا.", "ستصلك الإجابات حتى {reply date}."),
}  # fmt: skip
