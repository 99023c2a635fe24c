"""The kiosk's own pages: start it, come in, be done, end it. Who is in charge starts it, and is signed out by it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from sayso.engagements import actions, rules
from sayso.engagements.coming_in.doors import engagement_for, key_missing
from sayso.engagements.coming_in.guests import SESSION_KEY, new_token
from sayso.engagements.coming_in.kiosk import COOKIE, forget_person, is_taken, kiosk_of, make_kiosk, shorten_stay
from sayso.engagements.models import Engagement
from sayso.members.pseudonyms import KeyMissing
from sayso.members.ways_in.code_entry import DOES_NOT_FIT, member_by_code
from sayso.members.ways_in.entering import let_in
from sayso.members.ways_in.forms import CodeForm
from sayso.web.speaking import speak_one_of


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def start(request: HttpRequest, slug: str) -> HttpResponse:
    if kiosk_of(request) == slug and not Engagement.objects.filter(slug=slug).exists():
        return _end(request)  # else the device would be shut in for good
    if kiosk_of(request) == slug:
        return _start_page(request, _here(request, slug), CodeForm())
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    engagement = engagement_for(request, slug)
    if not rules.may_moderate(request.user, engagement):
        raise Http404
    if request.method == "POST":
        reply = redirect("kiosk", slug)
        make_kiosk(request, reply, engagement)
        return reply
    context = {"engagement": engagement, "tab": "kiosk", "leads": rules.may_grant_roles(request.user, engagement)}
    return render(request, "engagements/kiosk/begin.html", context)


def _start_page(request: HttpRequest, engagement: Engagement, form: CodeForm) -> HttpResponse:
    context = {"engagement": engagement, "form": form, "guests": rules.admits_guests(engagement)}
    name = "engagements/kiosk/taken.html" if is_taken(request) else "engagements/kiosk/start.html"
    return render(request, name, context, status=422 if form.is_bound else 200)


@require_POST
@sensitive_post_parameters("code")
@never_cache
def enter(request: HttpRequest, slug: str) -> HttpResponse:
    engagement = _here(request, slug)
    if "guest" in request.POST:
        return _enter_as_guest(request, engagement)
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            member = member_by_code(request=request, **form.cleaned_data)
            if not rules.may_take_part(member, engagement):
                raise rules.Refused(DOES_NOT_FIT)
        except rules.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            let_in(request, member)
            shorten_stay(request)
            return redirect("promise", slug)
    return _start_page(request, engagement, form)


def _enter_as_guest(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    token = new_token()
    try:
        actions.join_as_guest(engagement=engagement, token=token)
    except KeyMissing:
        return key_missing(request, engagement)
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("kiosk", engagement.slug)
    request.session.flush()
    request.session[SESSION_KEY] = token
    shorten_stay(request)
    return redirect("say", engagement.slug)


@require_POST
def done(request: HttpRequest, slug: str) -> HttpResponse:
    _here(request, slug)
    reply = redirect("kiosk", slug)
    forget_person(request, reply)
    return reply


@require_POST
def end(request: HttpRequest, slug: str) -> HttpResponse:
    """The device is an ordinary one again, nobody being signed in on it."""
    _here(request, slug)
    return _end(request)


def _end(request: HttpRequest) -> HttpResponse:
    reply = redirect("home")
    forget_person(request, reply)
    reply.delete_cookie(COOKIE)
    return reply


def _here(request: HttpRequest, slug: str) -> Engagement:
    """The engagement whose kiosk this is; without the kiosk's cookie there is no such page."""
    if kiosk_of(request) != slug:
        raise Http404
    engagement = get_object_or_404(Engagement, slug=slug)
    speak_one_of(request, engagement.languages)
    return engagement
