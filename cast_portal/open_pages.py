"""The pages that open without signing in. All others need an account (LoginRequiredMiddleware).

tests/cast_portal/test_open_pages.py walks every route and refuses one that is open and not named here, and the reverse.
"""

OPEN_PAGES = {
    "login": "where one signs in",
    "logout": "an ended session may leave, too",
    "healthz": "a load balancer has no account",
    "readyz": "monitoring has no account; the answer names parts and nothing else",
}
