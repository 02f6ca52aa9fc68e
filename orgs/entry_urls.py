"""Entering records, and what entry pages fetch while somebody types."""

from django.urls import path

from orgs.views import entry_contacts, entry_hosts, entry_records, finders, reports

urlpatterns = [
    path("organizations/new/", entry_records.organization_new, name="organization_new"),
    path("organizations/<int:pk>/edit/", entry_records.organization_edit, name="organization_edit"),
    path("contacts/new/", entry_contacts.contact_new, name="contact_new"),
    path("contacts/<int:pk>/edit/", entry_contacts.contact_edit, name="contact_edit"),
    path("enterprises/new/", entry_hosts.enterprise_new, name="enterprise_new"),
    path("enterprises/<int:pk>/edit/", entry_hosts.enterprise_edit, name="enterprise_edit"),
    path("parks/new/", entry_hosts.park_new, name="park_new"),
    path("parks/<int:pk>/edit/", entry_hosts.park_edit, name="park_edit"),
    path("enterprises/find/", finders.enterprise_find, name="enterprise_find"),
    path("enterprises/alike/", finders.enterprise_alike, name="enterprise_alike"),
    path("enterprises/holders/", finders.holder_choice_part, name="holder_choices"),
    path("parks/find/", finders.park_find, name="park_find"),
    path("divisions/find/", finders.division_find, name="division_find"),
    path("enterprises/<int:pk>/report/", reports.holder_report_new, name="holder_report_new"),
    path("reports/<int:pk>/", reports.holder_report_detail, name="holder_report_detail"),
    path("reports/<int:pk>/settle/", reports.holder_report_settle, name="holder_report_settle"),
]
