"""Reach: for every model the list and the single row agree, and nobody sees more than the subtrees of the own posts."""

import dataclasses

import pytest

from core import clock
from core.models import Attachment, FormDraft, Job, StoredFile
from core.services.drafts import save_form_draft
from orgs.models import (
    CastOrganization,
    ContactPerson,
    ContactVisit,
    Difficulty,
    DistinctPair,
    Enterprise,
    FormerName,
    FoundingRecord,
    HolderReport,
    ImportBatch,
    Merger,
    Office,
    Park,
    Post,
    Rating,
)
from tests.factories import AT, make_contact, make_enterprise, make_organization, make_park

pytestmark = pytest.mark.django_db

# Who reaches what is held where: the offices of the fixed tree, by name.
GUANGZHOU = {"guangzhou", "tianhe", "panyu"}
GUANGDONG = GUANGZHOU | {"guangdong", "foshan", "chancheng"}
HANGZHOU = {"hangzhou", "xihu"}
NATION = GUANGDONG | HANGZHOU | {"hq", "zhejiang", "beijing", "dongcheng", "xinjiang", "xpcc", "shihezi"}
REACH = {
    "owner": {"tianhe"},
    "colleague": {"tianhe"},
    "viewer": {"tianhe"},
    "neighbour": {"panyu"},
    "reviewer": GUANGZHOU,
    "upper": GUANGDONG,
    "stranger": {"xihu"},
    "foreign_reviewer": HANGZHOU,
    "hq_leader": NATION,
    "office_admin": GUANGZHOU,
    "expert": set(),
    "auditor": set(),
    "sysadmin": set(),
    "disabled": set(),
}


def places(tree) -> dict[int, str]:
    return {getattr(tree, field.name).pk: field.name for field in dataclasses.fields(tree)}


def seen(model, user) -> set[int]:
    """The keys of the list, after asking each row by itself for the same answer."""
    listed = set(model.objects.visible_to(user).values_list("pk", flat=True))
    for pk in model.objects.values_list("pk", flat=True):
        assert model.objects.visible_to(user).filter(pk=pk).exists() is (pk in listed)
    return listed


@pytest.fixture
def records(tree):
    """One of each record at every office but HQ, which holds none."""
    for office_id in places(tree):
        office = Office.objects.get(pk=office_id)
        if not office.is_hq:
            enterprise = make_enterprise(office)
            make_organization(enterprise)
            make_contact(make_enterprise(office))
            make_park(office)


@pytest.mark.parametrize("who", REACH)
@pytest.mark.parametrize("model", [Enterprise, Park, CastOrganization, ContactPerson])
def test_records_within_the_subtrees_of_the_posts(cast, tree, records, model, who):
    names = places(tree)
    listed = seen(model, getattr(cast, who))
    holders = {
        names[office] for office in model.objects.filter(pk__in=listed).values_list("office_id", flat=True)
    }
    assert holders == REACH[who] - {"hq"}
    assert (
        len(listed)
        == model.objects.filter(office__in=[pk for pk in names if names[pk] in REACH[who]]).count()
    )


@pytest.mark.parametrize("who", REACH)
def test_offices(cast, tree, who):
    names = places(tree)
    assert {names[pk] for pk in seen(Office, getattr(cast, who))} == REACH[who]


@pytest.mark.parametrize(
    ("who", "holders"),
    [
        ("office_admin", {"owner", "colleague", "viewer", "neighbour", "reviewer", "reviewer_and_clerk", "upper_clerk",
                          "office_admin", "disabled"}),
        ("owner", {"owner"}),
        ("hq_leader", {"hq_leader"}),
        ("sysadmin", set()),
        ("auditor", set()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_posts_are_seen_by_their_holder_and_the_office_s_administrator(cast, who, holders):
    accounts = {getattr(cast, field.name).pk: field.name for field in dataclasses.fields(cast)}
    listed = seen(Post, getattr(cast, who))
    assert {
        accounts[user] for user in Post.objects.filter(pk__in=listed).values_list("user_id", flat=True)
    } == holders


def test_an_ended_post_opens_nothing(cast, tree, records):
    cast.owner.posts.update(ended_at=AT)
    assert seen(Enterprise, cast.owner) == set()


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("owner", True),
        ("reviewer", True),
        ("stranger", True),
        ("foreign_reviewer", True),
        ("hq_leader", True),
        ("neighbour", False),
        ("sysadmin", False),
        ("expert", False),
    ],
)
def test_reports_are_seen_by_holder_and_sender(cast, tree, who, sees):
    report = HolderReport.objects.create(
        enterprise=make_enterprise(tree.tianhe),
        from_office=tree.xihu,
        text="名称已变更",
        created_by=cast.stranger,
        created_at=AT,
    )
    assert seen(HolderReport, getattr(cast, who)) == ({report.pk} if sees else set())


SIDES = {
    "owner": (True, False),
    "neighbour": (False, True),
    "reviewer": (True, True),
    "office_admin": (True, True),
    "hq_leader": (True, True),
    "stranger": (False, False),
    "foreign_reviewer": (False, False),
    "expert": (False, False),
    "auditor": (False, False),
    "sysadmin": (False, False),
    "disabled": (False, False),
}


@pytest.mark.parametrize("who", SIDES)
def test_mergers_by_either_side_pairs_by_both_former_names_by_their_enterprise(cast, tree, who):
    kept, absorbed = make_enterprise(tree.tianhe), make_enterprise(tree.panyu)
    merger = Merger.objects.create(
        kept=kept,
        absorbed=absorbed,
        merged_at=AT,
        merged_by=cast.reviewer,
        kept_version=2,
        absorbed_version=2,
    )
    pair = DistinctPair.objects.create(first=kept, second=absorbed, declared_at=AT, declared_by=cast.reviewer)
    former = FormerName.objects.create(
        enterprise=kept, name="示范旧称厂", name_key="示范旧称厂", recorded_at=AT
    )
    sees_kept, sees_absorbed = SIDES[who]
    user = getattr(cast, who)
    assert seen(Merger, user) == ({merger.pk} if sees_kept or sees_absorbed else set())
    assert seen(DistinctPair, user) == ({pair.pk} if sees_kept and sees_absorbed else set())
    assert seen(FormerName, user) == ({former.pk} if sees_kept else set())


def test_a_draft_is_its_writer_s_alone(cast):
    draft = save_form_draft(user=cast.owner, key="organization-new", url="/", title="示范", payload={})
    assert {
        who: seen(FormDraft, getattr(cast, who)) for who in ("owner", "colleague", "hq_leader", "sysadmin")
    } == {
        "owner": {draft.pk},
        "colleague": set(),
        "hq_leader": set(),
        "sysadmin": set(),
    }


def test_a_job_is_its_requester_s(cast):
    now = clock.machine_now()
    job = Job.objects.create(
        kind="quotas.day", key="2014-10-15", requested_by=cast.hq_leader, requested_at=now, lease_until=now
    )
    assert {who: seen(Job, getattr(cast, who)) for who in ("hq_leader", "hq_clerk", "owner", "auditor")} == {
        "hq_leader": {job.pk},
        "hq_clerk": set(),
        "owner": set(),
        "auditor": set(),
    }


@pytest.mark.parametrize("who", REACH)
def test_attachments_by_their_record_pending_ones_by_their_uploader(cast, tree, records, who):
    held = {row.pk: row for row in CastOrganization.objects.all()}
    for pk in [*held, None]:
        Attachment.objects.create(
            target_type="orgs.castorganization",
            target_id=pk,
            slot="approval",
            file=keep_file(cast.owner),
            name="批复.docx",
            size=1,
            source_sha256="0" * 64,
            kind="word",
            preview_state="none",
            uploaded_at=AT,
            uploaded_by=cast.owner,
            attached_at=AT if pk else None,
        )
    names = places(tree)
    listed = Attachment.objects.filter(pk__in=seen(Attachment, getattr(cast, who)))
    targets = set(listed.values_list("target_id", flat=True))
    assert (None in targets) is (who == "owner")
    assert {names[held[pk].office_id] for pk in targets - {None}} == REACH[who] - {"hq"}


@pytest.mark.parametrize("part", REACH)
def test_imports_are_seen_by_who_uploaded_them_and_by_clerks_above(cast, tree, part):
    for office, actor in ((tree.tianhe, cast.owner), (tree.xihu, cast.stranger)):
        make_import(office, actor)
    by_office = {batch.office_id: batch.pk for batch in ImportBatch.objects.all()}
    clerks = {"owner": {tree.tianhe.pk}, "colleague": {tree.tianhe.pk}, "stranger": {tree.xihu.pk}}
    assert seen(ImportBatch, getattr(cast, part)) == {by_office[pk] for pk in clerks.get(part, set())}


@pytest.mark.parametrize("part", REACH)
def test_kept_files_are_their_owners_alone(cast, part):
    for owner in (cast.owner, cast.stranger):
        keep_file(owner)
    mine = set(StoredFile.objects.filter(owner=getattr(cast, part)).values_list("pk", flat=True))
    assert seen(StoredFile, getattr(cast, part)) == mine


@pytest.mark.parametrize("part", REACH)
def test_founding_steps_ratings_and_difficulties_follow_their_organisations(cast, tree, part):
    offices = {"tianhe": tree.tianhe, "xihu": tree.xihu}
    made = {}
    for name, office in offices.items():
        organization = make_organization(make_enterprise(office))
        made[name] = FoundingRecord.objects.create(
            organization=organization,
            step="meeting",
            done_on=organization.established_on,
            recorded_at=AT,
            recorded_by=cast.owner,
        ).pk
        Rating.objects.create(
            organization=organization, year=2014, effect="good", rated_at=AT, rated_by=cast.owner
        )
        Difficulty.objects.create(
            organization=organization, kind="term", named_on=AT.date(), named_by=cast.owner
        )
    reached = sum(name in REACH[part] for name in offices)
    assert [len(seen(model, getattr(cast, part))) for model in (Rating, Difficulty)] == [reached] * 2
    assert seen(FoundingRecord, getattr(cast, part)) == {
        made[name] for name in offices if name in REACH[part]
    }


@pytest.mark.parametrize("part", REACH)
def test_former_names_mergers_and_pairs_follow_their_enterprises(cast, tree, part):
    a, b = make_enterprise(tree.tianhe), make_enterprise(tree.xihu)
    FormerName.objects.create(enterprise=a, name="甲", name_key="甲", recorded_at=AT)
    Merger.objects.create(
        kept=a, absorbed=b, merged_at=AT, merged_by=cast.hq_reviewer, kept_version=1, absorbed_version=1
    )
    DistinctPair.objects.create(first=a, second=b, declared_at=AT, declared_by=cast.hq_reviewer)
    here, there = "tianhe" in REACH[part], "xihu" in REACH[part]
    user = getattr(cast, part)
    assert (len(seen(FormerName, user)), len(seen(Merger, user)), len(seen(DistinctPair, user))) == (
        here,
        here or there,
        here and there,
    )


def keep_file(owner):
    """A kept file of this person."""
    return StoredFile.objects.create(
        owner=owner, name="a.xlsx", content_type="x", size=1, sha256="0" * 64, purpose="export", created_at=AT
    )


def make_import(office, actor):
    """An import that waits for its clerk."""
    return ImportBatch.objects.create(
        kind="enterprise",
        office=office,
        created_by=actor,
        created_at=AT,
        file_name="a.xlsx",
        file_hash="0" * 64,
        file_format="xlsx",
        state="ready",
    )


@pytest.mark.parametrize("part", REACH)
def test_talks_follow_their_enterprises(cast, tree, part):
    for place in ("tianhe", "xihu"):
        ContactVisit.objects.create(
            enterprise=make_enterprise(getattr(tree, place)),
            visited_on=AT.date(),
            said="介绍了科协的工作",
            created_by=cast.owner,
            created_at=AT,
        )
    places_seen = {"tianhe", "xihu"} & REACH[part]
    assert len(seen(ContactVisit, getattr(cast, part))) == len(places_seen)
