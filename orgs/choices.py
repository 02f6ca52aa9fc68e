"""The closed lists of the registry, with the notice's own words."""

from django.db import models


class DivisionLevel(models.TextChoices):
    """Levels of GB/T 2260."""

    PROVINCE = "province", "省级"
    PREFECTURE = "prefecture", "地级"
    COUNTY = "county", "县级"


class OfficeLevel(models.TextChoices):
    """Levels of the reporting tree. A county may hang directly under its province."""

    HQ = "hq", "全国"
    PROVINCE = "province", "省级"
    PREFECTURE = "prefecture", "市级"
    COUNTY = "county", "县级"

    @property
    def rank(self) -> int:
        """0 at HQ, growing downwards."""
        return list(OfficeLevel).index(self)


class Role(models.TextChoices):
    """What a post lets a person do in the subtree of its office (DESIGN §4)."""

    VIEWER = "viewer", "查看"
    CLERK = "clerk", "经办"
    REVIEWER = "reviewer", "审核"
    LEADER = "leader", "负责人"
    OFFICE_ADMIN = "office_admin", "账号管理员"


class RecordState(models.TextChoices):
    """States of a registry record (DESIGN §3)."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待确认"
    CONFIRMED = "confirmed", "已确认"
    RETURNED = "returned", "已退回"
    VOIDED = "voided", "已作废"


EDITABLE_STATES = (RecordState.DRAFT, RecordState.RETURNED)
LIVE_STATES = (RecordState.SUBMITTED, RecordState.CONFIRMED)


def state_rank(state: str) -> int:
    """How far a record has come: 2 confirmed, 1 submitted, 0 in the clerk's hands, -1 voided."""
    if state == RecordState.VOIDED:
        return -1
    return LIVE_STATES.index(RecordState(state)) + 1 if state in LIVE_STATES else 0


class OrganizationKind(models.TextChoices):
    """What hosts a CAST organisation."""

    ENTERPRISE = "enterprise", "企业科协"
    PARK = "park", "园区科协"


class ParkKind(models.TextChoices):
    """Kinds of development zones."""

    HITECH = "hitech", "高新区"
    ECONOMIC = "economic", "经开区"
    OTHER = "other", "其他"


class ParkGrade(models.TextChoices):
    """Grades of development zones. Only national ones enter the 40 % target."""

    NATIONAL = "national", "国家级"
    PROVINCIAL = "provincial", "省级"
    OTHER = "other", "其他"


class EnterpriseSize(models.TextChoices):
    """Size classes of the statistical standard."""

    LARGE = "large", "大型"
    MEDIUM = "medium", "中型"
    SMALL = "small", "小型"
    MICRO = "micro", "微型"


class LeaderWish(models.TextChoices):
    """Whether the enterprise's leader wants a CAST organisation."""

    WILLING = "willing", "愿意"
    LATER = "later", "暂不"
    UNWILLING = "unwilling", "不愿意"


class NoOrganizationReason(models.TextChoices):
    """Why an enterprise or park has no CAST organisation: countable, with a text beside it (notice, 三（一）)."""

    UNAWARE = "unaware", "负责人不了解科协工作"
    FEW_TECHNICIANS = "few_technicians", "科技人员少"
    PREPARING = "preparing", "正在筹备"
    RESTRUCTURING = "restructuring", "改制、停产或搬迁"
    OTHER_BODY = "other_body", "已有技术协会等类似组织"
    NO_STAFF = "no_staff", "没有专人负责"
    NO_FUNDS = "no_funds", "缺少经费"
    UPPER_UNDECIDED = "upper_undecided", "上级单位或集团未同意"
    OTHER = "other", "其他"


class VisitMeans(models.TextChoices):
    """How an office spoke with an enterprise."""

    PHONE = "phone", "电话"
    VISIT = "visit", "走访"
    MEETING = "meeting", "座谈会"
    OTHER = "other", "其他"


class OrganizationEffect(models.TextChoices):
    """How well a CAST organisation works, in the words of the notice (作用发挥)."""

    GOOD = "good", "较好"
    ORDINARY = "ordinary", "一般"
    WEAK = "weak", "不明显"


class DifficultyKind(models.TextChoices):
    """What keeps a CAST organisation from working well (notice, 三（二）1)."""

    NO_STAFF = "no_staff", "没有专人负责"
    NO_FUNDS = "no_funds", "缺少活动经费"
    LEADERS = "leaders", "企业负责人不重视"
    FEW_ACTIVITIES = "few_activities", "很少开展活动"
    MEMBERS = "members", "会员流失或名册不清"
    TERM = "term", "没有按期换届"
    RESTRUCTURING = "restructuring", "改制、搬迁或停产"
    OTHER = "other", "其他"


# Enterprise types overlap: one boolean column each. Order and words of the notice.
ENTERPRISE_TYPES = (
    ("is_state_owned", "国有大中型"),
    ("is_private", "民营"),
    ("is_tech_sme", "科技型中小"),
    ("is_industry", "行业企业"),
    ("is_other_type", "其他"),
)

# Short reasons of the review queue; the text beside them is free.
RETURN_REASONS = (
    ("no_approval", "缺批复文件或文号有误"),
    ("duplicate", "与已有记录重复"),
    ("wrong_date", "日期与文件不符"),
    ("wrong_holder", "所在区划或持有单位有误"),
    ("incomplete", "内容不全"),
    ("other", "其他"),
)


class ImportState(models.TextChoices):
    """Where the import of one file stands."""

    READING = "reading", "读取中"
    COLUMNS = "columns", "待核对列"
    READY = "ready", "待确认"
    WRITING = "writing", "写入中"
    DONE = "done", "已导入"
    UNDOING = "undoing", "撤销中"
    UNDONE = "undone", "已撤销"
    CANCELLED = "cancelled", "已放弃"
    FAILED = "failed", "未能读取"


class RowOutcome(models.TextChoices):
    """What a row of a file would do to the registry."""

    NEW = "new", "新增"
    CHANGED = "changed", "有变化"
    UNCHANGED = "unchanged", "无变化"
    ALIKE = "alike", "疑似重复"
    REPEATED = "repeated", "文件内重复"
    REFUSED = "refused", "不能导入"


class RowChoice(models.TextChoices):
    """What to do with a row: what was decided for it alone, else for all rows of its outcome."""

    ADD = "add", "登记为新记录"
    UPDATE = "update", "更新已有记录"
    SKIP = "skip", "略过"


class EffectAction(models.TextChoices):
    """What the import did with a row it was to write."""

    CREATED = "created", "已新增"
    UPDATED = "updated", "已更新"
    UNCHANGED = "unchanged", "无变化"
    REFUSED = "refused", "未写入"


class FoundingStep(models.TextChoices):
    """The steps by which an organisation is founded, in their order: standard and procedure (notice, 三（二）2)."""

    PREPARATION = "preparation", "成立筹备组"
    APPLICATION = "application", "提出申请"
    CHARTER = "charter", "起草章程、确定会员"
    APPROVAL = "approval", "上级科协批复"
    MEETING = "meeting", "召开成立大会"

    @property
    def expected(self) -> str:
        """What the step consists of, for who does it for the first time."""
        return _EXPECTED[self.value]

    @property
    def slot(self) -> str:
        """Where its papers hang on the organisation. An approval has one place, whoever asks for it."""
        return OrganizationSlot.APPROVAL.value if self == FoundingStep.APPROVAL else f"founding.{self.value}"


_EXPECTED = {
    "preparation": "企业或园区同意建科协，定下筹备组组长和成员。附：同意成立的决定或会议纪要",
    "application": "向所属科协提出成立申请。附：成立申请",
    "charter": "起草章程草案，征集会员，形成会员名单。附：章程草案、会员名单",
    "approval": "所属科协批复同意，记下批复文号。附：批复文件",
    "meeting": "召开会员大会或代表大会，通过章程，选出主席和秘书长。附：大会纪要、选举结果、照片",
}


class OrganizationSlot(models.TextChoices):
    """What may hang on a CAST organisation."""

    APPROVAL = "approval", "批复文件"
