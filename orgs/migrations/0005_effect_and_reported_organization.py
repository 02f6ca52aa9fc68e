"""Two facts offices keep in their lists: how well an organisation works, and that a park says it has one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orgs", "0004_merging_enterprises")]

    operations = [
        migrations.AddField(
            model_name="castorganization",
            name="effect",
            field=models.CharField(
                blank=True,
                choices=[("good", "较好"), ("ordinary", "一般"), ("weak", "不明显")],
                default="",
                max_length=10,
                verbose_name="作用发挥",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="park",
            name="has_reported_organization",
            field=models.BooleanField(default=False, verbose_name="已报建园区科协"),
        ),
    ]
