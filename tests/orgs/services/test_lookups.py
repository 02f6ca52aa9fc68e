"""Looking an enterprise up by its exact code across offices: what is shown, to whom, and that it is in the trail."""

import pytest

from core.exceptions import ClosedByState, DomainError, NotAllowed
from core.models import AuditEvent
from orgs.models import HolderReport
from orgs.services.holder_reports import report_to_holder, settle_report
from orgs.services.lookups import find_by_exact_code
from tests import factories


@pytest.fixture
def foreign(tree):
    """An enterprise of the neighbouring county."""
    return factories.make_enterprise(tree.panyu, name="示范保密企业有限公司", organization_code="000000019")


def lookups():
    """How many look-ups the trail holds."""
    return AuditEvent.objects.filter(action="enterprise.lookup").count()


@pytest.mark.parametrize("code", ["000000019", "00000001-9", " ００００００01-9 "])
def test_another_offices_enterprise_shows_name_code_and_holder(cast, foreign, code):
    match = find_by_exact_code(actor=cast.owner, code=code)
    assert (match.name, match.holder, match.code) == (
        "示范保密企业有限公司",
        "番禺区科协",
        "组织机构代码 00000001-9",
    )
    assert match.enterprise is None
    assert lookups() == 1


def test_enterprise_within_reach_is_no_event(cast, foreign):
    assert find_by_exact_code(actor=cast.neighbour, code="000000019").enterprise == foreign
    assert find_by_exact_code(actor=cast.upper_clerk, code="000000019").enterprise == foreign
    assert lookups() == 0


@pytest.mark.parametrize("code", ["", "00000001", "000000018", "示范保密企业有限公司"])
def test_nothing_for_less_than_an_exact_code(cast, foreign, code):
    assert find_by_exact_code(actor=cast.owner, code=code) is None
    assert lookups() == 0


@pytest.mark.parametrize(
    "who", ["viewer", "reviewer", "hq_leader", "expert", "auditor", "sysadmin", "disabled"]
)
def test_nothing_for_who_enters_nothing(cast, foreign, who):
    assert find_by_exact_code(actor=getattr(cast, who), code="000000019") is None
    assert lookups() == 0


def test_credit_code_finds_what_is_known_by_the_code_inside(cast, foreign):
    from stdnum.cn import uscc  # noqa: PLC0415 - to make a code that is visibly invented

    body = "91440113000000019"
    assert find_by_exact_code(actor=cast.owner, code=body + uscc.calc_check_digit(body)).pk == foreign.pk


def test_report_needs_a_look_up_words_and_a_clerk(cast, foreign):
    def report(actor, text="已迁入"):
        return report_to_holder(actor=actor, enterprise_id=foreign.pk, text=text)

    with pytest.raises(NotAllowed):
        report(cast.owner)
    with pytest.raises(NotAllowed):
        report(cast.viewer)
    find_by_exact_code(actor=cast.owner, code="000000019")
    for text in (" ", "长" * 301):
        with pytest.raises(DomainError):
            report(cast.owner, text)
    assert not HolderReport.objects.exists()
    assert report(cast.owner).from_office.short_name == "天河区科协"


@pytest.mark.parametrize("who", ["owner", "viewer", "stranger", "hq_leader"])
def test_only_the_holder_settles_and_once(cast, foreign, who):
    find_by_exact_code(actor=cast.owner, code="000000019")
    report = report_to_holder(actor=cast.owner, enterprise_id=foreign.pk, text="已迁入")
    with pytest.raises(NotAllowed):
        settle_report(actor=getattr(cast, who), report_id=report.pk, answer="已核对")
    settle_report(actor=cast.neighbour, report_id=report.pk, answer="已核对")
    with pytest.raises(ClosedByState, match="已核对"):
        settle_report(actor=cast.neighbour, report_id=report.pk, answer="再答复")


def test_look_up_gives_the_own_offices_latest_report_and_no_other(cast, tree, foreign):
    assert find_by_exact_code(actor=cast.owner, code="000000019").report is None
    find_by_exact_code(actor=cast.stranger, code="000000019")
    report_to_holder(actor=cast.owner, enterprise_id=foreign.pk, text="已迁入")
    latest = report_to_holder(actor=cast.owner, enterprise_id=foreign.pk, text="已迁入天河")
    assert find_by_exact_code(actor=cast.colleague, code="000000019").report == latest
    assert find_by_exact_code(actor=cast.stranger, code="000000019").report is None
    assert find_by_exact_code(actor=cast.neighbour, code="000000019").report is None
