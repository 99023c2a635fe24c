"""Pages on which a lead makes waves, looks at them, sends them off, watches them go. They never show who got what."""

from __future__ import annotations

import hashlib
import smtplib
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sayso.engagements.coming_in.doors import for_leads
from sayso.engagements.models import Engagement
from sayso.invitations import actions, queries, rules
from sayso.invitations.forms import CHOSEN, WHOLE, TextForm, UnitsForm, WaveForm, WhenForm
from sayso.invitations.message import trial_mail
from sayso.invitations.models import Wave, WaveKind, WaveState
from sayso.invitations.preview import sample_in, samples_of
from sayso.invitations.wording import FIELDS, Text
from sayso.mail.actions import take_slots
from sayso.mail.queries import bouncing_members
from sayso.members.queries import unit_paths
from sayso.members.rules import Refused, may_keep_roster
from sayso.web.languages import NAMES, direction
from sayso.web.site import site_of

ALIVE = (WaveState.READY, WaveState.SENDING)


def framed(engagement: Engagement, **more: Any) -> dict[str, Any]:
    return {"engagement": engagement, "leads": True, "tab": "invitations", **more}


def units_shown(engagement: Engagement) -> list[tuple[int, str]]:
    """Every unit by its place in the tree."""
    return sorted(unit_paths(engagement.organisation).items(), key=lambda unit: unit[1].casefold())


@require_GET
@for_leads
def invitations(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    waves = [(wave, queries.progress_of(wave)) for wave in queries.waves_of(engagement)]
    context = framed(
        engagement,
        waves=waves,
        n_invited=sum(progress.done for wave, progress in waves if wave.kind == WaveKind.INVITATION),
        n_bouncing=bouncing_members(engagement.organisation).count(),
        keeps_roster=may_keep_roster(request.user),
        batches=list(queries.batches_of(engagement)[:3]),
    )
    return render(request, "invitations/invitations.html", context)


@require_http_methods(["GET", "POST"])
@for_leads
def new_wave(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    form = WaveForm(engagement, request.POST or None)
    if form.is_valid():
        wave = actions.make_wave(
            engagement=engagement,
            kind=WaveKind(form.cleaned_data["kind"]),
            units=form.cleaned_data["chosen"],
            site=site_of(request),
            by=request.user,  # type: ignore[arg-type]
        )
        return redirect("wave", engagement.slug, wave.pk)
    context = framed(engagement, form=form, units=units_shown(engagement), kinds=WaveKind.choices, chosen=_ticked(form))
    return render(request, "invitations/new_wave.html", context, status=422 if form.is_bound else 200)


def _ticked(form: UnitsForm) -> set[int]:
    ticked = form["units"].value() or []
    return {int(value) for value in ticked if str(value).isdecimal()}


def _wave(engagement: Engagement, wave_id: int) -> Wave:
    return get_object_or_404(engagement.waves.select_related("engagement__organisation"), pk=wave_id)


@require_GET
@for_leads
def wave(request: HttpRequest, engagement: Engagement, wave_id: int) -> HttpResponse:
    found = _wave(engagement, wave_id)
    if found.state != WaveState.DRAFT:
        return render(request, "invitations/wave_going.html", _going(engagement, found))
    today = timezone.localdate()
    return render(request, "invitations/wave.html", _draft(engagement, found, WhenForm(), today=today))


def _draft(engagement: Engagement, found: Wave, form: WhenForm, **more: Any) -> dict[str, Any]:
    today = timezone.localdate()
    texts = [(text, NAMES.get(text.language, text.language)) for text in queries.texts_of(found).values()]
    return framed(
        engagement,
        wave=found,
        form=form,
        reach=_told(queries.reach_of(found, today)),
        units=list(found.units.all()),
        texts=texts,
        samples=samples_of(found, today),
        days_apart=rules.REMINDERS_APART.days,
        is_open=rules.is_open(engagement),
        **more,
    )


def _told(reach: queries.Reach) -> dict[str, Any]:
    languages = [(NAMES.get(language, language), number) for language, number in reach.languages]
    return {**reach.__dict__, "languages": languages}


@require_http_methods(["GET", "POST"])
@for_leads
def wave_units(request: HttpRequest, engagement: Engagement, wave_id: int) -> HttpResponse:
    found = _wave(engagement, wave_id)
    ticked = [unit.pk for unit in found.units.all()]
    form = UnitsForm(engagement, request.POST or None, initial={"units": ticked, "whom": CHOSEN if ticked else WHOLE})
    if form.is_valid():
        with refusals_told(request):
            actions.change_units(wave=found, units=form.cleaned_data["chosen"])
        return redirect("wave", engagement.slug, found.pk)
    context = framed(engagement, wave=found, form=form, units=units_shown(engagement), chosen=_ticked(form))
    return render(request, "invitations/wave_units.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@for_leads
def wave_text(request: HttpRequest, engagement: Engagement, wave_id: int, language: str) -> HttpResponse:
    found = _wave(engagement, wave_id)
    text = queries.texts_of(found).get(language)
    if text is None or found.state != WaveState.DRAFT:
        raise Http404
    form = TextForm(request.POST or None, initial={"subject": text.subject, "body": text.body})
    if form.is_valid():
        actions.change_text(wave=found, text=Text(language, form.cleaned_data["subject"], form.cleaned_data["body"]))
        if "stay" not in request.POST:
            return redirect("wave", engagement.slug, found.pk)
        text = queries.texts_of(found)[language]
    context = framed(
        engagement,
        wave=found,
        form=form,
        fields=FIELDS,
        language=language,
        name=NAMES.get(language, language),
        direction=direction(language),
        sample=sample_in(found, text),
    )
    return render(request, "invitations/wave_text.html", context, status=422 if form.errors else 200)


class refusals_told:  # noqa: N801 - used as a statement
    """What the rules do not allow is told on the next page."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, wrong: BaseException | None, trace: object) -> bool:
        if isinstance(wrong, Refused):
            messages.error(self.request, str(wrong))
            return True
        return False


@require_POST
@for_leads
def send_wave(request: HttpRequest, engagement: Engagement, wave_id: int) -> HttpResponse:
    found, form = _wave(engagement, wave_id), WhenForm(request.POST)
    if not form.is_valid():
        return render(request, "invitations/wave.html", _draft(engagement, found, form), status=422)
    now = timezone.now()
    with refusals_told(request):
        at = form.cleaned_data["at"] or now + rules.GRACE
        actions.send_wave(wave=found, by=request.user, now=now, at=at)  # type: ignore[arg-type]
    return redirect("wave", engagement.slug, found.pk)


@require_POST
@for_leads
def stop_wave(request: HttpRequest, engagement: Engagement, wave_id: int) -> HttpResponse:
    found = _wave(engagement, wave_id)
    if actions.stop_wave(wave=found):
        messages.success(request, _("It is stopped. Nothing more leaves until you let it go on."))
    return redirect("wave", engagement.slug, found.pk)


@require_POST
@for_leads
def drop_wave(request: HttpRequest, engagement: Engagement, wave_id: int) -> HttpResponse:
    found = _wave(engagement, wave_id)
    with refusals_told(request):
        actions.drop_wave(wave=found)
        messages.success(request, _("The draft is gone. Nobody was written to."))
        return redirect("invitations", engagement.slug)
    return redirect("wave", engagement.slug, found.pk)


@require_POST
@for_leads
def try_wave(request: HttpRequest, engagement: Engagement, wave_id: int) -> HttpResponse:
    """The mail to oneself, with a link that lets nobody in."""
    found = _wave(engagement, wave_id)
    member: Any = request.user
    text = queries.texts_of(found).get(request.POST.get("language", ""))
    if text is None:
        raise Http404
    if not member.email:
        messages.error(request, _("You have no e-mail address on the roster, so no mail can reach you."))
        return redirect("wave", engagement.slug, found.pk)
    mail = trial_mail(member.email, sample_in(found, text).written)
    take_slots(number=1, per_minute=settings.MAIL_PER_MINUTE, now=timezone.now())
    try:
        mail.send()
    except (OSError, smtplib.SMTPException):
        messages.error(
            request, _("The mail server did not take it. Nobody was written to. Ask whoever runs this server.")
        )
    else:
        messages.success(
            request, _("A mail is on its way to %(email)s. Its link is made up.") % {"email": member.email}
        )
    return redirect("wave", engagement.slug, found.pk)


@require_GET
@for_leads
def wave_progress(request: HttpRequest, engagement: Engagement, wave_id: int) -> HttpResponse:
    """For a page that is open: how far it is."""
    context = _going(engagement, found := _wave(engagement, wave_id))
    told = (found.state, found.send_at, found.trouble, context["progress"], context["minutes"], context["is_open"])
    etag = f'"{hashlib.sha256(repr(told).encode()).hexdigest()[:32]}"'
    page = render(request, "invitations/fragments/going.html", context)
    page["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=page) or page


def _going(engagement: Engagement, found: Wave) -> dict[str, Any]:
    progress = queries.progress_of(found)
    waits = found.state == WaveState.READY or not found.filled_on
    minutes = int(progress.left / settings.MAIL_PER_MINUTE) + 1
    return framed(
        engagement,
        wave=found,
        progress=progress,
        units=list(found.units.all()),
        waits=waits,
        minutes=minutes,
        is_open=rules.is_open(engagement),
        is_alive=found.state in ALIVE,
        poll=reverse("wave_progress", args=[engagement.slug, found.pk]),
    )
