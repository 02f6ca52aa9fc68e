"""Duplicate enterprises: mergers, pairs declared to be two, and an index to find those that meet by the inner code."""

import django.db.models.deletion
import orgs.models.enterprise
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0003_former_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="enterprise",
            index=models.Index(
                orgs.models.enterprise.InnerCode("credit_code"),
                condition=models.Q(
                    ("credit_code__isnull", False),
                    models.Q(
                        ("organization_code", None),
                        models.Q(
                            ("organization_code", orgs.models.enterprise.InnerCode("credit_code")),
                            _negated=True,
                        ),
                        _connector="OR",
                    ),
                ),
                name="enterprise_inner_code_apart",
            ),
        ),
        migrations.CreateModel(
            name="DistinctPair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("declared_at", models.DateTimeField(verbose_name="认定时间")),
                (
                    "declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="认定人",
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orgs.enterprise",
                        verbose_name="企业",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orgs.enterprise",
                        verbose_name="另一家企业",
                    ),
                ),
            ],
            options={
                "verbose_name": "不是同一家",
                "verbose_name_plural": "不是同一家",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))),
                        name="distinct_pair_in_order",
                        violation_error_message="两家企业应各是一家。",
                    ),
                    models.UniqueConstraint(
                        fields=("first", "second"),
                        name="distinct_pair_once",
                        violation_error_message="这两家已经认定不是同一家。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Merger",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("merged_at", models.DateTimeField(verbose_name="合并时间")),
                ("before", models.JSONField(default=dict, verbose_name="合并前")),
                ("after", models.JSONField(default=dict, verbose_name="合并后")),
                ("effects", models.JSONField(default=list, verbose_name="随之改变的记录")),
                ("kept_version", models.PositiveIntegerField(verbose_name="保留登记的版本")),
                ("absorbed_version", models.PositiveIntegerField(verbose_name="并入登记的版本")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                (
                    "absorbed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absorptions",
                        to="orgs.enterprise",
                        verbose_name="并入的登记",
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mergers",
                        to="orgs.enterprise",
                        verbose_name="保留的登记",
                    ),
                ),
                (
                    "merged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="合并人",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="撤销人",
                    ),
                ),
            ],
            options={
                "verbose_name": "企业合并",
                "verbose_name_plural": "企业合并",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kept", models.F("absorbed")), _negated=True),
                        name="merger_of_two",
                        violation_error_message="一家企业不能并入它自己。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)),
                        fields=("absorbed",),
                        name="merger_absorbed_once",
                        violation_error_message="这条登记已经并入另一家企业。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at", None), ("undone_by", None)),
                            models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="merger_undone_by_somebody",
                        violation_error_message="撤销合并应记下时间和撤销人。",
                    ),
                ],
            },
        ),
    ]
