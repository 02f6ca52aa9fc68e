"""The site map: each app brings its own part, all below the root."""

from django.urls import include, path

from cast_portal import health, home, search

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("core.urls")),
    path("", include("accounts.urls")),
    path("", include("orgs.urls")),
    path("", include("quotas.urls")),
]
