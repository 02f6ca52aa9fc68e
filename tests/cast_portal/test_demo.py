"""The demonstration data: the same for one seed, within every rule, with the figures it promises. docs/demo.md."""

import dataclasses
import datetime as dt
import hashlib
import itertools
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import User
from cast_portal.demo import load, names
from cast_portal.demo.load import load_demo, snapshot_days
from cast_portal.demo.sizes import BUSINESS_DAY, Sizes
from core.exceptions import DomainError
from core.models import AuditEvent
from orgs.calculations.pinyin import pinyin_key
from orgs.models import CastOrganization, ConfirmingLevel, ContactPerson, Enterprise, Office, Park, Post
from orgs.models.reach import reach_of
from orgs.selectors.counted import counted_rows
from orgs.selectors.duplicates import find_duplicates
from orgs.services import reference
from orgs.validators.credit_code import is_valid_credit_code
from orgs.validators.organization_code import is_valid_organization_code
from orgs.validators.person_name import parse_person_name
from orgs.validators.registration_number import is_valid_registration_number
from quotas.models import Plan, Snapshot, Tally
from tests import factories

SMALL = dataclasses.replace(
    Sizes().shrunk(0.006),
    enterprises=600,
    national_park_organizations=(1, 2),
    other_park_organizations=(1, 3),
)
RECORDS = (Enterprise, CastOrganization, ContactPerson)


@pytest.fixture
def ground(tree, plan):
    """The small tree with a few parks, and the plan."""
    for number in range(4):
        factories.make_park(tree.guangzhou, grade="national", reference_id=f"N-{number}")
        factories.make_park(tree.hangzhou, reference_id=f"L-{number}")
    factories.make_park(tree.beijing, reference_id="L-9", established_year=2014)
    return plan


def silent(text):
    """Where the steps are told to."""


def load_small(**values):
    """Load a small demonstration."""
    return load_demo(**{"scale": 0.5, "say": silent, "sizes": SMALL, **values})


@pytest.fixture
def loaded(ground):
    """The small demonstration."""
    assert load_small()
    return ground


def digest():
    """A checksum of what is in the register and its trail, keys aside, whatever the order of rows."""
    columns = (
        (
            Enterprise,
            ("name", "sort_key", "organization_code", "registration_number", "office__code", "created_at"),
        ),
        (
            CastOrganization,
            ("name", "established_on", "dissolved_on", "chair", "state", "version", "updated_at"),
        ),
        (ContactPerson, ("name", "mobile", "established_on", "left_on", "state", "confirmed_by__username")),
        (AuditEvent, ("at", "actor_label", "actor_unit", "action", "target_label", "reason")),
        (Tally, ("snapshot__on", "office__code", "orgs_new", "contact_enterprises", "park_orgs")),
    )
    found = hashlib.sha256()
    for model, chosen in columns:
        rows = model._default_manager.all()
        if model is AuditEvent:
            rows = rows.exclude(action__endswith=".load")
        lines = sorted(
            repr([value.isoformat() if hasattr(value, "isoformat") else value for value in row])
            for row in rows.values_list(*chosen)
        )
        found.update("\n".join(lines).encode())
    return found.hexdigest()


def load_and_undo(**values):
    """The checksum after a load that is taken back."""
    with transaction.atomic():
        load_small(**values)
        found = digest()
        transaction.set_rollback(True)
    return found


# ---------- once, and always the same ----------


def test_one_seed_gives_one_demonstration(ground):
    first = load_and_undo()
    assert load_and_undo() == first
    assert load_and_undo(seed=7) != first


def test_loading_twice_changes_nothing(loaded):
    before = digest()
    assert not load_small()
    assert digest() == before


def test_scale_thins_only_enterprises_without_organization_or_contact(ground):
    seen = []
    for scale in (0.0, 1.0):
        with transaction.atomic():
            load_small(scale=scale)
            seen.append(
                (
                    set(CastOrganization.objects.values_list("name", "established_on", "state", "chair")),
                    set(
                        ContactPerson.objects.values_list(
                            "mobile", "established_on", "left_on", "enterprise__name"
                        )
                    ),
                    Enterprise.objects.count(),
                )
            )
            transaction.set_rollback(True)
    assert seen[0][:2] == seen[1][:2]
    assert seen[0][2] < seen[1][2] == SMALL.enterprises


def test_a_load_that_fails_leaves_nothing(ground, monkeypatch):
    def fail(kit):
        raise DomainError("坏了")

    monkeypatch.setattr(load, "park_organizations", fail)
    with pytest.raises(DomainError, match="坏了"):
        load_small()
    assert not User.objects.exists()
    assert not Enterprise.objects.exists()


def test_other_data_is_not_mixed_with(ground, tree):
    factories.make_enterprise(tree.tianhe)
    with pytest.raises(DomainError, match="已有别的数据"):
        load_small()


def test_reference_data_comes_first(db):
    with pytest.raises(DomainError, match="load_reference"):
        load_small()


def test_command_works_in_demonstration_mode_only(settings, ground, capsys, monkeypatch):
    settings.PORTAL_DEMO = False
    with pytest.raises(CommandError, match="PORTAL_DEMO=1"):
        call_command("load_demo")
    settings.PORTAL_DEMO = True
    with pytest.raises(CommandError, match="0 与 1"):
        call_command("load_demo", scale=2.0)
    monkeypatch.setattr(load, "Sizes", lambda: SMALL)
    call_command("load_demo", scale=0.1)
    assert "有记录的企业" in capsys.readouterr().out
    call_command("load_demo", scale=0.1)
    assert "已经载入" in capsys.readouterr().out


# ---------- the figures ----------


def test_figures_are_those_promised(loaded, tree):
    tally = Tally.objects.get(snapshot__on=BUSINESS_DAY, snapshot__state="live", office=tree.hq)
    assert tally.orgs_new == SMALL.new_organizations
    assert tally.orgs_refounded == SMALL.refounded
    assert tally.orgs_total == (
        SMALL.old_organizations - SMALL.dissolved_this_year + SMALL.new_organizations + SMALL.refounded
    )
    assert tally.contact_enterprises == SMALL.contact_enterprises
    assert tally.contact_converted == SMALL.converted
    assert (tally.national_park_orgs_start, tally.national_park_orgs) == SMALL.national_park_organizations
    assert tally.park_orgs == SMALL.national_park_organizations[1] + SMALL.other_park_organizations[1]
    assert tally.park_orgs_start == 2
    assert tally.pending_orgs_new == max(SMALL.submitted_organizations, 3)
    assert tally.pending_park_orgs == sum(SMALL.submitted_parks)
    on_new_years_day = Tally.objects.get(
        snapshot__on=dt.date(2014, 1, 1), snapshot__state="live", office=tree.hq
    )
    assert (on_new_years_day.orgs_total, on_new_years_day.orgs_new) == (SMALL.old_organizations, 0)


def test_contacts_of_every_fate(loaded, tree):
    """Two at one enterprise, replaced, gone, from the year before: only the distinct enterprises of the year count."""
    counted = counted_rows("contact_enterprises", year=2014, day=BUSINESS_DAY, office=tree.hq)
    gone = ContactPerson.objects.confirmed().exclude(left_on=None).exclude(enterprise__in=counted)
    assert gone.count() == SMALL.contacts_gone
    earlier = ContactPerson.objects.confirmed().filter(established_on__lt=dt.date(2014, 1, 1))
    assert earlier.count() == SMALL.contacts_of_2013
    per_enterprise = Counter(ContactPerson.objects.confirmed().values_list("enterprise", flat=True))
    assert sum(1 for number in per_enterprise.values() if number == 2) == (
        SMALL.second_contacts + SMALL.replaced_contacts
    )


def test_the_year_has_its_days(loaded):
    days = snapshot_days()
    assert (days[0], days[-1], len(days)) == (dt.date(2014, 1, 1), BUSINESS_DAY, 20)
    assert set(Snapshot.objects.live().values_list("on", flat=True)) == set(days)
    assert not Snapshot.objects.stale().exists()


def test_records_in_all_states(loaded):
    states = Counter(CastOrganization.objects.values_list("state", flat=True))
    assert set(states) == {"draft", "submitted", "returned", "confirmed", "voided"}
    assert not CastOrganization.objects.filter(state="returned", return_reason="").exists()


# ---------- within the rules ----------


@pytest.mark.parametrize("model", RECORDS)
def test_four_eyes_and_levels(model, loaded):
    lowest = ConfirmingLevel.objects.lowest_on(BUSINESS_DAY)
    people = {user.pk: user for user in User.objects.all()}
    rows = list(model._default_manager.select_related("office"))
    assert rows
    for row in rows:
        assert people[row.created_by_id].username == f"{row.office.code}-clerk"
        if row.state == "confirmed":
            assert row.confirmed_by_id not in (row.created_by_id, row.submitted_by_id)
            assert reach_of(people[row.confirmed_by_id]).confirms(path=row.office.path, lowest=lowest)
            assert row.created_at < row.submitted_at < row.confirmed_at
            assert not row.contributors.exists()
        elif row.state != "voided":
            assert [user.pk for user in row.contributors.all()] == [row.created_by_id]
        assert row.updated_at.date() < BUSINESS_DAY


def test_records_count_at_their_hosts_holder(loaded):
    for organization in CastOrganization.objects.select_related("enterprise", "park"):
        assert organization.office_id == organization.host.office_id
    for contact in ContactPerson.objects.select_related("enterprise"):
        assert contact.office_id == contact.enterprise.office_id


@pytest.mark.parametrize("model", RECORDS)
def test_the_trail_has_every_act(model, loaded):
    events = Counter(
        AuditEvent.objects.filter(target_type=model._meta.label_lower).values_list("target_id", flat=True)
    )
    assert events == dict(model._default_manager.values_list("pk", "version"))
    assert not AuditEvent.objects.filter(target_type=model._meta.label_lower, actor_unit="").exists()


def test_codes_are_right_and_from_reserved_ranges(loaded):
    for row in Enterprise.objects.all():
        assert row.organization_code or row.registration_number
        if row.organization_code:
            assert row.organization_code.startswith("XN")
            assert is_valid_organization_code(row.organization_code)
        if row.registration_number:
            assert row.registration_number[6:8] == "99"
            assert is_valid_registration_number(row.registration_number)
        if row.credit_code:
            assert is_valid_credit_code(row.credit_code)
    phones = {*ContactPerson.objects.values_list("mobile", flat=True)}
    phones |= {*CastOrganization.objects.exclude(phone="").values_list("phone", flat=True)}
    assert all(phone.startswith("1400") for phone in phones)


def test_names_are_visibly_invented_and_sorted_as_all_others(loaded):
    rows = list(Enterprise.objects.values_list("name", "sort_key"))
    assert len({name for name, _ in rows}) == len(rows)
    for name, sort_key in rows[::7]:
        assert any(mark in name for mark in names.MARKS)
        assert sort_key == pinyin_key(name)
    for name, sort_key in CastOrganization.objects.values_list("name", "sort_key")[:20]:
        assert sort_key == pinyin_key(name)
    assert all(
        any(mark in person for mark in names.MARKS) or "示例" in person
        for person in CastOrganization.objects.values_list("chair", flat=True)
    )


def test_some_enterprises_are_registered_twice_and_nothing_else_is(ground):
    load_small(sizes=dataclasses.replace(SMALL, repeated_enterprises=6))
    reviewer = User.objects.get(username="000000-reviewer")
    found = find_duplicates(reviewer).groups
    assert [len(group.pks) for group in found] == [2] * 6
    assert {mark[0] for group in found for mark in group.marks} == {"name"}
    states = [
        sorted(Enterprise.objects.filter(pk__in=group.pks).values_list("state", flat=True)) for group in found
    ]
    assert states == [["confirmed", "draft"]] * 6


# ---------- accounts ----------


def test_accounts_sign_in_with_the_one_password(loaded, settings, client):
    assert client.login(
        username="440106-clerk",
        password=settings.PORTAL_DEMO_PASSWORD,
        request=client.get("/login/").wsgi_request,
    )
    assert set(Post.objects.filter(office__code="440106").values_list("user__username", "role")) >= {
        (f"440106-{role}", role) for role in ("viewer", "clerk", "reviewer", "leader", "office_admin")
    }
    assert User.objects.filter(special_role="expert", username__in=["expert-01", "expert-40"]).count() == 2
    assert set(User.objects.exclude(special_role__in=["", "expert"]).values_list("username", flat=True)) == {
        "auditor",
        "sysadmin",
    }
    assert Post.objects.filter(user__username="440106-both").count() == 2
    assert User.objects.filter(username="440000-reviewer2").exists()
    for name in User.objects.values_list("name", flat=True):
        assert parse_person_name(name) == name


# ---------- on the real tree ----------


def test_guided_tour_on_the_real_tree(db):
    reference.load_divisions()
    reference.load_offices()
    reference.load_parks()
    call_command("load_plan", "quotas/data/plan_2014.toml", verbosity=0)
    assert Plan.objects.for_year(2014)
    assert load_small(
        scale=0.0, sizes=dataclasses.replace(SMALL, submitted_organizations=40, submitted_contacts=40)
    )
    tianhe, guangzhou = Office.objects.get(code="440106"), Office.objects.get(code="440100")
    mine = Counter(
        itertools.chain.from_iterable(
            model._default_manager.exclude(state="confirmed")
            .filter(office=tianhe)
            .values_list("state", flat=True)
            for model in (CastOrganization, ContactPerson)
        )
    )
    assert mine == {"draft": 4, "returned": 2, "submitted": 3}
    queue = [
        model._default_manager.submitted().held_within(guangzhou)
        for model in (CastOrganization, ContactPerson)
    ]
    assert 12 <= sum(rows.count() for rows in queue) <= 20
    assert queue[0].in_parks().count() == 1
    assert User.objects.filter(username="660000-clerk").exists()
    assert User.objects.count() == 5 * Office.objects.count() + (1 + 32 + 15) + 4 + 40 + 2
    assert Park.objects.filter(organizations__state="confirmed").count() == 5
