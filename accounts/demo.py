"""Which demonstration accounts the sign-in page offers, in the order of the main job."""

from django.conf import settings

from accounts.models import User

OFFERED = (
    ("440106-clerk", "天河区科协 经办"),
    ("440100-reviewer", "广州市科协 审核"),
    ("440000-reviewer", "广东省科协 审核"),
    ("440000-leader", "广东省科协 负责人"),
    ("000000-reviewer", "中国科协 审核"),
    ("000000-leader", "中国科协 负责人"),
    ("000000-office_admin", "中国科协 账号管理员"),
    ("expert-01", "评审专家"),
    ("auditor", "审计"),
    ("sysadmin", "系统管理员"),
)


def offered_accounts() -> list[tuple[str, str]]:
    """(user name, what it is good for) of those that exist; nothing outside demonstration mode."""
    if not settings.PORTAL_DEMO:
        return []
    names = [username for username, _ in OFFERED]
    there = set(User.objects.filter(username__in=names, is_active=True).values_list("username", flat=True))
    return [(username, purpose) for username, purpose in OFFERED if username in there]
