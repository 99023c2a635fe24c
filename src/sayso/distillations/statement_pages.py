"""One statement on a page of its own, with a link to share. Shows what is published, and when results are shown."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sayso.distillations.one_statement import one_statement_of
from sayso.distillations.readers import frame_of, fresh, may_read, not_yet, reader_behind, readers, told_to
from sayso.distillations.sharing import shared_as


@require_safe
@readers
def one_statement(request: HttpRequest, slug: str, statement_id: int) -> HttpResponse:
    reader = reader_behind(request, slug)
    if not may_read(reader):
        return not_yet(request, reader)
    body = told_to(reader)
    one = one_statement_of(body, str(statement_id))
    if one is None:
        raise Http404
    context = {
        **frame_of(reader),
        "one": one,
        "statement": one.statement,
        "body": body,
        "n": body["n_participants"],
        "shared": shared_as(request, one.sentence, f"“{one.statement['text']}”"),
    }
    return fresh(render(request, "distillations/one_statement.html", context))
