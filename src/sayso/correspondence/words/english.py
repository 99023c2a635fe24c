"""English."""
# A sentence is one line, as it will be filled and sent.
# ruff: noqa: E501

from sayso.correspondence.words.said import Said

ENGLISH = Said(
    language="en",
    receipt_subject="We have what you said",
    receipt="This is what we took in. It stands there without your name:",
    receipt_next="A person reads it before others see it. You hear what became of it.",
    attachments="What was attached was not taken. Only words count here.",
    answer_subject="Your mail was not taken in",
    too_long="Your mail has {n} characters. We take {most}, so that everybody can answer each one.",
    much_too_long="Your mail is too long. We take {most} characters, so that everybody can answer each one.",
    shorten="Keep the one thing that matters most, or send two mails. You can delete what your mail program adds below.",
    empty="There were no words of yours in it. Please write above the mail you answer, as plain text.",
    no_words="There were only signs in it. Please use words, so that others can answer.",
    closed="Statements by mail are not taken now.",
    expired="The address you wrote to is not good any more. Please answer the newest mail you have from us.",
    wrong_sender="A mail came to an address that belongs to one person, from another sender. If it was yours: write from the address at which you get our mails, in answer to a mail of your own.",
    too_many="That was more than we take by mail in a day. On the page you can say more.",
    nothing_lost="Nothing is lost: your words are in the mail you sent.",
    come_in="You can also say it on the page:",
    digest_subject="What became of what we said",
    instant_subject="What became of what you said",
    became="What became of what you said",
    published="It is open, and others answer it.",
    returned="It came back to you: {reason}",
    mend="Change it and send it again:",
    seen="Seen by {seen}, {agree} % agree.",
    fresh="New, and waiting for your answer",
    fresh_how="Each link opens a page. Nothing counts until you press the button there.",
    agree="Agree",
    neither="Pass",
    disagree="Disagree",
    shared="We now share this as well",
    results="All that we say:",
    answer_here="You can say something new by answering this mail. Whoever runs your mail server could read that mail.",
    yours_alone="The links are yours alone. Please do not pass this mail on.",
    settings="What we send you:",
)
