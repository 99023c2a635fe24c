"""No pages of its own: allauth's stand under /accounts/, in this app's words. Kept for the one line in sayso.urls."""

urlpatterns: list[object] = []
