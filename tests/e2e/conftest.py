"""A real browser before a real web server with a real worker beside it, on the test's own database."""

import dataclasses
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from core.services import jobs
from tests import factories
from tests.support.processes import environment, publisher, running_worker, working_folders

# Playwright's loop runs in this thread; the tests read rows between two clicks.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

AXE = Path(__file__).resolve().parent / "vendor" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test on committed rows."""
    for item in items:
        if "tests/e2e" in str(item.path):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, started once."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium is not installed (Debian: apt-get install chromium fonts-noto-cjk)"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
        yield chromium
        chromium.close()


@dataclasses.dataclass
class Desk:
    """One person at a browser. Every violation of the content policy and every script error fails the test."""

    page: Page
    base: str
    complaints: list[str]

    def go(self, path: str) -> None:
        """Open an address of the portal."""
        self.page.goto(self.base + path)

    def sign_in(self, username: str) -> None:
        """Sign in as one of the cast."""
        self.go("/login/")
        self.page.get_by_label("账号", exact=True).fill(username)
        self.page.get_by_label("密码", exact=True).fill(factories.PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def axe(self) -> list[str]:
        """Serious and critical findings of axe on the open page, one line each."""
        # Evaluated by the debugger, so the strict policy need not be loosened.
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        result = self.page.evaluate("tags => axe.run(document, {runOnly: tags})", AXE_TAGS)
        return [
            f"{found['id']}: {node['html'][:160]}"
            for found in result["violations"]
            if found["impact"] in ("serious", "critical")
            for node in found["nodes"]
        ]

    def faults(self, path: str) -> list[str]:
        """What axe finds on a page once it is quiet, and whether it scrolls sideways."""
        self.go(path)
        self.page.wait_for_load_state("networkidle")
        found = [f"{path} {finding}" for finding in self.axe()]
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return [*found, f"{path} scrolls sideways by {wide} px"] if wide > 0 else found


@pytest.fixture
def worker(tmp_path, monkeypatch, db):
    """A worker with its scheduler on the test's database; the web server publishes to its broker."""
    working_folders(tmp_path)
    url = os.environ.get("REDIS_URL", "")
    monkeypatch.setattr(jobs, "current_app", publisher(tmp_path, url))
    with running_worker(environment(tmp_path, REDIS_URL=url, PORTAL_TODAY="2014-10-15")) as process:
        yield process


@pytest.fixture
def desk(browser, live_server, request) -> Iterator[Desk]:
    """A fresh browser profile; parametrise ``desk`` indirectly with a viewport to change its size."""
    context = browser.new_context(
        viewport=getattr(request, "param", DESKTOP), locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(10_000)
    yield Desk(page=page, base=live_server.url, complaints=complaints)
    context.close()
    assert complaints == []
