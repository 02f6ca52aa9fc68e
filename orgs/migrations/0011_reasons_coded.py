"""Codes the reasons that were entered as text, by what they say; what says nothing known becomes 其他 with its text.

The same with what an undoing would put back: of mergers, and of imports; and with rows of files that wait to be written.
"""

from django.db import migrations

from orgs.validators.reasons import read_reason

TEXT, CODE = 'no_organization_reason', 'reason_code'
AT_ONCE = 2_000


def coded(values):
    """Stored values of an enterprise with the reason coded. None when they say nothing of it, or have a code."""
    if TEXT not in values or CODE in values:
        return None
    code, text = read_reason(values[TEXT] or '')
    return {**values, CODE: code, TEXT: text}


def code_reasons(apps, _schema_editor):
    Enterprise = apps.get_model('orgs', 'Enterprise')
    waiting = Enterprise.objects.exclude(**{TEXT: ''}).filter(**{CODE: ''}).only('pk', TEXT).order_by('pk')
    part = []
    for enterprise in waiting.iterator(chunk_size=AT_ONCE):
        enterprise.reason_code, enterprise.no_organization_reason = read_reason(enterprise.no_organization_reason)
        part.append(enterprise)
        if len(part) == AT_ONCE:
            Enterprise.objects.bulk_update(part, [CODE, TEXT])
            part = []
    Enterprise.objects.bulk_update(part, [CODE, TEXT])


def code_kept_values(apps, _schema_editor):
    for name, column in (('ImportRow', 'values'), ('ImportEffect', 'before')):
        model = apps.get_model('orgs', name)
        found = model.objects.filter(**{f'{column}__has_key': TEXT}).only('pk', column).order_by('pk')
        part = []
        for row in found.iterator(chunk_size=AT_ONCE):
            values = coded(getattr(row, column))
            if values is not None:
                setattr(row, column, values)
                part.append(row)
        model.objects.bulk_update(part, [column], batch_size=500)
    for merger in apps.get_model('orgs', 'Merger').objects.order_by('pk'):
        for side in (merger.before, merger.after):
            for key in ('kept', 'absorbed'):
                if isinstance(side.get(key), dict):
                    side[key] = coded(side[key]) or side[key]
        merger.save(update_fields=['before', 'after'])


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0010_reason_code'),
    ]

    operations = [
        migrations.RunPython(code_reasons, migrations.RunPython.noop),
        migrations.RunPython(code_kept_values, migrations.RunPython.noop),
    ]
