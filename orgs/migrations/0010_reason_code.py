"""Why an enterprise has no organisation is one of a closed list, so that it can be counted; the text stays beside it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0009_founding_steps'),
    ]

    operations = [
        migrations.AddField(
            model_name='enterprise',
            name='reason_code',
            field=models.CharField(blank=True, choices=[('unaware', '负责人不了解科协工作'), ('few_technicians', '科技人员少'), ('preparing', '正在筹备'), ('restructuring', '改制、停产或搬迁'), ('other_body', '已有技术协会等类似组织'), ('no_staff', '没有专人负责'), ('no_funds', '缺少经费'), ('upper_undecided', '上级单位或集团未同意'), ('other', '其他')], default='', max_length=20, verbose_name='未建原因'),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='enterprise',
            name='no_organization_reason',
            field=models.CharField(blank=True, max_length=300, verbose_name='未建原因说明'),
        ),
    ]
