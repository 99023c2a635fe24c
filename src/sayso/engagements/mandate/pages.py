"""Pages on which a mandate is begun, written, looked at and opened. For roster keepers and leads.

Saves as it goes: a browser with scripts sends each field when it is left, one without sends the whole step.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from sayso.engagements import rules
from sayso.engagements.coming_in.doors import for_leads
from sayso.engagements.mandate import actions, opening
from sayso.engagements.mandate.fields import MOST_TOPICS, PLAIN, STEPS
from sayso.engagements.mandate.forms import BeginForm
from sayso.engagements.mandate.previewing import SCREENS, screen_of
from sayso.engagements.mandate.queries import ENDS, Shown, fields_shown, what_is_missing
from sayso.engagements.models import Engagement
from sayso.engagements.phases import PLANNED, Phase
from sayso.engagements.wording import number_in
from sayso.members.rules import may_keep_roster

P = ParamSpec("P")
LeadsPage = Callable[Concatenate[HttpRequest, Engagement, P], HttpResponse]


def while_prepared(page: LeadsPage[P]) -> LeadsPage[P]:
    """Once it is open, changes are made elsewhere, with a reason. Words sent too late are given back."""

    @wraps(page)
    def wrapped(request: HttpRequest, engagement: Engagement, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not engagement.is_opened:
            return page(request, engagement, *args, **kwargs)
        typed = [request.POST.get(name, "") for name in _names_sent(request)]
        if any(map(str.strip, typed)):
            context = {"engagement": engagement, "typed": list(filter(str.strip, typed)), "leads": True}
            return render(request, "engagements/opened_meanwhile.html", context, status=409)
        return redirect("phases", engagement.slug)

    return wrapped  # type: ignore[return-value]


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    if not may_keep_roster(request.user):
        raise Http404
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        begun = actions.begin_engagement(title=form.cleaned_data["title"], by=request.user)  # type: ignore[arg-type]
        return redirect("prepare", begun.slug)
    problem = " ".join(str(error) for error in form.errors.get("title", []))
    shown = Shown(PLAIN["title"], form.data.get("title", ""), problem)
    return render(request, "engagements/begin.html", {"shown": shown}, status=422 if form.is_bound else 200)


@require_GET
@for_leads
@while_prepared
def prepare(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    """What is written, what remains, and the ways on."""
    n_seeds = engagement.statements.filter(is_seed=True).count()
    return render(request, "engagements/prepare.html", {**_frame(engagement), "n_seeds": n_seeds})


def _frame(engagement: Engagement, step: str = "") -> dict[str, Any]:
    missing = what_is_missing(engagement)
    by_step = {name: [one for one in missing if one.step == name] for name in STEPS}
    steps = [
        {"name": name, "label": label, "missing": by_step[name], "is_here": name == step}
        for name, label in STEPS.items()
    ]
    first = next((one["name"] for one in steps if one["missing"]), "")
    elsewhere = [one for one in missing if not one.step]
    return {
        "engagement": engagement,
        "missing": missing,
        "elsewhere": elsewhere,
        "steps": steps,
        "n_done": sum(not one["missing"] for one in steps),
        "first_missing": first,
        "step": step,
        "step_label": STEPS.get(step, ""),
        "leads": True,
        "tab": "prepare",
    }


@require_http_methods(["GET", "POST"])
@for_leads
@while_prepared
def prepare_step(request: HttpRequest, engagement: Engagement, step: str) -> HttpResponse:
    if step not in STEPS:
        raise Http404
    if request.method == "POST":
        return _save(request, engagement, step)
    return render(request, "engagements/prepare_step.html", _step(request, engagement, step))


def _step(request: HttpRequest, engagement: Engagement, step: str) -> dict[str, Any]:
    fields = fields_shown(engagement, step, reader=request.user)  # type: ignore[arg-type]
    names = list(STEPS)
    topics = [
        {"topic": topic, "fields": [fields[f"topic-{topic.pk}-{part}"] for part in ("title", "question")]}
        for topic in (engagement.topics.all() if step == "topics" else ())
    ]
    days = [[fields[f"{phase}-{end}"] for end in ENDS] for phase in PLANNED] if step == "dates" else []
    listening = PLANNED.index(Phase.LISTEN)
    return {
        **_frame(engagement, step),
        "fields": list(fields.values()),
        "topics": topics,
        "may_add": len(topics) < MOST_TOPICS,
        "number": names.index(step) + 1,
        "n_steps": len(names),
        "back": names[names.index(step) - 1] if names.index(step) else "",
        "listening": days[listening] if days else [],
        "other_days": days[:listening] + days[listening + 1 :],
        "others_begun": any(one.typed for pair in days[:listening] + days[listening + 1 :] for one in pair),
    }


def _save(request: HttpRequest, engagement: Engagement, step: str) -> HttpResponse:
    """Keep every field that was sent and differs from what was shown; then what the pressed button asks for."""
    saved = {name: _save_field(request, engagement, name) for name in _names_sent(request)}
    if request.htmx:  # type: ignore[attr-defined]
        return _told(request, engagement, step, saved)
    for shown in filter(None, saved.values()):
        if shown.told:
            messages.warning(request, f"{shown.asked.label}: {shown.told}")
    if any(saved.values()):
        messages.success(request, _("Saved."))
    return _act(request, engagement, step, request.POST.get("act", ""))


def _names_sent(request: HttpRequest) -> list[str]:
    """Each field comes with the mark of what was shown in it."""
    return [name.removeprefix("was-") for name in request.POST if name.startswith("was-")]


def _save_field(request: HttpRequest, engagement: Engagement, name: str) -> Shown | None:
    typed, seen = ",".join(request.POST.getlist(name)), request.POST[f"was-{name}"]
    try:
        return actions.save_field(engagement=engagement, name=name, typed=typed, seen=seen, by=request.user)  # type: ignore[arg-type]
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
        return None


def _told(request: HttpRequest, engagement: Engagement, step: str, saved: dict[str, Shown | None]) -> HttpResponse:
    """Beside the field: saved, or what is wrong; and anew what remains. The field itself is left as it is typed."""
    engagement = Engagement.objects.get(pk=engagement.pk)
    name, shown = next(iter(saved.items()), ("", None))
    fields = fields_shown(engagement, reader=request.user)  # type: ignore[arg-type]
    shown = shown or fields.get(name)
    context = {**_frame(engagement, step), "shown": shown, "is_saved": saved.get(name) is not None, "is_fresh": True}
    return render(request, "engagements/fragments/field_told.html", context)


def _act(request: HttpRequest, engagement: Engagement, step: str, act: str) -> HttpResponse:
    verb, _dash, number = act.partition("-")
    topic = engagement.topics.filter(pk=number_in(number)).first()
    try:
        if verb == "add":
            actions.add_empty_topic(engagement=engagement)
        elif verb in ("up", "down") and topic:
            actions.move_topic(topic=topic, up=verb == "up")
        elif verb == "remove" and topic:
            actions.remove_topic(topic=topic)
            messages.success(request, _("Taken out: “%(title)s”. You can add it again.") % {"title": topic.title})
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
    names = list(STEPS)
    if verb != "next":
        return redirect("prepare_step", engagement.slug, step)
    after = names[names.index(step) + 1 :]
    return redirect("prepare_step", engagement.slug, after[0]) if after else redirect("prepare", engagement.slug)


@require_GET
@for_leads
@while_prepared
def preview(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    """The members' own pages, with nothing in them that can be pressed."""
    screen = request.GET.get("screen", "")
    screen = screen if screen in SCREENS else "promise"
    context = {**screen_of(engagement, screen), "screen": screen, "screens": SCREENS, "leads": True, "tab": "preview"}
    return render(request, f"engagements/preview_{screen}.html", context)


@require_http_methods(["GET", "POST"])
@for_leads
@while_prepared
def open_engagement(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    """What opening does, in one place; and the one button that does it."""
    if request.method == "POST":
        try:
            opened = opening.open_prepared(engagement=engagement, by=request.user)  # type: ignore[arg-type]
        except rules.Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("open_engagement", engagement.slug)
        messages.success(request, _("It is open for %(n_members)s people.") % {"n_members": opened.n_members})
        return redirect("phases", engagement.slug)
    context = {
        **_frame(engagement),
        "n_people": engagement.organisation.members.filter(is_active=True).count(),
        "is_guarded": engagement.roles.held().filter(name="guardian").exists(),
        "tab": "open",
    }
    return render(request, "engagements/open.html", context)
