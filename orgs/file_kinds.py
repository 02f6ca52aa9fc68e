"""The kept files of this app, and what their owners must still be allowed to fetch them.

A file holds what its owner could see on the day it was made. Rights withdrawn since then close it, from the next request
on.
"""

from typing import Any

from accounts.models import User
from core.file_kinds import register_file_kind
from orgs.models import Office
from orgs.models.reach import reach_of
from orgs.permissions import ENTER, VIEW, VIEW_PERSONAL

EXPORT, UPLOAD, RETURNED = "export", "import", "import_returned"

_WITHDRAWN = {
    VIEW: "其中有您现在无权查看的单位的记录。",
    VIEW_PERSONAL: "其中有您现在无权查看的个人信息。",
    ENTER: "您现在不再是这个单位的经办人。",
}


def closed_to(needs: dict[str, Any], owner: User) -> str:
    """Why the file is closed to its owner now, empty when it is open.

    ``needs`` maps an action to the keys of the offices whose subtrees the file was made of: ``{"view": [12]}``.
    """
    reach = reach_of(owner)
    wanted = {pk for offices in needs.values() for pk in offices}
    paths = dict(Office.objects.filter(pk__in=wanted).values_list("pk", "path"))
    for action, offices in needs.items():
        if not all(pk in paths and reach.covers(action, paths[pk]) for pk in offices):
            return _WITHDRAWN[action]
    return ""


register_file_kind(EXPORT, refusal=closed_to, again="请回到列表页，再导出一次。")
register_file_kind(UPLOAD, refusal=closed_to, again="需要时请重新上传。")
register_file_kind(RETURNED, refusal=closed_to, again="请回到那次导入的页面，再取一次问题行。")
