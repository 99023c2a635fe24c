"""All addresses of the web half, one line an app. Imports nothing heavy: a test holds it to that."""

from django.conf import settings
from django.urls import include, path

from sayso.api import api

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("api/", api.urls),
    path("", include("sayso.web.urls")),
    path("", include("sayso.members.urls")),
    path("", include("sayso.engagements.urls")),
    path("", include("sayso.distillations.urls")),
]

if settings.DEMO:
    urlpatterns.insert(0, path("", include("sayso.demo.urls")))

handler400 = "sayso.web.errors.bad_request"
handler403 = "sayso.web.errors.forbidden"
handler404 = "sayso.web.errors.not_found"
handler500 = "sayso.web.errors.server_error"
