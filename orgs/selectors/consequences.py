"""What merging two registrations does to the figures and to what hangs on them, in sentences for the page."""

from orgs.choices import RecordState
from orgs.models import CastOrganization, ContactPerson
from orgs.selectors.comparison import Comparison


def consequences(pair: Comparison) -> list[str]:
    """The sentences that are true of this pair, most telling first. Asks nothing of the database."""
    return [
        *_holder(pair),
        *_organizations(pair),
        *_contacts(pair),
        *_names(pair),
        *_waiting(pair),
    ]


def _holder(pair: Comparison) -> list[str]:
    kept, absorbed = pair.kept.office, pair.absorbed.office
    said = []
    moving = [row for row in pair.of(pair.absorbed) if row.state != RecordState.VOIDED]
    if kept.pk != absorbed.pk and moving:
        said.append(
            f"转入的记录在任何一天都计入{kept.short_name}，不再计入{absorbed.short_name}，以前各日也是。"
        )
    former = [
        holding.office.short_name
        for holding in pair.past_holdings
        if holding.enterprise_id == pair.absorbed.pk
    ]
    if former:
        said.append(f"并入的登记曾由{'、'.join(dict.fromkeys(former))}持有，这一段不带过来。")
    return said


def _organizations(pair: Comparison) -> list[str]:
    """Founded at an enterprise that, taken together, had one before: 重建, not new."""
    standing = [
        row
        for row in pair.dependents
        if isinstance(row, CastOrganization) and row.state != RecordState.VOIDED
    ]
    in_clash = {
        row.pk for clash in pair.clashes if not clash.is_of_contacts for row in (*clash.kept, *clash.absorbed)
    }
    said = []
    for row in standing:
        if row.pk in in_clash:
            continue
        earlier = [
            other for other in standing if other.is_confirmed and other.established_on < row.established_on
        ]
        if earlier and all(other.enterprise_id != row.enterprise_id for other in earlier):
            said.append(
                f"“{row.name}”（{row.established_on} 成立）之前已有“{earlier[0].name}”，合并后计为重建，不计入新建。"
            )
    return said


def _contacts(pair: Comparison) -> list[str]:
    contacts = [
        row for row in pair.dependents if isinstance(row, ContactPerson) and row.state != RecordState.VOIDED
    ]
    organizations = [row for row in pair.dependents if isinstance(row, CastOrganization) and row.is_confirmed]
    said = []
    beside = 0
    for contact in contacts:
        day = contact.established_on
        standing = [
            one
            for one in organizations
            if one.established_on <= day and (one.dissolved_on is None or one.dissolved_on > day)
        ]
        if standing and all(one.enterprise_id != contact.enterprise_id for one in standing):
            beside += 1
    if beside:
        said.append(
            f"{beside} 名联系人建立时另一边已有企业科协，合并后不计入联系人制度；联系人和建立日期保留不变。"
        )
    sides = {row.enterprise_id for row in contacts if row.is_confirmed}
    if len(sides) > 1:
        said.append("两边的联系人合并后按一家企业计一次。")
    return said


def _names(pair: Comparison) -> list[str]:
    if pair.kept.name_key == pair.absorbed.name_key:
        return []
    return ["没有选用的企业名称记为曾用名，以后按它也能找到这家企业。"]


def _waiting(pair: Comparison) -> list[str]:
    if pair.kept.is_confirmed:
        return []
    state = pair.kept.get_state_display()
    return [f"合并不等于确认：保留的登记仍是“{state}”。"]
