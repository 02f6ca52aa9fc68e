"""What a password must be, with Chinese refusals that say what to do. Django's own translation leaves some in English."""

from django.contrib.auth import password_validation as django_rules


class LongEnough(django_rules.MinimumLengthValidator):
    """At least ``min_length`` characters."""

    def get_error_message(self) -> str:
        """How many characters are needed."""
        return f"密码太短，至少要 {self.min_length} 个字符。请加长，例如用几个不相干的词连起来。"

    def get_help_text(self) -> str:
        """The rule."""
        return f"至少 {self.min_length} 个字符。"


class NotCommon(django_rules.CommonPasswordValidator):
    """None of the twenty thousand passwords that are tried first."""

    def get_error_message(self) -> str:
        """Why it is refused."""
        return "这个密码太常见，容易被猜到。请换一个。"

    def get_help_text(self) -> str:
        """The rule."""
        return "不能是常见密码。"


class NotOnlyDigits(django_rules.NumericPasswordValidator):
    """Not a number: telephone numbers and birthdays are guessed."""

    def get_error_message(self) -> str:
        """What is missing."""
        return "密码不能全是数字。请加上字母或汉字。"

    def get_help_text(self) -> str:
        """The rule."""
        return "不能全是数字。"


class UnlikeThePerson(django_rules.UserAttributeSimilarityValidator):
    """Not much like the user name or the person's name."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("username", "name"))

    def get_error_message(self) -> str:
        """Why it is refused."""
        return "密码和账号或姓名太相近，容易被猜到。请换一个。"

    def get_help_text(self) -> str:
        """The rule."""
        return "不能和账号、姓名相近。"
