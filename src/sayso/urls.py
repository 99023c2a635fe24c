"""All addresses of the web half, one line an app. Imports nothing heavy: a test holds it to that."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from sayso.api import api

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("api/", api.urls),
    path("", include("sayso.web.urls")),
    path("", include("sayso.members.urls")),
    path("", include("sayso.engagements.urls")),
    path("", include("sayso.moderation.urls")),
    path("", include("sayso.replies.urls")),
    path("", include("sayso.distillations.urls")),
    path("", include("sayso.rooms.urls")),
    path("", include("sayso.invitations.urls")),
    path("", include("sayso.correspondence.urls")),
    path("", include("sayso.embedding.urls")),
    path("", include("sayso.custody.urls")),
]

if settings.OUTSIDE_ACCOUNTS:
    from allauth.socialaccount.views import login_cancelled, login_error
    from allauth.urls import build_provider_urlpatterns

    outside: list[URLPattern | URLResolver] = [
        path("cancelled/", login_cancelled, name="socialaccount_login_cancelled"),
        path("error/", login_error, name="socialaccount_login_error"),
        *build_provider_urlpatterns(),
    ]
    if "openid_connect" in settings.SOCIALACCOUNT_PROVIDERS:
        from sayso.members.ways_in import outside_pages

        outside.insert(0, path("oidc/<slug:provider_id>/login/", outside_pages.start))
    urlpatterns.insert(0, path("accounts/", include(outside)))

if settings.DEMO:
    urlpatterns.insert(0, path("", include("sayso.demo.urls")))

handler400 = "sayso.web.errors.bad_request"
handler403 = "sayso.web.errors.forbidden"
handler404 = "sayso.web.errors.not_found"
handler500 = "sayso.web.errors.server_error"
