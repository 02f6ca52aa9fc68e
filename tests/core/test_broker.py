"""The embedded broker: a message is there whole or not at all, in order, and for one reader only."""

from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from core.broker import Transport


@pytest.fixture
def channel(tmp_path: Path):
    """A channel over a folder of the test's own."""
    options = {
        "data_folder_in": str(tmp_path),
        "data_folder_out": str(tmp_path),
        "control_folder": str(tmp_path / "control"),
    }
    with Connection(transport=Transport, transport_options=options) as connection:
        yield connection.channel()


def test_messages_come_out_whole_and_in_order_and_leave_nothing(channel, tmp_path: Path) -> None:
    for number in range(5):
        channel._put("celery", {"number": number})
    assert channel._size("celery") == 5
    assert [channel._get("celery")["number"] for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(Empty):
        channel._get("celery")
    assert list(tmp_path.iterdir()) == []


def test_a_message_being_written_is_not_seen(
    channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    replace = Path.replace

    def look_then_replace(draft: Path, target: Path) -> Path:
        seen.append(channel._size("celery"))
        with pytest.raises(Empty):
            channel._get("celery")
        return replace(draft, target)

    monkeypatch.setattr(Path, "replace", look_then_replace)
    channel._put("celery", {"number": 1})
    assert seen == [0]
    assert channel._get("celery") == {"number": 1}


def test_a_message_another_worker_took_first_is_passed_over(
    channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel._put("celery", {"number": 1})
    channel._put("celery", {"number": 2})
    rename = Path.rename
    others: list[Path] = []

    def taken_by_another(message: Path, target: Path) -> Path:
        if not others:
            others.append(message)
            message.unlink()
        return rename(message, target)

    monkeypatch.setattr(Path, "rename", taken_by_another)
    assert channel._get("celery") == {"number": 2}


def test_queues_do_not_mix(channel) -> None:
    channel._put("celery", {"number": 1})
    with pytest.raises(Empty):
        channel._get("other")


def test_an_exchange_table_is_replaced_whole_and_keeps_each_binding_once(channel, tmp_path: Path) -> None:
    for queue in ("a", "b", "a"):
        channel._queue_bind("pidbox", "", "", queue)
    assert [entry.queue for entry in channel.get_table("pidbox")] == ["b", "a"]
    assert not list((tmp_path / "control").glob(".*.part"))


def test_filesystem_stands_for_this_transport_in_the_portal() -> None:
    assert type(Connection("filesystem://").transport) is Transport
