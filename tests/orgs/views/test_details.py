"""Detail pages and the acts they offer: who sees what, who may do what, and what a refusal looks like."""

import datetime as dt

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from orgs.models import CastOrganization, Enterprise
from orgs.services.offered import offered_acts
from orgs.services.organizations import create_organization, edit_organization
from tests import factories
from tests.conftest import TODAY


def make_record(kind: str, office, *, state: str = "draft", actor=None):
    """A record of a kind at an office, at a confirmed host."""
    if kind == "enterprise":
        return factories.make_enterprise(office, state=state, actor=actor)
    if kind == "park":
        return factories.make_park(office, state=state, actor=actor)
    if kind == "contact":
        return factories.make_contact(factories.make_enterprise(office), state=state, actor=actor)
    return factories.make_organization(factories.make_enterprise(office), state=state, actor=actor)


def said(response) -> list[str]:
    """The messages a response leaves behind."""
    return [str(message) for message in get_messages(response.wsgi_request)]


KINDS = ("organization", "contact", "enterprise", "park")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("owner", 200),
        ("viewer", 200),
        ("reviewer", 200),
        ("hq_leader", 200),
        ("neighbour", 404),
        ("stranger", 404),
        ("foreign_reviewer", 404),
        ("expert", 404),
        ("auditor", 404),
        ("sysadmin", 404),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_record_out_of_scope_is_not_there(client, cast, tree, kind, who, status):
    record = make_record(kind, tree.tianhe, actor=cast.owner)
    client.force_login(getattr(cast, who))
    assert client.get(reverse(f"{kind}_detail", args=[record.pk])).status_code == status


@pytest.mark.parametrize("action", ["submit", "withdraw", "void", "delete"])
def test_act_on_a_record_out_of_scope_is_not_there(client, cast, tree, action):
    record = make_record("organization", tree.tianhe, actor=cast.owner)
    client.force_login(cast.stranger)
    assert client.post(reverse("record_act", args=["organization", record.pk, action])).status_code == 404
    assert CastOrganization.objects.filter(pk=record.pk, state="draft").exists()


def test_unknown_kind_or_action_is_not_there(client, cast, tree):
    record = make_record("organization", tree.tianhe, actor=cast.owner)
    client.force_login(cast.owner)
    assert client.post(reverse("record_act", args=["office", record.pk, "submit"])).status_code == 404
    assert client.post(reverse("record_act", args=["organization", record.pk, "confirm"])).status_code == 404
    assert client.get(reverse("record_act", args=["organization", record.pk, "submit"])).status_code == 405


@pytest.mark.parametrize(
    ("state", "who", "acts"),
    [
        ("draft", "owner", {"edit", "submit", "delete"}),
        ("draft", "colleague", {"edit", "submit", "delete"}),
        ("draft", "upper_clerk", {"edit", "submit", "delete"}),
        ("draft", "viewer", set()),
        ("draft", "reviewer", set()),
        ("draft", "hq_leader", set()),
        ("returned", "owner", {"edit", "submit", "delete"}),
        ("submitted", "owner", {"withdraw"}),
        ("submitted", "viewer", set()),
        ("submitted", "reviewer", {"confirm", "return"}),
        ("submitted", "upper", {"confirm", "return"}),
        ("submitted", "hq_reviewer", {"confirm", "return"}),
        ("submitted", "reviewer_and_clerk", {"withdraw", "confirm", "return"}),
        ("confirmed", "owner", set()),
        ("confirmed", "reviewer", {"void"}),
        ("voided", "owner", set()),
        ("voided", "reviewer", set()),
    ],
)
def test_acts_offered_by_state_and_part(cast, tree, state, who, acts):
    record = make_record("organization", tree.tianhe, state=state, actor=cast.owner)
    assert offered_acts(actor=getattr(cast, who), record=record, today=TODAY) == acts


def test_no_confirming_is_offered_for_what_one_has_submitted(cast, tree):
    record = make_record("organization", tree.tianhe, state="submitted", actor=cast.reviewer_and_clerk)
    assert offered_acts(actor=cast.reviewer_and_clerk, record=record, today=TODAY) == {"withdraw"}


def test_host_with_records_is_offered_neither_deletion_nor_voiding(cast, tree):
    draft = factories.make_enterprise(tree.tianhe, state="draft", actor=cast.owner)
    factories.make_organization(draft, state="draft", actor=cast.owner)
    standing = factories.make_enterprise(tree.tianhe)
    factories.make_organization(standing)
    assert "delete" not in offered_acts(actor=cast.owner, record=draft, today=TODAY)
    assert "void" not in offered_acts(actor=cast.reviewer, record=standing, today=TODAY)


@pytest.mark.parametrize("state", ["draft", "submitted", "confirmed", "returned", "voided"])
@pytest.mark.parametrize("who", ["owner", "viewer", "reviewer", "reviewer_and_clerk", "hq_reviewer"])
@pytest.mark.parametrize("action", ["submit", "withdraw", "void", "delete"])
def test_what_the_page_offers_is_what_the_service_does(client, cast, tree, state, who, action):
    record = make_record("organization", tree.tianhe, state=state, actor=cast.owner)
    actor = getattr(cast, who)
    offered = action in offered_acts(actor=actor, record=record, today=TODAY)
    client.force_login(actor)
    client.post(
        reverse("record_act", args=["organization", record.pk, action]),
        {"version": record.version, "reason": "登记有误"},
    )
    now = CastOrganization.objects.filter(pk=record.pk).first()
    assert (now is None or now.state != state) is offered


def test_right_that_is_missing_is_403_with_its_sentence(client, cast, tree):
    record = make_record("organization", tree.tianhe, actor=cast.owner)
    client.force_login(cast.viewer)
    response = client.post(
        reverse("record_act", args=["organization", record.pk, "submit"]), {"version": record.version}
    )
    assert response.status_code == 403
    assert "您不是天河区科协或其上级科协的经办" in response.content.decode()


def test_stale_page_changes_nothing_and_says_so(client, cast, tree):
    record = make_record("organization", tree.tianhe, actor=cast.owner)
    CastOrganization.objects.filter(pk=record.pk).update(version=2)
    client.force_login(cast.colleague)
    response = client.post(
        reverse("record_act", args=["organization", record.pk, "submit"]), {"version": record.version}
    )
    assert response["Location"] == reverse("organization_detail", args=[record.pk])
    assert "由他人改过" in said(response)[0]
    assert CastOrganization.objects.get(pk=record.pk).state == "draft"


def test_form_without_a_version_is_stale(client, cast, tree):
    record = make_record("organization", tree.tianhe, actor=cast.owner)
    client.force_login(cast.owner)
    client.post(reverse("record_act", args=["organization", record.pk, "submit"]))
    assert CastOrganization.objects.get(pk=record.pk).state == "draft"


def test_void_needs_a_reason_and_keeps_the_record_without(client, cast, tree):
    record = make_record("organization", tree.tianhe, state="confirmed")
    client.force_login(cast.reviewer)
    response = client.post(
        reverse("record_act", args=["organization", record.pk, "void"]),
        {"version": record.version, "reason": " "},
    )
    assert "请写明作废原因" in said(response)[0]
    assert CastOrganization.objects.get(pk=record.pk).state == "confirmed"


def test_deleted_draft_leads_back_to_the_list(client, cast, tree):
    record = make_record("enterprise", tree.tianhe, actor=cast.owner)
    client.force_login(cast.owner)
    response = client.post(
        reverse("record_act", args=["enterprise", record.pk, "delete"]), {"version": record.version}
    )
    assert response["Location"] == reverse("enterprise_list")
    assert not Enterprise.objects.filter(pk=record.pk).exists()


@pytest.mark.parametrize(
    ("kind", "state", "words"),
    [
        ("organization", "confirmed", "计为 2014 年新建"),
        ("organization", "submitted", "待确认，不计入。确认后计为 2014 年新建"),
        ("organization", "draft", "草稿，不计入。提交并确认后计为 2014 年新建"),
        ("organization", "voided", "已作废，在任何一天都不计入"),
        ("contact", "confirmed", "计入 2014 年联系人制度（按企业计，一家企业计一次）"),
        ("park", "confirmed", "计入园区总数（其他），还没有园区科协"),
        ("enterprise", "confirmed", "计为登记企业，还没有企业科协，也没有计入今年的联系人"),
    ],
)
def test_page_says_how_the_record_counts(client, cast, tree, kind, state, words):
    record = make_record(kind, tree.tianhe, state=state, actor=cast.owner)
    client.force_login(cast.owner)
    response = client.get(reverse(f"{kind}_detail", args=[record.pk]))
    assert response.context["counts_as"] == words
    assert words in response.content.decode()


def test_refounding_is_said_not_to_be_new(client, cast, tree):
    enterprise = factories.make_enterprise(tree.tianhe)
    factories.make_organization(
        enterprise, established_on=dt.date(2008, 1, 1), dissolved_on=dt.date(2013, 1, 1)
    )
    again = factories.make_organization(enterprise)
    client.force_login(cast.owner)
    response = client.get(reverse("organization_detail", args=[again.pk]))
    assert response.context["counts_as"] == "计为 2014 年重建，不计入新建"


def test_history_reads_as_sentences_with_values_before_and_after(client, cast, tree):
    enterprise = factories.make_enterprise(tree.tianhe)
    values = {"name": "", "established_on": dt.date(2014, 9, 1), "chair": "陈示例"}
    record = create_organization(actor=cast.owner, host=enterprise, values=values)
    edit_organization(
        actor=cast.colleague,
        organization_id=record.pk,
        version=record.version,
        values=values | {"name": record.name, "chair": "林示例"},
    )
    client.force_login(cast.owner)
    response = client.get(reverse("organization_detail", args=[record.pk]))
    edit, create = response.context["history"]
    assert (create.verb, create.who, create.unit, create.changes) == ("录入", "示例owner", "天河区科协", ())
    assert [(change.label, change.before, change.after) for change in edit.changes] == [
        ("主席", "陈示例", "林示例")
    ]
    assert "主席：陈示例 → 林示例" in response.content.decode()


@pytest.mark.parametrize(("who", "full"), [("owner", True), ("reviewer", True), ("viewer", False)])
def test_mobile_is_shown_in_full_only_to_those_who_work_with_it(client, cast, tree, who, full):
    record = factories.make_contact(
        factories.make_enterprise(tree.tianhe), mobile="13800000001", email="a@example.org"
    )
    client.force_login(getattr(cast, who))
    page = client.get(reverse("contact_detail", args=[record.pk])).content.decode()
    assert ("13800000001" in page) is full
    assert ("a@example.org" in page) is full
    assert ("138****0001" in page) is not full


@pytest.mark.parametrize("kind", KINDS)
def test_detail_page_query_budget(client, cast, tree, kind, django_assert_max_num_queries):
    record = make_record(kind, tree.tianhe, state="confirmed")
    client.force_login(cast.reviewer)
    # Of an enterprise also what was said with it.
    with django_assert_max_num_queries(21 if kind == "enterprise" else 20):
        assert client.get(reverse(f"{kind}_detail", args=[record.pk])).status_code == 200


def test_look_alike_in_the_same_prefecture_is_shown(client, cast, tree):
    record = factories.make_enterprise(tree.tianhe, name="广州示范精密机械有限公司")
    factories.make_enterprise(tree.panyu, name="广州市示范精密机械有限责任公司")
    factories.make_enterprise(tree.chancheng, name="示范精密机械有限公司")
    client.force_login(cast.reviewer)
    response = client.get(reverse("enterprise_detail", args=[record.pk]))
    assert [other.host.name for other in response.context["alike"]] == ["广州市示范精密机械有限责任公司"]


def test_enterprise_shows_what_hangs_on_it(client, cast, tree):
    enterprise = factories.make_enterprise(tree.tianhe)
    contact = factories.make_contact(enterprise)
    organization = factories.make_organization(enterprise)
    client.force_login(cast.viewer)
    page = client.get(reverse("enterprise_detail", args=[enterprise.pk])).content.decode()
    assert reverse("contact_detail", args=[contact.pk]) in page
    assert reverse("organization_detail", args=[organization.pk]) in page


@pytest.mark.parametrize(
    ("state", "words", "not_words"),
    [("draft", "删除草稿", "删除这条记录"), ("returned", "删除这条记录", "删除草稿")],
)
def test_button_that_deletes_says_what_it_deletes(client, cast, tree, state, words, not_words):
    record = make_record("organization", tree.tianhe, state=state, actor=cast.owner)
    client.force_login(cast.owner)
    page = client.get(reverse("organization_detail", args=[record.pk])).content.decode()
    assert words in page
    assert not_words not in page


def test_organization_of_a_park_names_the_parks_kind_and_grade(client, cast, tree):
    record = factories.make_organization(factories.make_park(tree.tianhe, kind="other"))
    client.force_login(cast.owner)
    page = client.get(reverse("organization_detail", args=[record.pk])).content.decode()
    assert "<dt>园区类别</dt><dd>其他园区，其他级别</dd>" in page
