"""What entry pages fetch while somebody types, and reports to the holder."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent
from orgs.models import HolderReport
from orgs.services.holder_reports import settle_report
from tests import factories


@pytest.fixture
def clerk(client, cast):
    """The browser of the clerk in Tianhe."""
    client.force_login(cast.owner)
    return client


def found(client, url, query):
    """The part for a query."""
    return client.get(url, {"q": query}).content.decode()


@pytest.mark.parametrize(
    "query", ["示范精密", "精密工业", "shifanjingmi", "00000001-9", "０００００００１９", "0000000"]
)
def test_enterprise_is_found(clerk, tree, query):
    enterprise = factories.make_enterprise(
        tree.tianhe, name="示范精密工业有限公司", organization_code="000000019"
    )
    page = found(clerk, "/enterprises/find/", query)
    assert f'data-pick="{enterprise.pk}"' in page
    assert "可登记" in page


@pytest.mark.parametrize(
    ("state", "word"),
    [("confirmed", "已有科协"), ("submitted", "待确认"), ("draft", "已有草稿"), ("voided", "可登记")],
)
def test_tag_says_whether_it_can_be_registered(clerk, tree, state, word):
    factories.make_organization(
        factories.make_enterprise(tree.tianhe, name="示范精密工业有限公司"), state=state
    )
    assert word in found(clerk, "/enterprises/find/", "示范精密")


def test_last_row_registers_a_new_one(clerk):
    page = found(clerk, "/enterprises/find/", "示范量子")
    assert 'data-new="示范量子"' in page
    assert "没有找到，登记新企业“示范量子”" in page


def test_other_offices_enterprises_are_not_found_by_name(clerk, tree):
    factories.make_enterprise(tree.panyu, name="示范保密企业有限公司", organization_code="000000019")
    assert "示范保密企业有限公司" not in found(clerk, "/enterprises/find/", "示范保密")
    assert "示范保密企业有限公司" not in found(clerk, "/enterprises/find/", "00000001")
    assert not AuditEvent.objects.filter(action="enterprise.lookup").exists()


def test_exact_code_shows_the_holder_and_is_in_the_trail(clerk, tree, cast):
    known = factories.make_enterprise(
        tree.panyu, name="示范保密企业有限公司", organization_code="000000019", employees=777
    )
    page = found(clerk, "/enterprises/find/", "00000001-9")
    assert "示范保密企业有限公司" in page
    assert "番禺区科协" in page
    assert "777" not in page
    event = AuditEvent.objects.of(known).get()
    assert (event.action, event.actor) == ("enterprise.lookup", cast.owner)


def test_picked_card_only_of_visible_enterprises(clerk, tree):
    own, foreign = factories.make_enterprise(tree.tianhe), factories.make_enterprise(tree.panyu)
    assert own.name in clerk.get(f"/enterprises/find/?picked={own.pk}").content.decode()
    assert clerk.get(f"/enterprises/find/?picked={foreign.pk}").status_code == 404
    assert clerk.get("/enterprises/find/?picked=x").status_code == 404


def test_divisions_are_found_in_the_own_territory_only(clerk, client, cast):
    assert "440106" in found(clerk, "/divisions/find/", "天河")
    assert "330106" not in found(clerk, "/divisions/find/", "西湖")
    client.force_login(cast.hq_clerk)
    assert "330106" in found(client, "/divisions/find/", "西湖")


@pytest.mark.parametrize(
    "url", ["/enterprises/find/", "/parks/find/", "/divisions/find/", "/enterprises/alike/"]
)
@pytest.mark.parametrize("who", ["viewer", "reviewer", "expert", "auditor"])
def test_finders_are_for_clerks(client, cast, url, who):
    client.force_login(getattr(cast, who))
    assert client.get(url, {"q": "示范"}).status_code == 403


def test_search_costs_the_same_for_one_row_and_eight(clerk, tree, django_assert_max_num_queries):
    def cost(number):
        for each in range(number):
            enterprise = factories.make_enterprise(tree.tianhe, name=f"示范精密第{each}企业{number}有限公司")
            factories.make_organization(enterprise)
        # session, user, posts, enterprises, their organisations
        with django_assert_max_num_queries(5) as used:
            found(clerk, "/enterprises/find/", "示范精密")
        return len(used)

    assert cost(1) == cost(8)


# ---------- reports ----------


def test_report_to_the_holder_and_answer(clerk, client, tree, cast):
    known = factories.make_enterprise(tree.panyu, organization_code="000000019")
    url = reverse("holder_report_new", args=[known.pk])
    assert clerk.post(url, {"report_text": "已迁入"}).status_code == 404  # nobody has looked it up
    found(clerk, "/enterprises/find/", "00000001-9")
    assert clerk.post(url, {"report_text": " "}).status_code == 422
    assert "已向番禺区科协反映" in clerk.post(url, {"report_text": "该企业已迁入天河区"}).content.decode()
    report = HolderReport.objects.get()
    assert (report.from_office, report.created_by) == (tree.tianhe, cast.owner)

    detail = reverse("holder_report_detail", args=[report.pk])
    settle = reverse("holder_report_settle", args=[report.pk])
    assert clerk.get(detail).status_code == 200
    assert clerk.post(settle, {"answer": "自己答复"}).status_code == 403
    client.force_login(cast.stranger)
    assert client.get(detail).status_code == 404
    client.force_login(cast.neighbour)
    assert "请写明处理结果" in client.post(settle, {"answer": ""}).content.decode()
    client.post(settle, {"answer": "已核对，仍在本区"})
    report.refresh_from_db()
    assert (report.settled_by, report.answer) == (cast.neighbour, "已核对，仍在本区")
    assert "处理过" in client.post(settle, {"answer": "再答复"}).content.decode()
    assert list(AuditEvent.objects.of(known).order_by("pk").values_list("action", flat=True)) == [
        "enterprise.lookup",
        "enterprise.report",
        "enterprise.settle",
    ]


def test_reporter_meets_the_report_and_its_answer_at_the_next_look_up(clerk, tree, cast):
    known = factories.make_enterprise(tree.panyu, organization_code="000000019")
    assert "<textarea" in found(clerk, "/enterprises/find/", "000000019")
    clerk.post(reverse("holder_report_new", args=[known.pk]), {"report_text": "该企业已迁入天河区"})
    report = HolderReport.objects.get()
    page = found(clerk, "/enterprises/find/", "000000019")
    assert f"您单位 {timezone.localtime(report.created_at):%m-%d} 已反映" in page
    assert f'href="{reverse("holder_report_detail", args=[report.pk])}"' in page
    assert "<textarea" not in page
    settle_report(actor=cast.neighbour, report_id=report.pk, answer="已核对，仍在本区")
    page = found(clerk, "/enterprises/find/", "000000019")
    assert "答复：已核对，仍在本区" in page
    assert "<textarea" in page  # a new report stays possible
