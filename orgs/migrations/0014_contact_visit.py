"""Talks with enterprises: who, when, how, what was said, what is next."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0013_contact_succession'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ContactVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visited_on', models.DateField(verbose_name='联系日期')),
                ('means', models.CharField(choices=[('phone', '电话'), ('visit', '走访'), ('meeting', '座谈会'), ('other', '其他')], default='phone', max_length=10, verbose_name='方式')),
                ('said', models.CharField(max_length=500, verbose_name='谈了什么')),
                ('wish_before', models.CharField(blank=True, choices=[('willing', '愿意'), ('later', '暂不'), ('unwilling', '不愿意')], max_length=10, verbose_name='原来的意愿')),
                ('wish_after', models.CharField(blank=True, choices=[('willing', '愿意'), ('later', '暂不'), ('unwilling', '不愿意')], max_length=10, verbose_name='现在的意愿')),
                ('next_step', models.CharField(blank=True, max_length=100, verbose_name='下一步')),
                ('next_on', models.DateField(blank=True, null=True, verbose_name='下一步日期')),
                ('followed_at', models.DateTimeField(blank=True, null=True, verbose_name='已接着联系')),
                ('created_at', models.DateTimeField(verbose_name='记录时间')),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='visits', to='orgs.contactperson', verbose_name='联系人')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='联系的人')),
                ('enterprise', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='orgs.enterprise', verbose_name='企业')),
            ],
            options={
                'verbose_name': '联系记录',
                'verbose_name_plural': '联系记录',
                'ordering': ['-visited_on', '-pk'],
                'indexes': [models.Index(fields=['enterprise', '-visited_on', '-id'], name='contact_visit_by_enterprise'), models.Index(condition=models.Q(('followed_at', None), ('next_on__isnull', False)), fields=['next_on', 'enterprise'], name='contact_visit_open_steps')],
                'constraints': [models.CheckConstraint(condition=models.Q(('said', ''), _negated=True), name='contact_visit_says_something', violation_error_message='请写明谈了什么。'), models.CheckConstraint(condition=models.Q(('means__in', ['phone', 'visit', 'meeting', 'other'])), name='contact_visit_means_known', violation_error_message='请选择联系方式。'), models.CheckConstraint(condition=models.Q(('next_on', None), ('next_on__gte', models.F('visited_on')), _connector='OR'), name='contact_visit_next_after', violation_error_message='下一步的日期不能早于联系日期。'), models.CheckConstraint(condition=models.Q(models.Q(('next_on', None), ('next_step', '')), models.Q(('next_on__isnull', False), models.Q(('next_step', ''), _negated=True)), _connector='OR'), name='contact_visit_step_with_day', violation_error_message='下一步和它的日期要一起填。')],
            },
        ),
    ]
