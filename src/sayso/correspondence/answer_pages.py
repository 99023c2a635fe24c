"""The page behind "agree", "pass" and "disagree" in a mail: nothing counts until a button is pressed on it.

So programs that open every link cast no vote. It never shows what was answered before: a forwarded mail would tell.
"""

from __future__ import annotations

from typing import Any

from django.core.signing import BadSignature, TimestampSigner
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from sayso.correspondence.tokens import Named, named_by_answer
from sayso.engagements import rules
from sayso.engagements.actions import cast_vote, join, withdraw_vote
from sayso.engagements.models import Stance, Statement
from sayso.members.pseudonyms import KeyMissing

UNDO, UNDO_WITHIN_S = "sayso.correspondence.undo", 3600
STANCES = {"1": Stance.AGREE, "0": Stance.PASS, "-1": Stance.DISAGREE}


@csrf_exempt  # opened from a mail, perhaps in a browser that keeps no cookies; the token in the address is the proof
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def answer_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    named = named_by_answer(token)
    if named is None:
        raise Http404
    reply = _answer(request, token, named)
    reply["Referrer-Policy"] = "strict-origin"  # the address is a key: no page may learn it
    return reply


def _answer(request: HttpRequest, token: str, named: Named) -> HttpResponse:
    statement = Statement.objects.filter(engagement=named.engagement, pk=named.statement_id).first()
    try:
        if statement is None or named.engagement.key_destroyed_on:
            raise rules.Refused(_("It is over. What you gave so far counts."))
        rules.check_open_for_votes(statement)
        if request.method == "POST":
            return _take(request, token, named, statement)
    except rules.Refused as refusal:
        return _page(request, named, 410, over=str(refusal))
    except KeyMissing:
        return _page(request, named, 503, over=_("It cannot be taken now. Nothing is lost; please come back later."))
    return _page(request, named, statement=statement, token=token, wanted=request.GET.get("stance", ""))


def _take(request: HttpRequest, token: str, named: Named, statement: Statement) -> HttpResponse:
    sealed = request.POST.get("undo", "")
    stance = STANCES.get(request.POST.get("stance", ""))
    told: dict[str, Any] = {"statement": statement, "token": token}
    if sealed:
        if not _is_own_undo(sealed, token):
            raise rules.Refused(_("That was too long ago to be undone here. You can change it on the page."))
        withdraw_vote(participant=join(engagement=named.engagement, member=named.member), statement=statement)
        return _page(request, named, **told, undone=True)
    if stance is None:
        return _page(request, named, 422, **told, problem=_("That answer did not arrive whole. Please give it again."))
    participant = join(engagement=named.engagement, member=named.member)
    cast_vote(participant=participant, statement=statement, stance=stance)
    return _page(request, named, **told, given=stance.label, undo=TimestampSigner(salt=UNDO).sign(token))


def _is_own_undo(sealed: str, token: str) -> bool:
    """Only the page on which the answer was given takes it back."""
    try:
        return TimestampSigner(salt=UNDO).unsign(sealed, max_age=UNDO_WITHIN_S) == token
    except BadSignature:
        return False


def _page(request: HttpRequest, named: Named, status: int = 200, **told: object) -> HttpResponse:
    context = {"of": named.engagement.title, "slug": named.engagement.slug, **told}
    return render(request, "correspondence/answer.html", context, status=status)
