"""Former names of enterprises."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0002_enterprise_counting_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="曾用名")),
                ("name_key", models.CharField(editable=False, max_length=100, verbose_name="比对名")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_names",
                        to="orgs.enterprise",
                        verbose_name="企业",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "曾用名",
                "verbose_name_plural": "曾用名",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["name_key", "enterprise"], name="former_name_by_key")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enterprise", "name_key"),
                        name="former_name_once",
                        violation_error_message="这家企业已经登记过这个曾用名。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name_key", ""), _negated=True),
                        name="former_name_comparable",
                        violation_error_message="曾用名应有文字或数字。",
                    ),
                ],
            },
        ),
    ]
