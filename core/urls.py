"""Pages that know no domain word."""

from django.urls import path

from core.views import drafts, files, jobs, trail

urlpatterns = [
    path("files/<str:token>/", files.stored_file, name="stored_file"),
    path("drafts/<slug:key>/", drafts.draft_save, name="draft_save"),
    path("drafts/<slug:key>/discard/", drafts.draft_discard, name="draft_discard"),
    path("jobs/<int:pk>/", jobs.job_detail, name="job_detail"),
    path("trail/", trail.trail, name="trail"),
]
