"""The portal's pages, and the bare ones they are compared with, in one process."""

from django.urls import include, path

from benchmarks import bare, live

urlpatterns = [
    path("bench/organizations/", bare.organizations),
    path("bench/enterprises/", bare.enterprises),
    path("bench/dashboard/live/", live.all_figures),
    path("bench/dashboard/live-day/", live.figures_of_the_day),
    path("", include("cast_portal.urls")),
]
