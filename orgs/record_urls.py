"""Lists, detail pages, acts on records and the review queue."""

from django.urls import include, path

from orgs.views import (
    bulk,
    contact_calls,
    contact_changes,
    details,
    duplicates,
    former_names,
    founding,
    lists,
    merging,
    prospects,
    ratings,
    records,
    review,
)

_organizations = [
    path("", lists.organization_list, name="organization_list"),
    path("<int:pk>/", details.organization_detail, name="organization_detail"),
    path("difficulties/", ratings.difficulty_list, name="organization_difficulties"),
    path("difficulties/<int:pk>/<str:step>/", ratings.difficulty_note, name="organization_difficulty_note"),
    path("<int:pk>/rating/", ratings.organization_rating, name="organization_rating"),
    path("<int:pk>/founding/", founding.founding_steps, name="organization_founding"),
    path("<int:pk>/founding/<str:step>/", founding.founding_step_save, name="organization_founding_save"),
]
_enterprises = [
    path("", lists.enterprise_list, name="enterprise_list"),
    path("<int:pk>/", details.enterprise_detail, name="enterprise_detail"),
    path("duplicates/", duplicates.enterprise_duplicates, name="enterprise_duplicates"),
    path("distinct/", duplicates.enterprise_distinct_pairs, name="enterprise_distinct_pairs"),
    path("distinct/declare/", duplicates.enterprise_distinct, name="enterprise_distinct"),
    path(
        "distinct/<int:pk>/withdraw/",
        duplicates.enterprise_distinct_withdraw,
        name="enterprise_distinct_withdraw",
    ),
    path("mergers/", duplicates.enterprise_mergers, name="enterprise_mergers"),
    path("mergers/<int:pk>/undo/", merging.enterprise_unmerge, name="enterprise_unmerge"),
    path("merge/", merging.enterprise_merge, name="enterprise_merge"),
    path(
        "<int:pk>/former-names/",
        former_names.enterprise_former_name_add,
        name="enterprise_former_name_add",
    ),
    path(
        "former-names/<int:pk>/remove/",
        former_names.enterprise_former_name_remove,
        name="enterprise_former_name_remove",
    ),
]
_parks = [
    path("", lists.park_list, name="park_list"),
    path("<int:pk>/", details.park_detail, name="park_detail"),
]
_contacts = [
    path("", lists.contact_list, name="contact_list"),
    path("<int:pk>/", details.contact_detail, name="contact_detail"),
    path("<int:pk>/leave/", contact_changes.contact_leave, name="contact_leave"),
    path("calls/", contact_calls.contact_calls, name="contact_calls"),
    path("calls/<int:pk>/visit/", contact_calls.contact_visit_new, name="contact_visit_new"),
    path("wishes/", prospects.contact_wishes, name="contact_wishes"),
    path("reasons/", prospects.contact_reasons, name="contact_reasons"),
    path("funnel/", prospects.contact_funnel, name="contact_funnel"),
]
_review = [
    path("", review.review_queue_page, name="review_queue"),
    path("bulk/", bulk.review_bulk, name="review_bulk"),
    path("<str:kind>/<int:pk>/", review.review_record, name="review_record"),
    path("<str:kind>/<int:pk>/confirm/", review.review_confirm, name="review_confirm"),
    path("<str:kind>/<int:pk>/return/", review.review_return, name="review_return"),
]

urlpatterns = [
    path("organizations/", include(_organizations)),
    path("enterprises/", include(_enterprises)),
    path("parks/", include(_parks)),
    path("contacts/", include(_contacts)),
    path("records/bulk/", bulk.record_bulk, name="record_bulk"),
    path("records/<str:kind>/<int:pk>/<str:action>/", records.record_act, name="record_act"),
    path("review/", include(_review)),
]
