# SPDX-License-Identifier: AGPL-3.0-or-later

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('triage', '0007_lean_indexes'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='linkset',
            index=models.Index(fields=['cluster', 'number'], name='triage_of_cluster'),
        ),
        migrations.AlterField(
            model_name='linkset',
            name='cluster',
            field=models.BigIntegerField(),
        ),
    ]
