"""What ``make run`` refuses before anything is started, and how it ends; with stand-ins for the three programs."""

import contextlib
import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import serve
from scripts.console import ROOT, Refused

LIMIT = 30
"""Seconds after which a test gives up; none comes near it."""
# The real serving loop over three stand-ins; "web" answers /readyz as the portal does.
DRIVER = """
import sys
from scripts import serve
from scripts.supervisor import Program

WEB = '''
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"{}")
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
'''
PAUSE = "import signal; signal.pause()"

def stand_ins(plan):
    log = plan.var / "log"
    yield Program("web", [sys.executable, "-c", WEB, str(plan.port)], log / "web.log")
    for name in ("worker", "scheduler"):
        yield Program(name, [sys.executable, "-c", PAUSE], log / (name + ".log"))

serve.programs = lambda plan: list(stand_ins(plan))
serve.run_main(serve.main)
"""


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder of the test's own."""
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.fixture
def port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.usefixtures("var")
class TestPlan:
    def test_demonstration_on_the_pinned_date_is_what_make_run_gives(self) -> None:
        plan = serve.plan_from({})
        assert (plan.host, plan.port, plan.demo, plan.today) == ("127.0.0.1", 8000, True, "2014-10-15")
        assert plan.env["PORTAL_DEMO"] == "1"
        assert plan.env["PORTAL_TODAY"] == "2014-10-15"
        assert plan.env["PORTAL_DEMO_PASSWORD"] == "cast-2014-demo"

    def test_an_empty_date_means_the_real_one(self) -> None:
        plan = serve.plan_from({"PORTAL_TODAY": ""})
        assert plan.env["PORTAL_TODAY"] == ""
        assert not any("Business date" in line for line in serve.banner(plan))

    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "localhost"])
    def test_demonstration_refuses_every_other_address(self, host: str) -> None:
        with pytest.raises(Refused, match="demonstration mode"):
            serve.plan_from({"PORTAL_HOST": host})

    def test_a_real_deployment_chooses_its_address_and_gets_no_published_password(self) -> None:
        plan = serve.plan_from({"PORTAL_DEMO": "0", "PORTAL_HOST": "192.0.2.7"})
        assert plan.host == "192.0.2.7"
        assert plan.today == ""
        assert "PORTAL_DEMO_PASSWORD" not in plan.env
        assert not any("Password" in line for line in serve.banner(plan))

    @pytest.mark.parametrize("text", ["0", "65536", "-1", "http", "８０００"])
    def test_a_port_that_is_none_is_named(self, text: str) -> None:
        with pytest.raises(Refused, match="PORT must be a number from 1 to 65535"):
            serve.plan_from({"PORT": text})


@pytest.mark.usefixtures("var")
def test_a_port_in_use_is_said_in_words(port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(Refused, match=f"port {port} is already in use"):
            serve.check_port(serve.plan_from({"PORT": str(port)}))


@pytest.mark.usefixtures("var")
def test_a_second_portal_in_one_folder_is_refused(port: int) -> None:
    plan = serve.plan_from({"PORT": str(port)})
    with serve.only_one(plan), pytest.raises(Refused, match=f"already runs.*:{port}/"), serve.only_one(plan):
        pytest.fail("both got the folder")


class Serving:
    """The serving loop in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []

    def read_until(self, text: str) -> str:
        """The first line that contains ``text``."""
        for line in self.process.stdout or ():
            self.lines.append(line.rstrip("\n"))
            if text in line:
                return line
        pytest.fail(f"{text!r} was never said:\n" + "\n".join(self.lines))

    def groups(self) -> list[int]:
        """The process groups it said it started."""
        return [int(found) for line in self.lines for found in re.findall(r"\(process (\d+)", line)]


@pytest.fixture
def serving(var: Path, port: int) -> Iterator[Serving]:
    """A portal of stand-ins that is ready."""
    env = os.environ | {
        "PORT": str(port),
        "PORTAL_VAR": str(var),
        "PORTAL_DEMO": "1",
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", DRIVER],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    one = Serving(process)
    try:
        one.read_until("Ctrl-C stops everything")
        yield one
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=LIMIT)
        for group in one.groups():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)


def test_when_everything_is_up_the_address_and_the_accounts_are_printed(serving: Serving, port: int) -> None:
    text = "\n".join(serving.lines)
    assert f"http://127.0.0.1:{port}/" in text
    assert "cast-2014-demo" in text
    assert "440106-clerk" in text


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_that_was_started(serving: Serving, port: int, sign: signal.Signals) -> None:
    serving.process.send_signal(sign)
    output, _ = serving.process.communicate(timeout=LIMIT)
    assert serving.process.returncode == 0
    assert "Stopped" in output
    assert len(serving.groups()) == 3
    for group in serving.groups():
        with pytest.raises(ProcessLookupError):
            os.killpg(group, 0)
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", port))


def test_a_program_that_dies_while_serving_is_started_again(serving: Serving) -> None:
    worker = serving.groups()[1]
    os.kill(worker, signal.SIGKILL)
    serving.read_until("worker ended by signal 9")
    assert "started again" in serving.read_until("started again")


def test_programs_end_with_a_supervisor_that_is_killed(serving: Serving) -> None:
    watched = [os.pidfd_open(group) for group in serving.groups()]
    serving.process.kill()
    for descriptor in watched:
        with contextlib.closing(os.fdopen(descriptor, "rb")) as ended:
            assert wait_readable(ended), "a program outlived the supervisor"


def wait_readable(file) -> bool:
    """Whether the process behind the descriptor ended within the limit."""

    return bool(select.select([file], [], [], LIMIT)[0])
