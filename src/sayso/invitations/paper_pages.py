"""Letters and posters: asked for, fetched, hung up. Letters open people's pages, so each fetching is on record."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sayso.engagements.coming_in.doors import for_leads
from sayso.engagements.models import Engagement
from sayso.invitations import letter_actions, queries, rules
from sayso.invitations.forms import LettersForm
from sayso.invitations.models import BatchState
from sayso.invitations.pages import _ticked, framed, units_shown
from sayso.invitations.paper import PAPERS, POSTER, poster
from sayso.invitations.printing import is_pile
from sayso.members.rules import Refused
from sayso.web.languages import NAMES
from sayso.web.site import site_of
from sayso.web.typesetting import CannotSet, set_pdf


@require_http_methods(["GET", "POST"])
@for_leads
def letters(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    form = LettersForm(engagement, request.POST or None)
    if form.is_valid() and _asked_for(request, engagement, form):
        return redirect("letters", engagement.slug)
    context = framed(
        engagement,
        form=form,
        units=units_shown(engagement),
        chosen=_ticked(form),
        batches=list(queries.batches_of(engagement)),
        days_kept=rules.LETTERS_KEPT.days,
    )
    return render(request, "invitations/letters.html", context, status=422 if form.is_bound else 200)


def _asked_for(request: HttpRequest, engagement: Engagement, form: LettersForm) -> bool:
    try:
        letter_actions.want_letters(
            engagement=engagement,
            units=form.cleaned_data["chosen"],
            is_for_all=form.cleaned_data["is_for_all"],
            site=site_of(request),
            by=request.user,  # type: ignore[arg-type]
        )
    except Refused as refusal:
        form.add_error("whom", str(refusal))
        return False
    messages.success(request, _("The letters are being made. You can leave this page."))
    return True


@require_POST
@for_leads
def fetch_letters(request: HttpRequest, engagement: Engagement, batch_id: int) -> HttpResponse:
    """By a form, not a link: nothing that opens links in advance fetches them."""
    batch = get_object_or_404(engagement.letter_batches.filter(state=BatchState.READY), pk=batch_id)
    try:
        path = letter_actions.fetch_letters(batch=batch, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("letters", engagement.slug)
    kind = "zip" if is_pile(path) else "pdf"
    name = f"letters-{engagement.slug}-{batch.pk}.{kind}"
    file = path.open("rb")
    return FileResponse(  # type: ignore[return-value] # a response in all but its base class
        file, as_attachment=True, filename=name, content_type=f"application/{kind}"
    )


@require_GET
@for_leads
def posters(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    return render(request, "invitations/posters.html", framed(engagement, languages=NAMES.items(), papers=PAPERS))


@require_GET
@for_leads
def poster_file(request: HttpRequest, engagement: Engagement, language: str, paper: str) -> HttpResponse:
    if language not in NAMES or paper not in PAPERS:
        raise Http404
    try:
        pdf = set_pdf(POSTER, poster(engagement, site=site_of(request), language=language, paper=paper))
    except CannotSet:
        messages.error(request, _("The poster could not be set. Tell whoever runs this server."))
        return redirect("posters", engagement.slug)
    reply = HttpResponse(pdf, content_type="application/pdf")
    reply["Content-Disposition"] = f'attachment; filename="poster-{engagement.slug}-{language}-{paper}.pdf"'
    return reply
