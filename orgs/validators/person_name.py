"""Names of persons."""

import re

from orgs.validators.errors import CodeError
from orgs.validators.text import to_half_width

MIN_LENGTH = 2
MAX_LENGTH = 30
# The dots people type between the parts of a name; the national form is the middle dot.
_DOTS = re.compile(r"\s*[·•・‧∙⋅]\s*")
_SPACE_BESIDE_CHINESE = re.compile(r"(?<=[\u3400-\u9fff\u3007])\s+|\s+(?=[\u3400-\u9fff\u3007])")


def parse_person_name(text: str) -> str:
    """The name as stored, or ``CodeError``.

    2 to 30 characters without digits; letters of any script, the middle dot, and inside Latin names spaces, dots, dashes
    and apostrophes. Spaces beside Chinese characters go (王 芳 is 王芳).
    """
    name = _SPACE_BESIDE_CHINESE.sub("", _DOTS.sub("·", " ".join(to_half_width(text).split())))
    if any(character.isdigit() for character in name):
        raise CodeError("姓名里不应有数字。请只填姓名，电话请填到电话一栏。")
    if len(name) < MIN_LENGTH:
        raise CodeError(f"姓名应为 2–30 个字，现为 {len(name)} 个字。请填写全名。")
    if len(name) > MAX_LENGTH:
        raise CodeError(f"姓名应为 2–30 个字，现为 {len(name)} 个字。请只填一个人的姓名。")
    for character in name:
        if not (character.isalpha() or character in "·.'’- "):
            raise CodeError(f"姓名里不应有“{character}”。请只填一个人的姓名。")
    return name
