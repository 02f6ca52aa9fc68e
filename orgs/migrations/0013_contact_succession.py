"""A contact names the one it replaces and the day that one left."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0012_reasons_counted'),
    ]

    operations = [
        migrations.AddField(
            model_name='contactperson',
            name='replaces',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successors', to='orgs.contactperson', verbose_name='接替'),
        ),
        migrations.AddField(
            model_name='contactperson',
            name='replaced_left_on',
            field=models.DateField(blank=True, null=True, verbose_name='原联系人离任日期'),
        ),
        migrations.AddConstraint(
            model_name='contactperson',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('replaced_left_on', None), ('replaces', None)), models.Q(('replaced_left_on__isnull', False), ('replaces__isnull', False)), _connector='OR'), name='contact_replaces_with_day', violation_error_message='更换联系人须写明原联系人的离任日期。'),
        ),
        migrations.AddConstraint(
            model_name='contactperson',
            constraint=models.UniqueConstraint(condition=models.Q(('replaces__isnull', False), ('state__in', ['submitted', 'confirmed'])), fields=('replaces',), name='contact_one_successor', violation_error_message='这位联系人已有人接替，待确认或已确认。'),
        ),
        migrations.AddIndex(
            model_name='contactperson',
            index=models.Index(condition=models.Q(('replaces__isnull', False)), fields=['replaces'], name='contact_by_predecessor'),
        ),
    ]
