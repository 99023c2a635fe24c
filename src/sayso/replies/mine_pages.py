"""What people do with their own replies, and with questions to them. All under "Mine", which only they see."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from sayso.engagements.coming_in.doors import for_participants
from sayso.engagements.models import MAX_STATEMENT_CHARACTERS, Participant
from sayso.engagements.rules import Refused
from sayso.replies import queries, question_actions, thread_actions
from sayso.replies.forms import WordsForm
from sayso.replies.models import AuthorQuestion, QuestionState

ANSWER_KEPT = gettext_lazy(
    "Your answer is kept. Those in charge read it from tomorrow on, without your name. Today you can change it."
)


@require_POST
@for_participants
def withdraw(request: HttpRequest, participant: Participant, reply_id: int) -> HttpResponse:
    """Sent twice, the second finds it gone: that is what was wanted."""
    reply = participant.replies.filter(pk=reply_id).first()
    if reply is not None:
        thread_actions.withdraw_reply(participant=participant, reply=reply)
    messages.success(request, _("Your reply is withdrawn. Nobody sees it any more."))
    return redirect("mine", participant.engagement.slug)


@require_POST
@for_participants
def unmark(request: HttpRequest, participant: Participant, reply_id: int) -> HttpResponse:
    reply = participant.replies.filter(pk=reply_id).first()
    if reply is not None and thread_actions.take_mark_off(participant=participant, reply=reply):
        messages.success(request, _("It does not say any more that you wrote the statement."))
    return redirect("mine", participant.engagement.slug)


@require_http_methods(["GET", "POST"])
@for_participants
def question(request: HttpRequest, participant: Participant, question_id: int) -> HttpResponse:
    """One question to me: answered, declined by one tap, or taken back."""
    mine = AuthorQuestion.objects.filter(statement__author=participant).select_related("statement", "asked_by")
    asked = get_object_or_404(mine, pk=question_id)
    form = WordsForm(request.POST or None, initial={"text": asked.answer})
    if request.method == "POST":
        try:
            if told := _carry_out(request.POST.get("do", ""), participant, asked, form):
                messages.success(request, told)
                return redirect("mine", participant.engagement.slug)
        except Refused as refusal:
            form.add_error("text", str(refusal))
    return _question_page(request, participant, asked, form)


def _carry_out(do: str, participant: Participant, asked: AuthorQuestion, form: WordsForm) -> str:
    """What to say when it is done; empty when the form is wrong. Raises Refused."""
    if do == "decline":
        question_actions.decline_question(participant=participant, question=asked)
        return _("You would rather not say. That is all right: nobody learns who you are.")
    if do == "back":
        question_actions.take_answer_back(participant=participant, question=asked)
        return _("Taken back.")
    if not form.is_valid():
        return ""
    question_actions.answer_question(participant=participant, question=asked, text=form.cleaned_data["text"])
    return str(ANSWER_KEPT)


def _question_page(
    request: HttpRequest, participant: Participant, asked: AuthorQuestion, form: WordsForm
) -> HttpResponse:
    asked.refresh_from_db(fields=["state", "answer", "settled_on"])
    context: dict[str, Any] = {
        "engagement": participant.engagement,
        "tab": "mine",
        "question": asked,
        "form": form,
        "most": MAX_STATEMENT_CHARACTERS,
        "is_called_back": asked.state == QuestionState.CALLED_BACK,
    }
    return render(request, "replies/question.html", context, status=422 if form.is_bound else 200)


@require_POST
@for_participants
def questions(request: HttpRequest, participant: Participant) -> HttpResponse:
    """No more questions, or questions again. Nobody else is told."""
    if request.POST.get("wish") == "none":
        question_actions.refuse_questions(participant=participant)
        messages.success(request, _("You are asked nothing more about what you said. Nobody is told."))
    elif request.POST.get("wish") == "some":
        question_actions.allow_questions(participant=participant)
        number = queries.n_questions_open(participant)
        told = [_("You may be asked again.")]
        if number:
            told.append(ngettext("%(n)s waits for you.", "%(n)s wait for you.", number) % {"n": number})
        messages.success(request, " ".join(told))
    return redirect("mine", participant.engagement.slug)
