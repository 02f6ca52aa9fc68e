"""Indexes of mostly empty columns hold only what is there; none for what nothing is looked up by. Each costs every import."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0007_enterprise_code_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='enterprise',
            name='enterprise_credit_code_unique',
        ),
        migrations.RemoveConstraint(
            model_name='enterprise',
            name='enterprise_organization_code_unique',
        ),
        migrations.RemoveConstraint(
            model_name='enterprise',
            name='enterprise_registration_number_unique',
        ),
        migrations.AlterField(
            model_name='castorganization',
            name='confirmed_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人'),
        ),
        migrations.AlterField(
            model_name='contactperson',
            name='confirmed_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人'),
        ),
        migrations.AlterField(
            model_name='enterprise',
            name='confirmed_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人'),
        ),
        migrations.AlterField(
            model_name='enterprise',
            name='park',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enterprises', to='orgs.park', verbose_name='所在园区'),
        ),
        migrations.AlterField(
            model_name='importeffect',
            name='batch',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='effects', to='orgs.importbatch', verbose_name='导入'),
        ),
        migrations.AlterField(
            model_name='importrow',
            name='batch',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='orgs.importbatch', verbose_name='导入'),
        ),
        migrations.AlterField(
            model_name='park',
            name='confirmed_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人'),
        ),
        migrations.AddIndex(
            model_name='enterprise',
            index=models.Index(condition=models.Q(('park__isnull', False)), fields=['park'], name='enterprise_by_park'),
        ),
        migrations.AddConstraint(
            model_name='enterprise',
            constraint=models.UniqueConstraint(condition=models.Q(('credit_code__isnull', False), models.Q(('state', 'voided'), _negated=True)), fields=('credit_code',), name='enterprise_credit_code_unique', violation_error_message='这个统一社会信用代码已经登记过。'),
        ),
        migrations.AddConstraint(
            model_name='enterprise',
            constraint=models.UniqueConstraint(condition=models.Q(('organization_code__isnull', False), models.Q(('state', 'voided'), _negated=True)), fields=('organization_code',), name='enterprise_organization_code_unique', violation_error_message='这个组织机构代码已经登记过。'),
        ),
        migrations.AddConstraint(
            model_name='enterprise',
            constraint=models.UniqueConstraint(condition=models.Q(('registration_number__isnull', False), models.Q(('state', 'voided'), _negated=True)), fields=('registration_number',), name='enterprise_registration_number_unique', violation_error_message='这个注册号已经登记过。'),
        ),
    ]
