"""Fetching kept files with the test client, which closes an open file only when it was read."""

from typing import Any

from django.test import Client


def download(user: Any, address: str) -> int:
    """Fetch an address as this person, to the last byte. Returns the status."""
    client = Client()
    client.force_login(user)
    answer = client.get(address)
    if answer.streaming:
        answer.getvalue()
    return answer.status_code
