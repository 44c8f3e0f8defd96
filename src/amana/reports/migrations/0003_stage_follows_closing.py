# SPDX-License-Identifier: AGPL-3.0-or-later

from django.db import migrations, models


def settle(apps, _schema_editor):
    """Two officers at once could leave a closed report in another stage: the closing is the fact."""
    reports = apps.get_model("reports", "Report").objects
    reports.filter(closed_at__isnull=False).exclude(stage="closed").update(stage="closed")
    reports.filter(closed_at__isnull=True, stage="closed").update(stage="in_progress")


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0001_initial'),
        ('reports', '0002_lean_indexes'),
    ]

    operations = [
        migrations.RunPython(settle, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), models.Q(('stage', 'closed'), _negated=True)), models.Q(('closed_at__isnull', False), ('stage', 'closed')), _connector='OR'), name='reports_stage_follows_closing'),
        ),
    ]
