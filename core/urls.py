"""Pages that know no domain word."""

from django.urls import path

from core.views import attachments, drafts, files, jobs, trail

urlpatterns = [
    path("files/<str:token>/", files.stored_file, name="stored_file"),
    path("attachments/upload/", attachments.attachment_upload, name="attachment_upload"),
    path("attachments/tray/", attachments.attachment_tray_rows, name="attachment_tray_rows"),
    path("attachments/<str:token>/", attachments.attachment_download, name="attachment_download"),
    path("attachments/<str:token>/view/", attachments.attachment_view, name="attachment_view"),
    path("attachments/<str:token>/remove/", attachments.attachment_remove, name="attachment_remove"),
    path("attachments/<str:token>/pages/<int:number>/", attachments.attachment_page, name="attachment_page"),
    path("drafts/<slug:key>/", drafts.draft_save, name="draft_save"),
    path("drafts/<slug:key>/discard/", drafts.draft_discard, name="draft_discard"),
    path("jobs/<int:pk>/", jobs.job_detail, name="job_detail"),
    path("trail/", trail.trail, name="trail"),
]
