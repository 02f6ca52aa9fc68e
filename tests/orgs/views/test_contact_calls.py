"""The enterprises to call: which stand on the list and why, and recording a talk in the row."""

import datetime as dt

import pytest
from django.urls import reverse

from core import clock
from orgs.models import ContactVisit
from orgs.selectors.calls import CallList
from orgs.selectors.todo import registry_todo
from tests import factories
from tests.conftest import TODAY

LONG_AGO = dt.date(2014, 7, 1)


def make_visit(enterprise, user, **values) -> ContactVisit:
    return ContactVisit.objects.create(
        **{
            "enterprise": enterprise,
            "visited_on": dt.date(2014, 10, 1),
            "said": "介绍了科协的工作",
            "created_by": user,
            "created_at": clock.machine_now(),
            **values,
        }
    )


def served(office, *, since=dt.date(2014, 9, 1), liaison="", **values):
    """An enterprise with a contact in office."""
    enterprise = factories.make_enterprise(office, **values)
    factories.make_contact(enterprise, established_on=since, liaison=liaison)
    return enterprise


def reasons(office) -> dict[str, list[str]]:
    calls = CallList(office, today=TODAY)
    return {call.enterprise.name: call.reasons for call in calls.page("", None).object_list}


def test_why_an_enterprise_should_be_called(cast, tree):
    served(tree.tianhe, name="没有问过的企业")
    served(tree.tianhe, name="愿意没有筹备的企业", leader_wish="willing")
    preparing = served(tree.tianhe, name="愿意在筹备的企业", leader_wish="willing")
    factories.make_organization(preparing, state="draft")
    served(tree.tianhe, name="很久没有联系的企业", leader_wish="later", since=LONG_AGO)
    spoken = served(tree.tianhe, name="最近联系过的企业", leader_wish="later", since=LONG_AGO)
    make_visit(spoken, cast.owner)
    due = served(tree.tianhe, name="下一步到期的企业", leader_wish="later")
    make_visit(due, cast.owner, next_step="送材料", next_on=TODAY)
    gone = factories.make_enterprise(tree.tianhe, name="联系人离任的企业")
    factories.make_contact(gone, established_on=LONG_AGO, left_on=dt.date(2014, 9, 1))
    assert reasons(tree.tianhe) == {
        "没有问过的企业": ["unasked"],
        "愿意没有筹备的企业": ["unprepared"],
        "愿意在筹备的企业": [],
        "很久没有联系的企业": ["silent"],
        "最近联系过的企业": [],
        "下一步到期的企业": ["due"],
        "联系人离任的企业": ["left"],
    }
    counts = CallList(tree.tianhe, today=TODAY).counts()
    assert counts == {"all": 7, "due": 1, "left": 1, "unasked": 1, "unprepared": 1, "silent": 1}


def test_who_is_not_on_the_list(cast, tree):
    served(tree.panyu)
    factories.make_enterprise(tree.tianhe)
    factories.make_contact(factories.make_enterprise(tree.tianhe), state="submitted")
    converted = served(tree.tianhe, since=LONG_AGO)
    factories.make_organization(converted)
    served(tree.tianhe, dissolved_on=dt.date(2014, 9, 2))
    assert reasons(tree.tianhe) == {}


def test_most_pressing_first(cast, tree):
    for name, step in (("甲企业示范", dt.date(2014, 10, 20)), ("乙企业示范", dt.date(2014, 10, 12))):
        enterprise = served(tree.tianhe, name=name)
        make_visit(enterprise, cast.owner, next_step="再谈", next_on=step)
    served(tree.tianhe, name="丙企业示范")
    assert list(reasons(tree.tianhe)) == ["乙企业示范", "甲企业示范", "丙企业示范"]


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_the_same_for_one_and_thirty(client, cast, tree, rows, django_assert_max_num_queries):
    for _ in range(rows):
        make_visit(served(tree.tianhe, liaison="黄示例"), cast.owner)
    client.force_login(cast.owner)
    with django_assert_max_num_queries(12):
        response = client.get(reverse("contact_calls"))
    assert len(response.context["page"].object_list) == rows


def test_the_list_is_narrowed_by_liaison_and_reason(client, cast, tree):
    served(tree.tianhe, name="黄示例联系的企业", liaison="黄示例")
    served(tree.tianhe, name="林示例联系的企业", liaison="林示例", leader_wish="later")
    client.force_login(cast.owner)

    def names(**query) -> list[str]:
        page = client.get(reverse("contact_calls"), query).context["page"]
        return [call.enterprise.name for call in page.object_list]

    assert names(liaison="黄示例") == ["黄示例联系的企业"]
    assert names(why="unasked") == ["黄示例联系的企业"]
    assert names(why="unasked", liaison="林示例") == []


def test_a_viewer_reads_no_names_numbers_or_words(client, cast, tree):
    enterprise = served(tree.tianhe, liaison="黄示例")
    make_visit(enterprise, cast.owner, said="总经理姓王", next_step="约王总", next_on=TODAY)
    contact = enterprise.contacts.get()
    client.force_login(cast.viewer)
    for address in (reverse("contact_calls"), reverse("enterprise_detail", args=[enterprise.pk])):
        text = client.get(address).content.decode()
        for personal in (contact.name, contact.mobile, "黄示例", "总经理姓王", "约王总"):
            assert personal not in text
    assert contact.mobile_masked in client.get(reverse("contact_calls")).content.decode()


def post(client, enterprise, *, htmx=True, **values):
    prefix = f"v{enterprise.pk}-"
    data = {"said": "愿意建", "visited_on": "2014.10.15", "means": "phone"} | values
    return client.post(
        reverse("contact_visit_new", args=[enterprise.pk]),
        {f"{prefix}{name}": value for name, value in data.items()},
        **({"HTTP_HX_REQUEST": "true"} if htmx else {}),
    )


def test_a_talk_is_recorded_in_the_row(client, cast, tree):
    enterprise = served(tree.tianhe)
    client.force_login(cast.owner)
    form = client.get(reverse("contact_visit_new", args=[enterprise.pk]), HTTP_HX_REQUEST="true")
    assert "autofocus" in form.content.decode()
    answer = post(client, enterprise, wish="willing", next_step="送章程", next_on="20141020")
    assert (answer.status_code, "portal:toast" in answer["HX-Trigger"]) == (200, True)
    visit = ContactVisit.objects.get()
    assert (visit.visited_on, visit.wish_after, visit.next_on) == (TODAY, "willing", dt.date(2014, 10, 20))
    text = answer.content.decode()
    assert ("愿意建" in text, "data-visit-open" in text, "筹备科协" in text) == (True, True, True)


def test_without_script_it_is_a_page_of_its_own(client, cast, tree):
    enterprise = served(tree.tianhe)
    client.force_login(cast.owner)
    assert client.get(reverse("contact_visit_new", args=[enterprise.pk])).status_code == 200
    answer = post(client, enterprise, htmx=False)
    assert answer.url == reverse("enterprise_detail", args=[enterprise.pk])


def test_a_refused_talk_keeps_what_was_typed(client, cast, tree):
    enterprise = served(tree.tianhe)
    client.force_login(cast.owner)
    answer = post(client, enterprise, said="谈了很久", next_step="再谈")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert ("谈了很久" in text, "请填写下一步的日期" in text) == (True, True)
    assert ContactVisit.objects.count() == 0


@pytest.mark.parametrize(
    ("who", "status"),
    [("viewer", 403), ("reviewer", 403), ("neighbour", 404), ("stranger", 404), ("upper_clerk", 200)],
)
def test_who_records(client, cast, tree, who, status):
    enterprise = served(tree.tianhe)
    client.force_login(getattr(cast, who))
    assert client.get(reverse("contact_visit_new", args=[enterprise.pk])).status_code == status


def test_steps_that_are_due_stand_on_the_first_page(cast, tree):
    enterprise = served(tree.tianhe, name="广州示范甲子机械有限公司")
    make_visit(enterprise, cast.owner, next_step="送章程", next_on=dt.date(2014, 10, 12))
    later = served(tree.tianhe)
    make_visit(later, cast.owner, next_step="再谈", next_on=dt.date(2014, 10, 16))
    (item,) = registry_todo(user=cast.colleague, today=TODAY)
    assert (item.title, item.why, item.due_on, item.place) == (
        "该联系广州示范甲子机械有限公司了",
        "送章程",
        dt.date(2014, 10, 12),
        "contact_list",
    )
    assert item.url == reverse("contact_calls") + "?why=due"
    assert registry_todo(user=cast.neighbour, today=TODAY) == []
