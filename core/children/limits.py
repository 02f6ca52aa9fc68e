"""What a child process does first: it limits itself."""

import json
import resource
import sys
from typing import Any


def limit_process(*, memory: int, cpu_seconds: int, file_bytes: int) -> None:
    """Limit this process for the rest of its life. ``file_bytes`` is the largest file it may write."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))


def as_line(said: dict[str, Any]) -> str:
    """What the child says, as one line of JSON."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def say(line: str) -> None:
    """One line to the process that started this one."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
