"""The portal's settings with the bare pages beside its own."""

from pathlib import Path

from cast_portal.settings import *  # noqa: F403 - a settings file takes all of them
from cast_portal.settings import TEMPLATES

ROOT_URLCONF = "benchmarks.urls"
TEMPLATES[0]["DIRS"].append(Path(__file__).resolve().parent / "templates")
