"""The pages the measurements ask for: they answer, and the live dashboard shows what the stored one shows."""

import re
from pathlib import Path

import pytest

import benchmarks
from benchmarks.pages import sign_in
from benchmarks.server import Page, Server, fetch
from benchmarks.world import TODAY, write_world
from quotas.services.snapshots import compute_snapshot


@pytest.fixture
def served(plan, settings):
    """A tiny world with today's figures, and the addresses of the measurements."""
    settings.ROOT_URLCONF = "benchmarks.urls"
    (templates,) = settings.TEMPLATES
    folder = Path(benchmarks.__file__).parent / "templates"
    settings.TEMPLATES = [{**templates, "DIRS": [*templates["DIRS"], folder]}]
    write_world(0.001)
    compute_snapshot(plan=plan, on=TODAY)


@pytest.fixture
def hq(served, client, settings):
    client.cookies[settings.SESSION_COOKIE_NAME] = sign_in("bench-hq")
    return client


@pytest.mark.parametrize("name", ["organizations", "enterprises"])
def test_the_bare_list_shows_the_same_rows_as_the_portals(hq, name) -> None:
    def rows(path: str) -> list[str]:
        page = hq.get(path)
        assert page.status_code == 200
        return re.findall(rf'href="/{name}/(\d+)/"', page.content.decode())

    bare = rows(f"/bench/{name}/")
    assert len(bare) == 50
    assert list(dict.fromkeys(rows(f"/{name}/"))) == bare


def test_the_bare_list_needs_an_account(served, client) -> None:
    assert client.get("/bench/enterprises/").status_code == 302


@pytest.mark.parametrize("path", ["/bench/dashboard/live/", "/bench/dashboard/live-day/"])
@pytest.mark.parametrize("by", ["new_organizations", "park_coverage"])
def test_counted_on_request_the_dashboard_shows_the_same(hq, path, by) -> None:
    def board(address: str) -> str:
        page = hq.get(address, {"by": by}).content.decode()
        return re.sub(r"\b[A-Za-z0-9]{64}\b", "", page.partition('<div id="board"')[2])

    stored = board("/dashboard/")
    assert "合计" in stored
    assert board(path) == stored


def test_a_page_that_is_no_whole_page_stops_the_measurement(served, live_server) -> None:
    port = int(live_server.url.rsplit(":", 1)[1])
    with pytest.raises(RuntimeError, match="answered"):
        fetch(port, Page("/dashboard/", "nobody"))


def test_memory_is_counted_for_the_workers_alone() -> None:
    assert Server(port=0, pid=1).memory() == 0.0
