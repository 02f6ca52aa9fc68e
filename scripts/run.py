"""``make run``: bring database and data up to date, then serve.   python -m scripts.run"""

import os
import sys
import time

from scripts import serve
from scripts.console import EXIT_INTERRUPTED, ROOT, Refused, run_main, say
from scripts.processes import run_attached


def main() -> int:
    """Prepare in one child process, so that this one stays small, then run the three programs."""
    started = time.monotonic()
    plan = serve.plan_from(os.environ)
    # Before minutes are spent on data.
    serve.check_port(plan)
    with serve.only_one(plan):
        code = run_attached([sys.executable, "-m", "scripts.prepare"], env=plan.env, cwd=ROOT)
        if code == EXIT_INTERRUPTED:
            return code
        if code:
            raise Refused("database and data could not be prepared; the lines above say why.")
        say(f"Prepared: {time.monotonic() - started:.1f} s")
        return serve.serve(plan)


if __name__ == "__main__":
    run_main(main)
