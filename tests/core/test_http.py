"""Answers that are files: a browser saves them and runs nothing of them."""

import io

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from core.http import file_response
from core.middleware import POLICY, ContentSecurityPolicyMiddleware


@pytest.mark.parametrize("content", [b"<script>", io.BytesIO(b"<script>")], ids=["whole", "a file"])
def test_a_file_is_a_download_in_a_sandbox(content):
    answer = ContentSecurityPolicyMiddleware(
        lambda request: file_response(content, name="名单.xlsx", content_type="text/html")
    )(RequestFactory().get("/"))
    names = ("Content-Security-Policy", "X-Content-Type-Options", "Cache-Control", "Content-Disposition")
    assert {name: answer[name] for name in names} == {
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Content-Disposition": "attachment; filename*=utf-8''%E5%90%8D%E5%8D%95.xlsx",
    }


def test_a_page_keeps_the_policy_of_pages():
    answer = ContentSecurityPolicyMiddleware(lambda request: HttpResponse("a"))(RequestFactory().get("/"))
    assert answer["Content-Security-Policy"] == POLICY
