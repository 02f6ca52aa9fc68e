"""Former names put on record and taken off."""

import pytest

from core.exceptions import ClosedByState, DomainError, NotAllowed
from core.models import AuditEvent
from orgs.models import FormerName
from orgs.services.former_names import add_former_name, remove_former_name
from tests import factories

OLD = "广州示范旧称（机械）厂"


@pytest.fixture
def enterprise(tree):
    return factories.make_enterprise(tree.tianhe, name="广州示范新称机械有限公司")


def test_a_clerk_of_the_holder_adds_one_even_to_a_confirmed_enterprise(cast, enterprise):
    former = add_former_name(actor=cast.owner, enterprise_id=enterprise.pk, name=" 广州示范旧称(机械) 厂")
    assert (former.name, former.name_key, former.recorded_by) == (OLD, "广州示范旧称机械厂", cast.owner)
    event = AuditEvent.objects.of(enterprise).get()
    assert (event.action, event.after) == ("enterprise.add_former_name", {"曾用名": OLD})


@pytest.mark.parametrize("name", ["广州示范新称机械有限责任公司", OLD])
def test_a_name_it_is_known_by_already_is_not_added(cast, enterprise, name):
    add_former_name(actor=cast.owner, enterprise_id=enterprise.pk, name=OLD)
    assert add_former_name(actor=cast.owner, enterprise_id=enterprise.pk, name=name) is None
    assert FormerName.objects.count() == 1


@pytest.mark.parametrize("name", ["", "甲乙", "（——）", "示" * 101])
def test_what_is_no_name_is_refused(cast, enterprise, name):
    with pytest.raises(DomainError, match="请填写曾用的企业全称"):
        add_former_name(actor=cast.owner, enterprise_id=enterprise.pk, name=name)


def test_one_recorded_by_mistake_is_taken_off_and_the_trail_keeps_it(cast, enterprise):
    former = add_former_name(actor=cast.owner, enterprise_id=enterprise.pk, name=OLD)
    remove_former_name(actor=cast.upper_clerk, former_name_id=former.pk)
    event = AuditEvent.objects.of(enterprise).first()
    assert (event.action, event.before) == ("enterprise.remove_former_name", {"曾用名": OLD})
    with pytest.raises(FormerName.DoesNotExist):
        remove_former_name(actor=cast.upper_clerk, former_name_id=former.pk)


@pytest.mark.parametrize("who", ["viewer", "reviewer", "hq_leader", "office_admin", "neighbour"])
def test_nobody_else_adds_one(cast, enterprise, who):
    with pytest.raises(NotAllowed):
        add_former_name(actor=getattr(cast, who), enterprise_id=enterprise.pk, name=OLD)
    assert not FormerName.objects.exists()


def test_names_of_a_voided_registration_stay_as_they_are(cast, tree):
    voided = factories.make_enterprise(tree.tianhe, state="voided")
    former = FormerName.objects.create(
        enterprise=voided, name=OLD, name_key="广州示范旧称机械厂", recorded_at=factories.AT
    )
    with pytest.raises(ClosedByState, match="已作废"):
        add_former_name(actor=cast.owner, enterprise_id=voided.pk, name="广州示范另名厂")
    with pytest.raises(ClosedByState, match="已作废"):
        remove_former_name(actor=cast.owner, former_name_id=former.pk)
