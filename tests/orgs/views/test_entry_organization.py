"""The organisation form: from a clerk's typing to submitted records, and every refusal of the issue's list."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from core.models import AuditEvent, FormDraft
from orgs.models import CastOrganization, Enterprise
from orgs.services.organizations import edit_organization
from tests import factories
from tests.support.entry import Counts, new_enterprise_post, organization_post

NEW = "/organizations/new/"


@pytest.fixture
def clerk(client, cast):
    """The browser of the clerk in Tianhe."""
    client.force_login(cast.owner)
    return client


@pytest.fixture
def enterprise(tree):
    """A confirmed enterprise of Tianhe, founded on 1 March 2001."""
    return factories.make_enterprise(tree.tianhe, name="示范精密工业有限公司")


def refused(clerk, values, *words, url=NEW, intent="submit"):
    """Send the form, see all the words on the page, the typed values kept, and nothing changed."""
    before = Counts.now()
    response = clerk.post(url, values | {"intent": intent})
    page = response.content.decode()
    assert response.status_code == 200
    for word in words:
        assert word in page
    for name in ("chair", "established_on", "approval_number"):
        if values.get(name):
            assert f'value="{values[name]}"' in page
    assert Counts.now() == before
    return page


# ---------- what goes through ----------


def test_registered_enterprise_is_submitted(clerk, enterprise, cast):
    response = clerk.post(NEW, organization_post(enterprise=enterprise.pk))
    organization = CastOrganization.objects.get()
    assert response.url == reverse("organization_detail", args=[organization.pk])
    assert (organization.state, organization.members, organization.approval_number) == (
        "submitted",
        46,
        "穗天科协〔2014〕31号",
    )
    assert list(organization.contributors.all()) == [cast.owner]


def test_new_enterprise_and_organization_are_submitted_together(clerk, tree):
    clerk.post(NEW, organization_post(name="") | new_enterprise_post())
    organization = CastOrganization.objects.select_related("enterprise").get()
    assert organization.name == "示范量子仪器有限公司科学技术协会"
    assert (organization.state, organization.enterprise.state) == ("submitted", "submitted")
    assert organization.office == organization.enterprise.office == tree.tianhe
    assert organization.enterprise.organization_code == "000000019"
    assert AuditEvent.objects.filter(action__endswith=".submit").count() == 2


def test_valid_form_kept_as_draft_is_a_record(clerk, enterprise):
    clerk.post(NEW, organization_post(enterprise=enterprise.pk, intent="draft"))
    assert CastOrganization.objects.get().state == "draft"
    assert not FormDraft.objects.exists()


def test_unfinished_form_kept_as_draft_is_a_form_draft(clerk, cast):
    page = refused(
        clerk, organization_post(chair=None), "草稿已保存，还缺 2 处，可随时回来继续", intent="draft"
    )
    draft = FormDraft.objects.get()
    assert (draft.user, draft.key, draft.url) == (cast.owner, "organization-new", NEW)
    assert draft.payload["established_on"] == ["2014-09-08"]
    assert "请填写主席姓名" not in page  # gaps are not called wrong yet
    assert 'value="2014-09-08"' in clerk.get(NEW).content.decode()


def test_submission_drops_the_draft_here_and_on_the_machine(clerk, enterprise):
    clerk.post(NEW, organization_post(chair=None, intent="draft"))
    response = clerk.post(NEW, organization_post(enterprise=enterprise.pk), follow=True)
    assert not FormDraft.objects.exists()
    assert '<meta name="draft-done" content="organization-new">' in response.content.decode()


def test_button_names_the_office_that_confirms(clerk, enterprise, tree):
    assert "提交广州市科协确认" in clerk.get(f"{NEW}?enterprise={enterprise.pk}").content.decode()


def test_province_clerk_is_confirmed_at_the_province(client, cast, tree):
    client.force_login(cast.province_clerk)
    held = factories.make_enterprise(tree.guangdong)
    assert "提交广东省科协确认" in client.get(f"{NEW}?enterprise={held.pk}").content.decode()


def test_park_organization(clerk, tree):
    park = factories.make_park(tree.tianhe)
    clerk.post(f"{NEW}?kind=park", organization_post(park=park.pk))
    organization = CastOrganization.objects.get()
    assert (organization.kind, organization.park, organization.state) == ("park", park, "submitted")


def test_line_of_a_park_names_kind_and_grade_apart(clerk, tree):
    park = factories.make_park(tree.tianhe, kind="other", state="submitted")
    page = clerk.get(f"{NEW}?park={park.pk}").content.decode()
    assert "其他园区，其他级别" in page
    assert "园区信息待确认" in page
    assert "企业信息" not in page


def test_live_check_says_what_is_missing_and_wrong_and_writes_nothing(clerk):
    before = Counts.now()
    page = clerk.post(NEW, {"established_on": "2014-11-08", "intent": "check"}).content.decode()
    assert "成立日期不能晚于今天（2014-10-15）" in page
    assert 'href="#host-search"' in page
    assert "负责人，1 处未填" in page
    assert Counts.now() == before


# ---------- the list of bad input ----------


def test_everything_wrong_is_said_at_once(clerk):
    refused(
        clerk,
        organization_post(established_on="2014-11-08", chair=None, phone="1234")
        | new_enterprise_post(organization_code="00000001-8", division="不存在区", types=None),
        "组织机构代码的最后一位应为 9",
        "没有找到区划“不存在区”",
        "企业类型至少选一项",
        "成立日期不能晚于今天（2014-10-15）。请按批复文件填写。",
        "请填写主席姓名",
        "手机号应为 11 位数字",
        "提交前还有 6 处",
    )


def test_unknown_division(clerk):
    refused(
        clerk,
        organization_post() | new_enterprise_post(division="不存在区"),
        "请从列出的区划里选，或填 6 位区划代码",
    )


def test_division_of_another_region(clerk):
    refused(clerk, organization_post() | new_enterprise_post(division="330106"), "不在您单位的范围内")


def test_wrong_check_digit(clerk):
    refused(
        clerk,
        organization_post() | new_enterprise_post(organization_code="00000001-8"),
        "应为 9，现为 8。请对照组织机构代码证核对",
    )


def test_future_founding_date(clerk, enterprise):
    refused(
        clerk,
        organization_post(enterprise=enterprise.pk, established_on="2014-10-16"),
        "成立日期不能晚于今天（2014-10-15）",
    )


def test_founding_before_the_enterprise(clerk, enterprise):
    refused(
        clerk,
        organization_post(enterprise=enterprise.pk, established_on="2001-02-28"),
        "成立日期不能早于企业成立日期（2001-03-01）",
    )


def test_founding_before_the_new_enterprise(clerk):
    refused(
        clerk,
        organization_post() | new_enterprise_post(established_on="2014-09-09"),
        "成立日期不能早于企业成立日期（2014-09-09）",
    )


def test_dissolved_before_founded(clerk, enterprise):
    refused(
        clerk,
        organization_post(enterprise=enterprise.pk, dissolved_on="2014-09-07"),
        "撤销日期不能早于成立日期（2014-09-08）",
    )


def test_second_organization_for_one_enterprise(clerk, enterprise):
    other = factories.make_organization(enterprise)
    page = refused(
        clerk,
        organization_post(enterprise=enterprise.pk),
        f"已有科协组织“{other.name}”",
        "同一时期不能再登记一个",
    )
    # the picked enterprise stays, with the refusal and the way to what is there already
    assert f'class="p-picked" data-host-name="{enterprise.name}"' in page
    assert re.search(r"<div [^>]*data-host-search hidden", page)
    assert 'href="#host-picked"' in page
    assert f'href="{reverse("organization_detail", args=[other.pk])}"' in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_record_of_another_region_by_its_address(clerk, tree, method):
    foreign = factories.make_organization(factories.make_enterprise(tree.xihu), state="draft")
    before = Counts.now()
    assert getattr(clerk, method)(f"/organizations/{foreign.pk}/edit/").status_code == 404
    assert Counts.now() == before


def test_enterprise_of_another_region_cannot_be_picked(clerk, tree):
    foreign = factories.make_enterprise(tree.panyu)
    refused(clerk, organization_post(enterprise=foreign.pk), "没有找到选定的企业")
    assert clerk.get(f"{NEW}?enterprise={foreign.pk}").status_code == 404


def test_probable_duplicate_is_shown_before_saving(clerk, enterprise):
    typed = organization_post() | new_enterprise_post(name="广州示范精密工业有限责任公司")
    page = refused(clerk, typed, "可能已经登记过", "不是同一家", "选用它")
    assert f'data-other="{enterprise.pk}"' in page
    refused(clerk, typed, "可能已经登记过", intent="draft")


def test_acknowledged_look_alike_is_entered(clerk, enterprise):
    typed = organization_post() | new_enterprise_post(name="广州示范精密工业有限责任公司")
    clerk.post(NEW, typed | {"acknowledged": str(enterprise.pk)})
    assert Enterprise.objects.count() == 2


def test_code_of_a_visible_enterprise_offers_it(clerk, tree):
    known = factories.make_enterprise(tree.tianhe, organization_code="000000019")
    page = refused(clerk, organization_post() | new_enterprise_post(), "已登记为", "选用它")
    assert f'data-use="{known.pk}"' in page


def test_code_of_another_office_shows_name_code_holder_and_is_in_the_trail(clerk, tree):
    known = factories.make_enterprise(tree.panyu, name="示范保密企业有限公司", organization_code="000000019")
    rows = Enterprise.objects.count()
    page = clerk.post(NEW, organization_post() | new_enterprise_post()).content.decode()
    assert "番禺区科协" in page
    assert "示范保密企业有限公司" in page
    assert "如代码无误，请在下面向持有单位反映。" in page
    assert reverse("holder_report_new", args=[known.pk]) in page
    assert f'href="{reverse("enterprise_detail", args=[known.pk])}"' not in page
    assert Enterprise.objects.count() == rows
    assert set(AuditEvent.objects.of(known).values_list("action", flat=True)) == {"enterprise.lookup"}


# ---------- editing ----------


@pytest.fixture
def draft(enterprise, cast):
    """A returned organisation of the clerk."""
    return factories.make_organization(
        enterprise, state="returned", actor=cast.owner, return_reason="缺批复文件或文号有误"
    )


def edit_url(record) -> str:
    return reverse("organization_edit", args=[record.pk])


def test_returned_record_shows_its_reason_and_goes_up_again(clerk, draft):
    assert "缺批复文件或文号有误" in clerk.get(edit_url(draft)).content.decode()
    clerk.post(edit_url(draft), organization_post(name=draft.name, version=draft.version))
    draft.refresh_from_db()
    assert (draft.state, draft.return_reason) == ("submitted", "")


def test_stale_form_shows_both_versions_and_changes_nothing(clerk, draft, cast):
    edit_organization(
        actor=cast.colleague,
        organization_id=draft.pk,
        version=draft.version,
        values={"name": draft.name, "established_on": dt.date(2014, 9, 2), "chair": "黄示例"},
    )
    page = refused(
        clerk,
        organization_post(name=draft.name, version=draft.version, chair="梁示例"),
        cast.colleague.name,
        "黄示例",
        "梁示例",
        "用现在保存的",
        url=edit_url(draft),
    )
    draft.refresh_from_db()
    assert f'name="version" value="{draft.version}"' in page
    clerk.post(edit_url(draft), organization_post(name=draft.name, version=draft.version, chair="梁示例"))
    draft.refresh_from_db()
    assert (draft.chair, draft.state) == ("梁示例", "submitted")


def test_stale_form_of_a_record_submitted_meanwhile(clerk, draft):
    CastOrganization.objects.filter(pk=draft.pk).update(
        state="confirmed", version=9, confirmed_at=factories.AT, return_reason=""
    )
    response = clerk.get(edit_url(draft), follow=True)
    assert "不能直接修改" in response.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("owner", 200),
        ("colleague", 200),
        ("upper_clerk", 200),
        ("province_clerk", 200),
        ("viewer", 403),
        ("reviewer", 403),
        ("office_admin", 403),
        ("neighbour", 404),
        ("stranger", 404),
        ("foreign_reviewer", 404),
        ("expert", 404),
        ("auditor", 404),
        ("sysadmin", 404),
    ],
)
def test_who_opens_the_edit_page(client, cast, draft, who, status):
    client.force_login(getattr(cast, who))
    assert client.get(edit_url(draft)).status_code == status


@pytest.mark.parametrize("who", ["viewer", "reviewer", "expert", "auditor", "sysadmin", "office_admin"])
def test_who_may_not_enter_anything(client, cast, who):
    client.force_login(getattr(cast, who))
    before = Counts.now()
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, organization_post()).status_code == 403
    assert Counts.now() == before


def test_how_well_it_works_is_entered_changed_and_shown(client, cast, tree):
    client.force_login(cast.owner)
    enterprise = factories.make_enterprise(tree.tianhe)
    client.post(
        "/organizations/new/", organization_post(enterprise=enterprise.pk, effect="good", intent="draft")
    )
    organization = CastOrganization.objects.get()
    assert organization.effect == "good"
    detail = reverse("organization_detail", args=[organization.pk])
    assert "<dt>作用发挥</dt><dd>较好</dd>" in client.get(detail).content.decode()
    edit = reverse("organization_edit", args=[organization.pk])
    assert '<option value="good" selected>较好' in client.get(edit).content.decode()
    client.post(edit, organization_post(effect="", version=organization.version, intent="draft"))
    organization.refresh_from_db()
    assert organization.effect == ""
    assert "<dt>作用发挥</dt><dd>未填</dd>" in client.get(detail).content.decode()
