"""Print the figures of a day."""

import argparse
import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from core.exceptions import DomainError
from core.formats import date_text, time_text
from orgs.models import Office
from orgs.validators.dates import parse_date
from orgs.validators.errors import DateError
from quotas.models import Snapshot
from quotas.selectors.goals import Goals, goals_of_year
from quotas.selectors.report import Line, coverage_report
from quotas.services.snapshots import compute_snapshot

HQ_CODE = "000000"


class Command(BaseCommand):
    """``manage.py coverage 2014 --on 2014-10-31 --json --office 440000 --recompute``."""

    help = "列出一个科协截至某日的各项指标；这一天没有数字时先计算"

    def add_arguments(self, parser: CommandParser) -> None:
        """Year of the plan, day, office, form."""
        parser.formatter_class = argparse.ArgumentDefaultsHelpFormatter
        parser.add_argument("year", type=int, help="方案年度，如 2014")
        parser.add_argument(
            "--on", default=None, help="截至日，如 2014-10-31；不写为今天，今天不在方案年度内时为年末"
        )
        parser.add_argument("--office", default=HQ_CODE, help="科协代码")
        parser.add_argument("--json", action="store_true", help="输出 JSON")
        parser.add_argument("--recompute", action="store_true", help="已有数字也重新计算")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find the plan, the day and the office; compute; print."""
        goals = goals_of_year(options["year"])
        if goals is None:
            raise CommandError(f"没有 {options['year']} 年的实施方案。请先用 load_plan 载入方案文件。")
        on = _day(options["on"], goals)
        office = Office.objects.filter(code=options["office"]).first()
        if office is None:
            raise CommandError(
                f"没有代码为 {options['office']} 的科协。代码是六位数字，如 440000 是广东省科协。"
            )
        try:
            snapshot = compute_snapshot(plan=goals.plan, on=on, force=options["recompute"])
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        lines = coverage_report(office=office, goals=goals, snapshot=snapshot)
        if options["json"]:
            self.stdout.write(
                json.dumps(_document(office, goals, snapshot, lines), ensure_ascii=False, indent=2)
            )
        else:
            self._print_table(office, goals, snapshot, lines)

    def _print_table(self, office: Office, goals: Goals, snapshot: Snapshot, lines: list[Line]) -> None:
        computed = f"{date_text(snapshot.computed_at)} {time_text(snapshot.computed_at)}"
        self.stdout.write(f"{office.name}，{goals.plan.year} 年方案，截至 {snapshot.on}（{computed} 计算）")
        for line in lines:
            self.stdout.write(f"  {line.title}：{_sentence(line)}")


def _day(text: str | None, goals: Goals) -> dt.date:
    """The day asked for; a day before the plan's year has no figures of it."""
    plan = goals.plan
    if text is None:
        today = clock.business_today()
        return today if today.year == plan.year else plan.ends_on
    try:
        day = parse_date(text)
    except DateError as refusal:
        raise CommandError(f"--on：{refusal}") from refusal
    if day < plan.starts_on:
        raise CommandError(
            f"--on：{day} 早于 {plan.year} 年方案的开始（{plan.starts_on}）。请给出这一天或以后的日期。"
        )
    return day


def _sentence(line: Line) -> str:
    if line.key == "enterprise_coverage":
        return line.note
    words = [f"{line.numerator:,} {line.unit}"]
    if line.denominator is not None:
        words = [f"{line.rate_text or '暂无数字'}（{line.numerator:,} / {line.denominator:,} {line.unit}）"]
    if line.target is not None:
        words.append(f"{'全国目标' if line.target_is_reference else '目标'} {line.target}")
    if line.attainment is not None:
        words.append(
            f"完成 {line.attainment}，{'已达到' if line.attained else f'还差 {line.missing:,} {line.unit}'}"
        )
    if line.pending:
        words.append(f"待确认 {line.pending:,} {line.unit}")
    if line.note:
        words.append(line.note)
    return "，".join(words)


def _document(office: Office, goals: Goals, snapshot: Snapshot, lines: list[Line]) -> dict[str, Any]:
    plan = goals.plan
    return {
        "year": plan.year,
        "on": snapshot.on.isoformat(),
        "office": {"code": office.code, "name": office.name},
        "plan": {"title": plan.title, "document_number": plan.document_number},
        "computed_at": snapshot.computed_at.isoformat() if snapshot.computed_at else None,
        "indicators": [line.as_json() for line in lines],
    }
