"""The inbox: one item, one screen, one decision. Every act works without scripts; keys only press the same buttons."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sayso.engagements.coming_in.doors import for_moderators
from sayso.engagements.models import Engagement, Kind, Leaning, RoleName, Statement, StatementState
from sayso.engagements.wording import Unusable, number_in
from sayso.members.access import record_access
from sayso.members.models import AccessKind, Member
from sayso.moderation import actions, queries, rules
from sayso.moderation.forms import DecisionForm
from sayso.moderation.looking import look_at_new
from sayso.moderation.models import Decision
from sayso.web.templatetags.speaking import amid

DONE = {
    "approve": lazily("Open for votes."),
    "return": lazily("Returned. Its author reads your reason."),
    "merge": lazily("Merged. Votes are carried, and each author is told."),
    "split": lazily("Split in two. Its author is told."),
    "hide": lazily("Hidden. Its author reads your reason."),
}
NEEDS_CARE = ("contact", "name", "abuse")
TYPED = ("own_words", "first", "second", "note")


@require_GET
@for_moderators
def inbox(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    return render(request, _template(request), _inbox(request, engagement))


def _template(request: HttpRequest) -> str:
    return "moderation/fragments/inbox.html" if request.htmx else "moderation/inbox.html"  # type: ignore[attr-defined]


def _inbox(request: HttpRequest, engagement: Engagement, problem: str = "", item: int = 0) -> dict[str, Any]:
    look_at_new(engagement)
    asked = request.POST if request.method == "POST" else request.GET
    search, of_kind = asked.get("q", "")[:100], asked.get("of_kind", "")
    of_kind = of_kind if of_kind in (*Kind.values, *Leaning.values) else ""
    policy, roles = rules.policy_of(engagement), queries.moderating(engagement)
    desk = queries.desk(
        engagement,
        by=_member(request),
        lane=asked.get("lane", ""),
        item=item or number_in(asked.get("item", "")),
        search=search,
        of_kind=of_kind,
        into=asked.get("into_words", "")[:280],
        moves_on=request.method == "POST" or "next" in request.GET,
        promised=rules.promised(policy),
    )
    twins = desk.item.twins if desk.item else ()
    shown = [row["number"] for row in desk.listed] + [twin["statement"].pk for twin in (*twins, *desk.found)]
    record_access(
        organisation=engagement.organisation,
        by=_member(request),
        kind=AccessKind.WORDS_READ,
        engagement_slug=engagement.slug,
        detail=f"{desk.lane}, {len(shown)} shown: {', '.join(map(str, shown))}",
    )
    return {
        "engagement": engagement,
        "desk": desk,
        "item": desk.item,
        "reasons": policy.reasons,
        "policy": policy,
        "today": [role.member.full_name for role in queries.of_today(roles)],
        "colleagues": queries.people_of(roles),
        "problem": problem,
        "problem_is_here": bool(problem and desk.item and desk.item.statement.pk == item),
        "kept": {name: request.POST.get(name, "") for name in TYPED},
        "opened": _opened(request, desk, problem),
        "search": search,
        "of_kind": of_kind,
        "kinds": ((_("What kind of thing it is"), Kind.choices), (_("How it stands to the change"), Leaning.choices)),
        "into_words": asked.get("into_words", "")[:280],
        "leads": any(role.member_id == request.user.pk and role.name == RoleName.LEAD for role in roles),
        "tab": "inbox",
    }


def _opened(request: HttpRequest, desk: queries.Desk, problem: str) -> str:
    """The act that lies open: the one that went wrong, else the likeliest, so that one key does it."""
    if problem:
        return request.POST.get("decision", "")
    if "into_words" in request.GET:
        return "merge"
    if desk.item is None or desk.item.statement.state != StatementState.WAITING:
        return ""
    if any(twin["is_open"] for twin in desk.item.twins):
        return "merge"
    return "return" if any(flag.kind in NEEDS_CARE for flag in desk.item.flags) else ""


def _member(request: HttpRequest) -> Member:
    return request.user  # type: ignore[return-value]


@require_POST
@for_moderators
def decide(request: HttpRequest, engagement: Engagement, statement_id: int) -> HttpResponse:
    statement = get_object_or_404(engagement.statements, pk=statement_id)
    form = DecisionForm(engagement, request.POST)
    problem = ""
    if form.is_valid():
        try:
            told = _carry_out(request, statement, form.cleaned_data)
        except (rules.Refused, Unusable) as refusal:
            problem = str(refusal)
    else:
        problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
    if problem:
        return _not_done(request, engagement, statement, problem)
    messages.success(request, told)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, _template(request), _inbox(request, engagement))
    return redirect(_address(request, engagement))


def _not_done(request: HttpRequest, engagement: Engagement, statement: Statement, problem: str) -> HttpResponse:
    """The same item again, with what was typed and what is wrong."""
    context = _inbox(request, engagement, problem, item=statement.pk)
    return render(request, _template(request), context, status=200 if request.htmx else 422)  # type: ignore[attr-defined]


def _address(request: HttpRequest, engagement: Engagement) -> str:
    kept = {name: request.POST.get(name, "") for name in ("lane", "item", "q", "of_kind")}
    query = urlencode({"next": "", **{name: value for name, value in kept.items() if value}})
    return reverse("inbox", args=[engagement.slug]) + f"?{query}"


def _carry_out(request: HttpRequest, statement: Statement, asked: dict[str, Any]) -> str:
    """Do what was asked, and say what was done. Raises Refused, Unusable."""
    by, name = _member(request), asked["decision"]
    if name == "undo":
        return _undo(statement, by)
    if name == "note":
        actions.write_note(statement=statement, by=by, text=asked["note"])
        return _("Noted, for those who moderate.")
    if name == "assign":
        actions.assign(statement=statement, to=asked["assignee"])
        return (
            _("%(full_name)s reads it.") % {"full_name": asked["assignee"].full_name}
            if asked["assignee"]
            else _("Whoever comes reads it.")
        )
    same = queries.same_as(statement)
    if name == "correct":
        correction = actions.correct(statement=statement, about=asked["about"], to=asked["to"], by=by, same=same)
        return _("Corrected. We learn from it.") if correction else _("It stood so already.")
    done = _decided(statement, by, asked, same)
    if done is None:
        return _somebody_was_first(statement, asked)
    return _done(name, len(same))


def _done(name: str, n_same: int) -> str:
    if name == "split" or not n_same:
        return str(DONE[name])
    told = ngettext("%(done)s So is %(n)s in the same words.", "%(done)s So are %(n)s in the same words.", n_same)
    return told % {"done": DONE[name], "n": n_same}


def _decided(statement: Statement, by: Member, asked: dict[str, Any], same: list[Statement]) -> Decision | None:
    name = asked["decision"]
    if name == "approve":
        return actions.publish(statement=statement, by=by, same=same)
    if name == "return":
        return actions.send_back(statement=statement, by=by, reason=asked["reason"], same=same)
    if name == "merge":
        return actions.merge(statement=statement, into=asked["into"], by=by, same=same)
    if name == "hide":
        return actions.hide(statement=statement, by=by, reason=asked["reason"], same=same)
    keeps = int(asked["keeps"]) if asked["keeps"] else None
    return actions.split(statement=statement, texts=[asked["first"], asked["second"]], keeps=keeps, by=by)


def _undo(statement: Statement, by: Member) -> str:
    decision = queries.last_decision(statement)
    if decision is None:
        return _("There is nothing to take back: somebody else did.")
    undone = actions.undo(decision=decision, by=by)
    return (
        _("Taken back. It is as it was.")
        if len(undone) == 1
        else ngettext(
            "Taken back, all %(n)s. They are as they were.",
            "Taken back, all %(n)s. They are as they were.",
            len(undone),
        )
        % {"n": len(undone)}
    )


def _somebody_was_first(statement: Statement, asked: dict[str, Any]) -> str:
    """What the first decided, and what the second typed, so that nothing is lost."""
    decision = queries.last_about_its_place(statement)
    if decision is None:
        return _("Its author has withdrawn it meanwhile.")
    who = decision.by.full_name if decision.by else _("Somebody")
    told = _("%(who)s has decided this one already: %(what)s") % {"who": who, "what": amid(decision.get_act_display())}
    told += f", “{decision.reason}”" if decision.reason else ""
    typed = asked["own_words"] or asked["first"]
    return (
        _("%(told)s. You had written: “%(typed)s”") % {"told": told, "typed": typed}
        if typed
        else _("%(told)s. Nothing was changed.") % {"told": told}
    )
