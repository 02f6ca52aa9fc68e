"""Attachments at once, on whichever database runs: the slot's number holds, each token is used once."""

import pytest

from core.models import Attachment, StoredFile
from core.services.attachment_sweep import sweep_attachments
from core.services.attachments import add_attachment, attach, remove_attachment
from orgs.attachments import APPROVAL
from tests import factories
from tests.flows.test_races import at_once
from tests.support.attaching import attached, photo, upload
from tests.support.files import written

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Each test keeps its files in a folder of its own."""
    settings.PORTAL_FILES_DIR = tmp_path / "kept"


@pytest.fixture
def draft(tree, cast):
    return factories.make_organization(
        factories.make_enterprise(tree.tianhe), state="draft", actor=cast.owner
    )


def test_six_uploads_at_once_fill_the_last_two_places_and_no_more(cast, draft, tmp_path):
    for number in range(8):
        attached(cast.owner, draft, tmp_path, photo(number))
    paths = [written(tmp_path / f"{number}", photo(100 + number)) for number in range(6)]

    def add(path):
        return lambda: add_attachment(
            actor=cast.owner, name=f"{path.name}.jpg", path=path, target=draft, slot=APPROVAL
        )

    results = at_once(*map(add, paths))
    assert sorted(bool(words) for words in results) == [False] * 2 + [True] * 4
    assert all("最多 10 个文件" in words for words in results if words)
    assert Attachment.objects.of(draft).count() == Attachment.objects.count() == 10
    kept = StoredFile.objects.filter(removed_at=None)
    assert {path.name for path in (tmp_path / "kept").iterdir() if path.is_file()} == set(
        kept.values_list("token", flat=True)
    )


def test_one_file_sent_by_two_hangs_there_once(cast, draft, tmp_path):
    paths = [written(tmp_path / f"{number}", photo(7)) for number in range(2)]
    people = (cast.owner, cast.colleague)

    def add(person, path):
        return lambda: add_attachment(actor=person, name="a.jpg", path=path, target=draft, slot=APPROVAL)

    results = at_once(*[add(*pair) for pair in zip(people, paths, strict=True)])
    assert sorted(bool(words) for words in results) == [False, True]
    assert Attachment.objects.of(draft).count() == 1


def test_one_token_goes_to_one_of_two_records(cast, draft, tree, tmp_path):
    other = factories.make_organization(
        factories.make_enterprise(tree.tianhe), state="draft", actor=cast.owner
    )
    token = upload(cast.owner, tmp_path).token
    results = at_once(
        *[
            lambda target=target: attach(actor=cast.owner, tokens=[token], target=target, slot=APPROVAL)
            for target in (draft, other)
        ]
    )
    assert sorted(bool(words) for words in results) == [False, True]
    assert Attachment.objects.attached().count() == 1


def test_attaching_and_the_sweep_at_once_leave_it_whole_or_gone(cast, draft, tmp_path):
    row = upload(cast.owner, tmp_path)
    Attachment.objects.update(uploaded_at=factories.AT)
    results = at_once(
        lambda: attach(actor=cast.owner, tokens=[row.token], target=draft, slot=APPROVAL), sweep_attachments
    )
    kept = Attachment.objects.filter(removed_at=None)
    if results[0]:
        assert (kept.count(), "已过保存期" in results[0]) == (0, True)
    else:
        assert (kept.get().target_id, kept.get().file.removed_at) == (draft.pk, None)
        assert (tmp_path / "kept" / kept.get().file.token).is_file()


def test_removed_twice_at_once_goes_once(cast, draft, tmp_path):
    row = attached(cast.owner, draft, tmp_path)

    def remove():
        try:
            remove_attachment(actor=cast.owner, token=row.token)
        except Attachment.DoesNotExist:
            done.append("gone")

    done: list[str] = []
    assert at_once(remove, remove) == ["", ""]
    assert (done, Attachment.objects.of(draft).count()) == (["gone"], 0)
