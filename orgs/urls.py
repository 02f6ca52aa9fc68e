"""The registry's part of the site map."""

from django.urls import include, path

urlpatterns = [
    path("", include("orgs.people_urls")),
    path("", include("orgs.entry_urls")),
    path("", include("orgs.import_urls")),
    path("", include("orgs.record_urls")),
]
