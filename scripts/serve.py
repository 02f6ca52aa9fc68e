"""Runs web, worker and scheduler on this machine until Ctrl-C.   python -m scripts.serve

For demonstration and training; docs/operations.md says how a real deployment runs the same three programs.
"""

import contextlib
import errno
import fcntl
import http.client
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.console import ROOT, Refused, run_main, say, var_dir
from scripts.processes import adopt_orphans
from scripts.supervisor import Program, Supervisor, last_lines

DEMO_DATE = "2014-10-15"
DEMO_PASSWORD = "cast-2014-demo"  # noqa: S105 - the published password of the demonstration accounts
DEMO_ACCOUNTS = (
    ("440106-clerk", "天河区科协 经办"),
    ("440100-reviewer", "广州市科协 审核"),
    ("440000-reviewer", "广东省科协 审核"),
    ("440000-leader", "广东省科协 负责人"),
    ("660000-clerk", "新疆生产建设兵团科协 经办"),
    ("000000-leader", "中国科协 负责人"),
    ("000000-office_admin", "中国科协 账号管理员"),
    ("expert-01", "评审专家"),
    ("auditor", "审计"),
    ("sysadmin", "系统管理员"),
)
LOOPBACK = "127.0.0.1"
READY_NOTICE = 45.0
"""Seconds after which a portal that is not ready yet says what it waits for."""
GIVE_UP_DEATHS = 5
"""Deaths in a row of one program before the portal was ready once; then its configuration is wrong."""


@dataclass(frozen=True)
class Plan:
    """Where to listen, and the environment the three programs get."""

    host: str
    port: int
    demo: bool
    today: str
    password: str
    var: Path
    env: dict[str, str]

    @property
    def address(self) -> str:
        """What a person types into the browser."""
        return f"http://{self.host}:{self.port}/"


def plan_from(environ: Mapping[str, str]) -> Plan:
    """Read the environment; refuse with words what cannot be served.

    ``make run`` is demonstration mode on a pinned date unless told otherwise. ``PORTAL_TODAY`` set but empty means
    the real date.
    """
    demo = environ.get("PORTAL_DEMO", "1").strip().lower() not in {"0", "false", "no", "off", ""}
    host = environ.get("PORTAL_HOST", "").strip() or LOOPBACK
    if demo and host != LOOPBACK:
        raise Refused(
            f"demonstration mode has published passwords and listens on {LOOPBACK} only, not on {host}. "
            "Leave PORTAL_HOST out, or set up a real deployment (docs/operations.md)."
        )
    text = environ.get("PORT", "").strip() or "8000"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Refused(f"PORT must be a number from 1 to 65535, not {text!r}.")
    today = environ.get("PORTAL_TODAY", DEMO_DATE if demo else "").strip()
    password = environ.get("PORTAL_DEMO_PASSWORD") or DEMO_PASSWORD
    var = var_dir()
    env = dict(environ) | {
        "PORTAL_DEMO": "1" if demo else "0",
        "PORTAL_TODAY": today,
        "PORTAL_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "cast_portal.settings",
        "PYTHONUNBUFFERED": "1",
    }
    if demo:
        env["PORTAL_DEMO_PASSWORD"] = password
    return Plan(host=host, port=int(text), demo=demo, today=today, password=password, var=var, env=env)


def programs(plan: Plan) -> list[Program]:
    """Web, worker and scheduler as command lines.

    Web: two processes, because more than the cores gain nothing; a few threads each, because browsers open idle
    connections in advance and one of those holds up a single-threaded process until its timeout.
    """
    log = plan.var / "log"
    python = sys.executable
    celery = [python, "-m", "celery", "-A", "cast_portal"]
    workers = plan.env.get("PORTAL_WEB_WORKERS", "").strip() or "2"
    threads = plan.env.get("PORTAL_WEB_THREADS", "").strip() or "4"
    web = [python, "-m", "gunicorn", "cast_portal.wsgi:application", "--bind", f"{plan.host}:{plan.port}"]
    web += ["--workers", workers, "--worker-class", "gthread", "--threads", threads]
    web += ["--timeout", "60", "--graceful-timeout", "8", "--keep-alive", "5", "--no-control-socket"]
    # A worker's sign of life is a file's time; on a slow disk it would look dead.
    web += ["--worker-tmp-dir", "/dev/shm"] if os.access("/dev/shm", os.W_OK) else []  # noqa: S108
    worker = [
        *celery,
        "worker",
        "--pool",
        "prefork",
        "--loglevel",
        "WARNING",
        "--without-gossip",
        "--without-mingle",
    ]
    beat = [*celery, "beat", "--loglevel", "WARNING", "--pidfile", str(plan.var / "scheduler.pid")]
    return [
        Program("web", web, log / "web.log"),
        Program("worker", worker, log / "worker.log"),
        Program("scheduler", beat, log / "scheduler.log"),
    ]


def check_port(plan: Plan) -> None:
    """Refuse with words when nothing can listen on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((plan.host, plan.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                other = plan.port + 1 if plan.port < 65535 else 8000
                reason = f"port {plan.port} is already in use. Choose another one: PORT={other} make run"
            elif error.errno == errno.EACCES:
                reason = f"port {plan.port} needs rights this user lacks. Choose one above 1023: PORT=8000 make run"
            else:
                reason = f"cannot listen on {plan.host}:{plan.port}: {error.strerror}."
            raise Refused(reason) from error


@contextlib.contextmanager
def only_one(plan: Plan) -> Iterator[None]:
    """Hold the lock of the working folder: two schedulers over one database would do everything twice."""
    path = plan.var / "serve.lock"
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise Refused(
                f"the portal already runs from this folder ({file.read().strip() or path})."
            ) from error
        file.truncate(0)
        file.write(f"process {os.getpid()}, {plan.address}")
        file.flush()
        # Left by a scheduler that was killed; its number may belong to another process by now.
        (plan.var / "scheduler.pid").unlink(missing_ok=True)
        yield
        file.truncate(0)


def readiness(plan: Plan, *, timeout: float = 2.0) -> tuple[bool, str]:
    """Ask ``/readyz``; whether everything is up, and what was answered, in words."""
    connection = http.client.HTTPConnection(plan.host, plan.port, timeout=timeout)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        body = answer.read(4096).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        return False, f"web does not answer yet ({error})"
    finally:
        connection.close()
    try:
        body = json.dumps(json.loads(body), ensure_ascii=False)
    except ValueError:
        body = "no JSON; see web.log"
    return answer.status == http.HTTPStatus.OK, f"/readyz says {answer.status}: {body}"


class ParentWatch:
    """Notices that whoever started us has given up although no signal came.

    GNU make that is interrupted by itself (not the whole terminal group) resets its own SIGINT handler and then
    waits for us for ever; that reset shows in /proc. A parent that vanished has given up too.
    """

    _INTERRUPT = 1 << (signal.SIGINT - 1)

    def __init__(self) -> None:
        self.parent = os.getppid()
        self.caught_interrupts = self._catches_interrupts()

    def gave_up(self) -> bool:
        """Whether the portal should end now."""
        if os.getppid() != self.parent:
            return True
        return self.caught_interrupts and not self._catches_interrupts()

    def _catches_interrupts(self) -> bool:
        try:
            lines = (
                Path(f"/proc/{self.parent}/status").read_text(encoding="ascii", errors="replace").splitlines()
            )
        except OSError:
            return False
        masks = [line.split()[1] for line in lines if line.startswith("SigCgt:")]
        return bool(masks) and bool(int(masks[0], 16) & self._INTERRUPT)


def banner(plan: Plan) -> list[str]:
    """The lines printed when everything is up."""
    lines = ["", f"  The portal is ready:  {plan.address}"]
    if plan.today:
        lines.append(
            f"  Business date:        {plan.today} (pinned; PORTAL_TODAY= make run takes the real date)"
        )
    if plan.demo:
        lines += [f"  Password of all:      {plan.password}", "  Accounts:"]
        lines += [f"    {name:<20} {who}" for name, who in DEMO_ACCOUNTS]
        lines.append(
            "    any office: <division code>-<role>, role viewer, clerk, reviewer, leader or office_admin"
        )
    return [*lines, f"  Logs:                 {plan.var / 'log'}", "  Ctrl-C stops everything.", ""]


ENDING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def serve(plan: Plan) -> int:
    """Run the three programs until told to end; 0 after a wanted end, 1 when they cannot be kept up.

    The caller holds ``only_one``.
    """
    adopt_orphans()
    # Held back and fetched by sigtimedwait: a signal can then never come at a moment it is not expected.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING | {signal.SIGCHLD})
    watch = ParentWatch()
    supervisor = Supervisor(programs(plan), env=plan.env, cwd=ROOT)
    supervisor.start()
    try:
        return _loop(plan, supervisor, watch)
    finally:
        say("Stopping web, worker and scheduler ...")
        started = time.monotonic()
        killed = supervisor.stop()
        note = f"; had to kill {', '.join(killed)}" if killed else ""
        say(f"Stopped: {time.monotonic() - started:.1f} s{note}")


def _loop(plan: Plan, supervisor: Supervisor, watch: ParentWatch) -> int:
    started = time.monotonic()
    ready = noticed = False
    while True:
        pause = min(supervisor.pause, 0.5) if ready else 0.25
        received = signal.sigtimedwait(ENDING | {signal.SIGCHLD}, pause)
        if received is not None and received.si_signo in ENDING:
            return 0
        if watch.gave_up():
            say("The command that started the portal has ended.")
            return 0
        supervisor.tick()
        if ready:
            continue
        ready, answer = readiness(plan)
        waited = time.monotonic() - started
        if ready:
            say(f"Everything is up: {waited:.1f} s")
            for line in banner(plan):
                say(line)
        elif supervisor.most_deaths >= GIVE_UP_DEATHS:
            say("A program died again and again before the portal was ready; the lines above say why.")
            return 1
        elif waited > READY_NOTICE and not noticed:
            noticed = True
            say(f"Still waiting after {waited:.0f} s: {answer}")
            for name in ("web", "worker", "scheduler"):
                for line in last_lines(plan.var / "log" / f"{name}.log", 3):
                    say(f"    {name}: {line}")


def main() -> int:
    """Check what can be checked before anything is started, then serve."""
    plan = plan_from(os.environ)
    check_port(plan)
    with only_one(plan):
        return serve(plan)


if __name__ == "__main__":
    run_main(main)
