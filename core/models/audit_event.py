"""The trail: who did what, when, with which values before and after."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Named questions about the trail."""

    def of(self, target: models.Model) -> "AuditEventQuerySet":
        """The history of one row, newest first. Reach is the row's: ask for the row through ``visible_to`` first."""
        return self.filter(target_type=target._meta.label_lower, target_id=target.pk).order_by("-pk")

    def visible_to(self, user: Any) -> "AuditEventQuerySet":
        """The whole trail for the auditor, nothing for others: they read the history of rows they may see."""
        return self if user.is_authenticated and user.special_role == "auditor" else self.none()


class AuditEvent(models.Model):
    """One act of one person, or of the portal itself (``actor`` empty), written in the act's own transaction.

    ``before`` and ``after`` hold the changed fields only, as text people can read. Rows are added, never changed.
    """

    at = models.DateTimeField("时间")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="操作人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    actor_label = models.CharField("操作人姓名", max_length=80, blank=True)
    actor_unit = models.CharField("所在单位", max_length=80, blank=True)
    action = models.CharField("动作", max_length=60)
    target_type = models.CharField("对象类别", max_length=60)
    target_id = models.BigIntegerField("对象编号")
    target_label = models.CharField("对象", max_length=200, blank=True)
    before = models.JSONField("之前", default=dict, blank=True)
    after = models.JSONField("之后", default=dict, blank=True)
    reason = models.CharField("原因", max_length=500, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = "操作记录"
        verbose_name_plural = "操作记录"
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            # A detail page reads the history of one row.
            models.Index(fields=["target_type", "target_id", "-id"], name="audit_event_by_target"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_label} {self.action} {self.target_label}"

    @property
    def action_label(self) -> str:
        """The act as a Chinese verb."""
        return action_label(self.action)


ACTION_LABELS = {
    "account.create": "建立账号",
    "account.login": "登录",
    "account.add_post": "增加任职",
    "account.end_post": "结束任职",
    "contact_visit.create": "记联系情况",
    "create": "录入",
    "edit": "修改",
    "submit": "提交",
    "withdraw": "撤回",
    "confirm": "确认",
    "return": "退回",
    "void": "登记作废",
    "dissolve": "注销",
    "leave": "离任",
    "resume": "恢复在任",
    "transfer": "转移",
    "import": "批量录入",
    "undo_import": "撤销导入",
    "export": "导出",
    "merge": "合并",
    "unmerge": "撤销合并",
    "move": "转移",
    "declare_distinct": "认定不是同一家",
    "withdraw_distinct": "撤回“不是同一家”的认定",
    "add_former_name": "增加曾用名",
    "record_step": "登记成立步骤",
    "rate": "评定作用发挥",
    "name_difficulty": "登记困难",
    "promise_help": "答应帮助",
    "give_help": "给了帮助",
    "settle_help": "困难解决",
    "clear_step": "取消成立步骤",
    "remove_former_name": "删去曾用名",
    "lookup": "按代码查看外单位企业",
    "report": "向持有单位反映",
    "settle": "处理反映",
    "disable": "停用",
    "enable": "启用",
    "reset_password": "重设密码",
    "change_password": "修改密码",
    "recompute": "重新计算",
    "load": "载入",
    "delete_draft": "删除草稿",
    "attachment.upload": "上传附件",
    "attachment.attach": "添加附件",
    "attachment.remove": "删去附件",
    "attachment.expire": "清理没有用上的附件",
}


def action_label(action: str) -> str:
    """The Chinese verb of an action: its own, else that of its last word."""
    return ACTION_LABELS.get(action) or ACTION_LABELS.get(action.rpartition(".")[2], action)
