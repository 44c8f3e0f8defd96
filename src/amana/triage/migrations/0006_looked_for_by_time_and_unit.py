# SPDX-License-Identifier: AGPL-3.0-or-later

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('triage', '0005_risk_denials'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='linkset',
            index=models.Index(fields=['linked_at'], name='triage_linked_at'),
        ),
        migrations.AddIndex(
            model_name='tokendecision',
            index=models.Index(fields=['unit_id', 'token'], name='triage_decision_of_unit'),
        ),
    ]
