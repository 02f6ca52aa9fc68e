"""The portal's settings as the tests need them.

The environment is set before the portal's settings read it, so that plain ``pytest`` works as well as ``make test``,
and working files (test database, broker folders) never mix with those of a portal that runs from the same folder.
"""

import os
from pathlib import Path

os.environ.setdefault("PORTAL_TESTING", "1")
os.environ.setdefault("PORTAL_VAR", str(Path(__file__).resolve().parent.parent / "var" / "test" / "local"))

from cast_portal.settings import *  # noqa: F403 - after the environment; a settings file takes all of them

# One real hash takes half a second; tests make many accounts.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
