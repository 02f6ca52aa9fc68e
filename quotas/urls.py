"""The boards."""

from django.urls import path

from quotas.views import dashboard

# /dashboard/
urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/<str:code>/", dashboard.dashboard_office, name="dashboard_office"),
    path("dashboard/<str:code>/export/", dashboard.dashboard_export, name="dashboard_export"),
    path("dashboard/<str:code>/compute/", dashboard.dashboard_compute, name="dashboard_compute"),
    path("dashboard/<str:code>/progress/", dashboard.dashboard_progress, name="dashboard_progress"),
]
