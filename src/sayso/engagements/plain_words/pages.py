"""Pages of plain words: the check while one types, and the engagement's own list. Each only advises."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sayso.engagements import rules
from sayso.engagements.coming_in.doors import for_leads, for_organisers
from sayso.engagements.models import Engagement
from sayso.engagements.plain_words import actions
from sayso.engagements.plain_words.checking import check
from sayso.engagements.plain_words.forms import TryForm, WordForm
from sayso.engagements.plain_words.queries import own_words


@require_POST
@for_organisers
def plain_check(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    """What can be said of the text of one field; `field` is its name, "text" if there is none."""
    text = request.POST.get(request.POST.get("field", "text"), "")
    found = check(text, request.POST.get("language", "en"), own_words(engagement))
    return render(request, "engagements/fragments/plain_result.html", {"check": found, "text": text})


@require_http_methods(["GET", "POST"])
@for_leads
def words_to_avoid(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    is_try = "try" in request.POST
    form = WordForm(request.POST if request.method == "POST" and not is_try else None, initial=_taken_off(request))
    if form.is_bound and form.is_valid() and _keep(request, engagement, form):
        return redirect("words_to_avoid", engagement.slug)
    context: dict[str, Any] = {
        "engagement": engagement,
        "form": form,
        "try_form": TryForm(request.POST if is_try else None, initial={"language": "en"}),
        "words": engagement.words_to_avoid.all(),
        "leads": True,
        "tab": "words",
    }
    return render(request, "engagements/words_to_avoid.html", context, status=422 if form.is_bound else 200)


def _taken_off(request: HttpRequest) -> dict[str, str]:
    """A word just removed stands in the form, to be put back with one tap."""
    return {name: request.GET.get(name, "")[:100] for name in ("word", "say")}


def _keep(request: HttpRequest, engagement: Engagement, form: WordForm) -> bool:
    try:
        word = actions.avoid_word(engagement=engagement, **form.cleaned_data)
    except rules.Refused as refusal:
        form.add_error("word", str(refusal))
        return False
    messages.success(
        request, _("“%(word)s” is on the list. It is marked wherever organisers write.") % {"word": word.word}
    )
    return True


@require_POST
@for_leads
def remove_word(request: HttpRequest, engagement: Engagement, word_id: int) -> HttpResponse:
    word = get_object_or_404(engagement.words_to_avoid, pk=word_id)
    actions.allow_word(word=word)
    messages.success(request, _("“%(word)s” is off the list. To put it back, press “Add it”.") % {"word": word.word})
    kept = urlencode({"word": word.word, "say": word.say})
    return redirect(f"{reverse('words_to_avoid', args=[engagement.slug])}?{kept}#add")
