# SPDX-License-Identifier: AGPL-3.0-or-later

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0001_initial'),
        ('triage', '0003_lent'),
    ]

    operations = [
        migrations.AddField(
            model_name='tokendecision',
            name='unit_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AlterField(
            model_name='tokendecision',
            name='report',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='token_decisions', to='reports.report'),
        ),
    ]
