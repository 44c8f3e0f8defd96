# SPDX-License-Identifier: AGPL-3.0-or-later

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('triage', '0002_links'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='sharedtoken',
            name='triage_muted_why',
        ),
        migrations.AddConstraint(
            model_name='sharedtoken',
            constraint=models.CheckConstraint(condition=models.Q(('muted__in', ['', 'spread', 'lent', 'known'])), name='triage_muted_why'),
        ),
    ]
