# SPDX-License-Identifier: AGPL-3.0-or-later

import amana.kernel.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0001_initial'),
        ('reports', '0004_receipt_rule_again'),
        ('triage', '0004_mutes_of_units'),
    ]

    operations = [
        migrations.CreateModel(
            name='RiskDenial',
            fields=[
                ('id', models.UUIDField(default=amana.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('risk', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('officer_id', models.UUIDField()),
                ('sealed_reason', models.BinaryField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('undone_by', models.UUIDField(null=True)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='risk_denials', to='reports.report')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('undone_at__isnull', True), ('undone_by__isnull', True)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='triage_denial_undone_by_somebody'), models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('report', 'risk'), name='triage_risk_denied_once')],
            },
        ),
    ]
