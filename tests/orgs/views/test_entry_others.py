"""Forms of contact persons, enterprises and parks."""

import pytest
from django.urls import reverse

from orgs.models import ContactPerson, Enterprise, Park
from tests import factories
from tests.support.entry import Counts, contact_post, new_enterprise_post


@pytest.fixture
def clerk(client, cast):
    """The browser of the clerk in Tianhe."""
    client.force_login(cast.owner)
    return client


def plain(values):
    """The fields of a new enterprise on its own page."""
    return {name.removeprefix("host-"): value for name, value in values.items()} | {"intent": "submit"}


def refused(client, url, values, *words):
    """The words stand on the page and nothing was changed."""
    before = Counts.now()
    page = client.post(url, values).content.decode()
    for word in words:
        assert word in page
    assert Counts.now() == before
    return page


# ---------- contacts ----------


def test_contact_at_a_registered_enterprise(clerk, tree):
    enterprise = factories.make_enterprise(tree.tianhe)
    clerk.post("/contacts/new/", contact_post(enterprise=enterprise.pk))
    contact = ContactPerson.objects.get()
    assert (contact.enterprise, contact.mobile, contact.state) == (enterprise, "13800000000", "submitted")


def test_contact_with_a_new_enterprise(clerk):
    clerk.post("/contacts/new/", contact_post() | new_enterprise_post())
    contact = ContactPerson.objects.select_related("enterprise").get()
    assert (contact.state, contact.enterprise.state) == ("submitted", "submitted")


def test_contact_where_an_organization_stands(clerk, tree):
    enterprise = factories.make_enterprise(tree.tianhe)
    factories.make_organization(enterprise)
    refused(
        clerk,
        "/contacts/new/",
        contact_post(enterprise=enterprise.pk, established_on="2014-09-02"),
        "联系人制度只用于未建科协的企业",
    )


def test_contact_left_before_established(clerk, tree):
    enterprise = factories.make_enterprise(tree.tianhe)
    page = refused(
        clerk,
        "/contacts/new/",
        contact_post(enterprise=enterprise.pk, left_on="2014-07-31", mobile="12"),
        "离任日期不能早于建立日期（2014-08-01）",
        "手机号应为 11 位数字",
    )
    assert "<details" in page
    assert " open>" in page


def test_contact_draft_is_changed_and_submitted(clerk, tree, cast):
    contact = factories.make_contact(factories.make_enterprise(tree.tianhe), state="draft", actor=cast.owner)
    url = reverse("contact_edit", args=[contact.pk])
    assert clerk.get(url).status_code == 200
    clerk.post(url, contact_post(name="何示例", version=contact.version))
    contact.refresh_from_db()
    assert (contact.name, contact.state) == ("何示例", "submitted")


# ---------- enterprises ----------


def test_enterprise_alone(clerk, tree):
    clerk.post(
        "/enterprises/new/",
        plain(new_enterprise_post(employees="1,200人", technicians="３００", leader_wish="willing")),
    )
    enterprise = Enterprise.objects.get()
    assert (enterprise.office, enterprise.employees, enterprise.technicians) == (tree.tianhe, 1200, 300)
    assert (enterprise.state, enterprise.is_private, enterprise.leader_wish) == ("submitted", True, "willing")


def test_enterprise_refusals_stand_together(clerk):
    refused(
        clerk,
        "/enterprises/new/",
        plain(
            new_enterprise_post(
                name="甲", registration_number="12", employees="三百", established_on="2015-01-01"
            )
        ),
        "请按营业执照填写企业全称",
        "注册号应为 15 位数字，现为 2 位",
        "职工人数只填数字，例如 320。",
        "企业成立日期不能晚于今天（2014-10-15）",
    )


def test_upper_clerk_chooses_the_holder(client, cast, tree):
    client.force_login(cast.upper_clerk)
    part = client.get("/enterprises/holders/?division=天河区").content.decode()
    assert "天河区科协" in part
    assert "广州市科协" in part
    client.post("/enterprises/new/", plain(new_enterprise_post(office=str(tree.guangzhou.pk))))
    assert Enterprise.objects.get().office == tree.guangzhou


def test_county_clerk_is_told_the_only_holder(clerk):
    part = clerk.get("/enterprises/holders/?division=天河区").content.decode()
    assert "由天河区科协持有" in part
    assert "<select" not in part


def test_holder_of_another_region_is_refused(clerk, tree):
    refused(
        clerk,
        "/enterprises/new/",
        plain(new_enterprise_post(office=str(tree.guangzhou.pk))),
        "这个单位不能持有该区划的记录",
    )


def test_enterprise_edit_keeps_what_the_form_does_not_show(clerk, tree, cast):
    park = factories.make_park(tree.tianhe)
    enterprise = factories.make_enterprise(tree.tianhe, state="draft", actor=cast.owner, park=park)
    url = reverse("enterprise_edit", args=[enterprise.pk])
    values = plain(new_enterprise_post(name="示范更名企业有限公司")) | {
        "version": enterprise.version,
        "intent": "draft",
    }
    clerk.post(url, values)
    enterprise.refresh_from_db()
    assert (enterprise.name, enterprise.park, enterprise.state) == ("示范更名企业有限公司", park, "draft")


def test_enterprise_edit_with_a_look_alike_is_refused(clerk, tree, cast):
    factories.make_enterprise(tree.tianhe, name="示范精密工业有限公司")
    enterprise = factories.make_enterprise(tree.tianhe, state="draft", actor=cast.owner)
    url = reverse("enterprise_edit", args=[enterprise.pk])
    values = plain(new_enterprise_post(name="示范精密工业有限责任公司")) | {"version": enterprise.version}
    refused(clerk, url, values, "可能已经登记过")


# ---------- parks ----------


def park_post(**values):
    """A whole park form."""
    return {
        "name": "示范软件产业园区",
        "kind": "other",
        "grade": "provincial",
        "division": "440106",
        "established_year": "2003年",
        "intent": "submit",
        **values,
    }


def test_park_of_a_county(clerk, tree):
    assert "提交广东省科协确认" in clerk.post("/parks/new/", park_post(intent="check")).content.decode()
    clerk.post("/parks/new/", park_post())
    park = Park.objects.get()
    assert (park.office, park.established_year, park.state) == (tree.tianhe, 2003, "submitted")


def test_national_park_is_not_offered_below_hq(clerk):
    page = clerk.get("/parks/new/").content.decode()
    assert 'value="national"' not in page
    assert "国家级园区由中国科协登记" in page
    refused(clerk, "/parks/new/", park_post(grade="national", kind="hitech"), "国家级园区由中国科协登记")


def test_national_park_by_hq(client, cast):
    client.force_login(cast.hq_clerk)
    assert 'value="national"' in client.get("/parks/new/").content.decode()
    client.post("/parks/new/", park_post(grade="national", kind="hitech"))
    assert Park.objects.get().grade == "national"


def test_second_park_of_one_name_in_a_division(clerk, tree):
    factories.make_park(tree.tianhe, name="示范软件产业园区")
    refused(clerk, "/parks/new/", park_post(), "已有同名园区")


@pytest.mark.parametrize("kind", ["enterprise", "park", "contact"])
def test_records_of_another_region_are_not_there(clerk, tree, kind):
    enterprise = factories.make_enterprise(tree.xihu, state="draft")
    record = {
        "enterprise": enterprise,
        "park": factories.make_park(tree.xihu, state="draft"),
        "contact": factories.make_contact(enterprise, state="draft"),
    }[kind]
    assert clerk.get(reverse(f"{kind}_edit", args=[record.pk])).status_code == 404


# ---------- former names ----------

FORMER = "广州示例仪表厂、广州示例仪器（集团）公司"


def names_of(enterprise):
    return list(enterprise.former_names.values_list("name", flat=True))


def test_former_names_are_entered_with_the_enterprise(clerk):
    clerk.post("/enterprises/new/", plain(new_enterprise_post(former_names=FORMER)))
    assert names_of(Enterprise.objects.get()) == FORMER.split("、")


def test_former_names_are_entered_with_a_new_enterprise_of_a_contact(clerk):
    clerk.post("/contacts/new/", contact_post() | new_enterprise_post(former_names=FORMER))
    assert names_of(Enterprise.objects.get()) == FORMER.split("、")


def test_former_name_that_is_none_is_refused_beside_its_field(clerk):
    page = refused(
        clerk,
        "/enterprises/new/",
        plain(new_enterprise_post(former_names="广州示例仪表厂、旧厂")),
        "“旧厂”不像企业全称。请填写曾用的企业全称，4 至 100 个字。",
    )
    assert "广州示例仪表厂、旧厂" in page


def test_editing_adds_former_names_and_shows_those_on_record(clerk, tree, cast):
    enterprise = factories.make_enterprise(tree.tianhe, state="draft", actor=cast.owner)
    enterprise.former_names.create(
        name="广州示例仪表厂", name_key="广州示例仪表厂", recorded_at=factories.AT, recorded_by=cast.owner
    )
    url = reverse("enterprise_edit", args=[enterprise.pk])
    assert "已登记：广州示例仪表厂。" in clerk.get(url).content.decode()
    sent = plain(new_enterprise_post(former_names="广州示例仪器总厂")) | {"version": enterprise.version}
    clerk.post(url, sent)
    assert names_of(enterprise) == ["广州示例仪表厂", "广州示例仪器总厂"]
