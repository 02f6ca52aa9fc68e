"""Files in and out: imports and exports."""

from django.urls import path

from orgs.views import exports, import_files, import_steps, imports

# imports/
urlpatterns = [
    path("exports/", exports.export_files, name="export_list"),
    path("exports/new/", exports.export_new, name="export_new"),
    path("imports/", imports.import_list, name="import_list"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/template/<str:kind>/", import_files.import_template, name="import_template"),
    path("imports/<int:pk>/", import_steps.import_detail, name="import_detail"),
    path("imports/<int:pk>/job/", import_steps.import_job, name="import_job"),
    path("imports/<int:pk>/columns/", import_steps.import_columns, name="import_columns"),
    path("imports/<int:pk>/sheet/", import_steps.import_sheet, name="import_sheet"),
    path("imports/<int:pk>/kind/", import_steps.import_kind, name="import_kind"),
    path("imports/<int:pk>/choice/", import_steps.import_choice, name="import_choice"),
    path("imports/<int:pk>/confirm/", import_steps.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/cancel/", import_steps.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/undo/", import_steps.import_undo, name="import_undo"),
    path("imports/<int:pk>/resume/", import_steps.import_resume, name="import_resume"),
    path("imports/<int:pk>/returned/", import_files.import_returned, name="import_returned"),
]
