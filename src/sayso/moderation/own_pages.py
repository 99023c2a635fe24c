"""For authors: a word beforehand about names and contact data, and mending what was returned."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sayso.engagements.coming_in.doors import for_participants
from sayso.engagements.models import MAX_STATEMENT_CHARACTERS, Participant, StatementState
from sayso.engagements.rules import Refused
from sayso.engagements.wording import Unusable
from sayso.moderation import actions
from sayso.moderation.flags import Flag, noticed
from sayso.moderation.names import colleagues_in

WARNED_OF = ("contact", "name")
LONGEST = 2_000


@require_POST
@for_participants
def warn(request: HttpRequest, participant: Participant) -> HttpResponse:
    """While somebody types: what had better not stand there. It keeps nothing and stops nobody."""
    flags = _warnings(participant, request.POST.get("text", "")[:LONGEST])
    return render(request, "moderation/fragments/warning.html", {"flags": flags})


def _warnings(participant: Participant, text: str) -> list[Flag]:
    engagement = participant.engagement
    # Guests are strangers to the roster: telling them a name is on it would tell who works here.
    names = [] if participant.is_guest else colleagues_in(engagement.organisation, [text])[0]
    return [flag for flag in noticed(text, languages=engagement.languages, names=names) if flag.kind in WARNED_OF]


@require_http_methods(["GET", "POST"])
@for_participants
def mend(request: HttpRequest, participant: Participant, statement_id: int) -> HttpResponse:
    """An own returned statement, its reason, and room for other words."""
    mine = participant.statements.select_related("topic").filter(state=StatementState.RETURNED)
    returned = get_object_or_404(mine, pk=statement_id)
    text, problem = request.POST.get("text", returned.text), ""
    if request.method == "POST":
        try:
            actions.mend(participant=participant, returned=returned, text=text)
        except (Refused, Unusable) as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("Thank you. A person reads your new words."))
            return redirect("mine", participant.engagement.slug)
    context = {
        "engagement": participant.engagement,
        "returned": returned,
        "text": text,
        "problem": problem,
        "most": MAX_STATEMENT_CHARACTERS,
        "tab": "mine",
    }
    return render(request, "moderation/mend.html", context, status=422 if problem else 200)
