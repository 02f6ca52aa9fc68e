"""A reason has its code and 其他 its words; wishes and reasons are counted from one index."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0011_reasons_coded'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='enterprise',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason_code', ''), ('no_organization_reason', '')), models.Q(models.Q(('reason_code', ''), _negated=True), models.Q(models.Q(('reason_code', 'other'), _negated=True), models.Q(('no_organization_reason', ''), _negated=True), _connector='OR')), _connector='OR'), name='enterprise_reason_coded', violation_error_message='未建原因须选一项；选“其他”时请写明原因。'),
        ),
        migrations.AddIndex(
            model_name='enterprise',
            index=models.Index(fields=['state', 'office', 'leader_wish', 'reason_code', 'dissolved_on', 'is_state_owned', 'is_private', 'is_tech_sme', 'is_industry', 'is_other_type'], name='enterprise_wish'),
        ),
    ]
