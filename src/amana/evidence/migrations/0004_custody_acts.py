# SPDX-License-Identifier: AGPL-3.0-or-later

import amana.kernel.ids
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0001_initial'),
        ('evidence', '0003_upload'),
        ('reports', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='HandIn',
            fields=[
                ('id', models.UUIDField(default=amana.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('officer_id', models.UUIDField()),
                ('return_by', models.DateField(null=True)),
                ('returned_at', models.DateTimeField(null=True)),
                ('returned_by', models.UUIDField(null=True)),
                ('sealed', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.UUIDField(default=amana.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('sealed_reason', models.BinaryField()),
                ('officer_id', models.UUIDField()),
                ('since', models.DateTimeField()),
                ('lifted_by', models.UUIDField(null=True)),
                ('until', models.DateTimeField(null=True)),
                ('sealed_lifting', models.BinaryField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Shred',
            fields=[
                ('id', models.UUIDField(default=amana.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('basis', models.CharField(choices=[('court_order', 'Court Order'), ('prosecutor_order', 'Prosecutor Order'), ('retention_ended', 'Retention Ended'), ('request_of_the_person', 'Request Of The Person'), ('never_lawful', 'Never Lawful')], max_length=24)),
                ('article', models.CharField(max_length=120)),
                ('sealed_reason', models.BinaryField(null=True)),
                ('asked_by', models.UUIDField()),
                ('asked_at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('open', 'Open'), ('done', 'Done'), ('declined', 'Declined')], default='open', max_length=8)),
                ('decided_by', models.UUIDField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('erased_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ToolImport',
            fields=[
                ('id', models.UUIDField(default=amana.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('officer_id', models.UUIDField()),
                ('listed', models.PositiveIntegerField()),
                ('matched', models.PositiveIntegerField()),
                ('differing', models.PositiveIntegerField()),
                ('sealed', models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name='evidenceitem',
            name='damaged_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='evidenceitem',
            name='shred_basis',
            field=models.CharField(blank=True, max_length=24),
        ),
        migrations.AddField(
            model_name='evidenceitem',
            name='shredded_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='evidenceitem',
            name='verified_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='evidenceitem',
            index=models.Index(condition=models.Q(('report__isnull', False), ('shredded_at__isnull', True)), fields=['verified_at'], name='evidence_item_to_verify'),
        ),
        migrations.AddConstraint(
            model_name='evidenceitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('shred_basis', ''), ('shredded_at__isnull', True)), models.Q(('shredded_at__isnull', False), models.Q(('shred_basis', ''), _negated=True)), _connector='OR'), name='evidence_item_shredded_on_a_basis'),
        ),
        migrations.AddField(
            model_name='handin',
            name='agency',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='handin',
            name='report',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hand_ins', to='reports.report'),
        ),
        migrations.AddField(
            model_name='hold',
            name='agency',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='hold',
            name='item',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='holds', to='evidence.evidenceitem'),
        ),
        migrations.AddField(
            model_name='hold',
            name='report',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holds', to='reports.report'),
        ),
        migrations.AddField(
            model_name='shred',
            name='agency',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='shred',
            name='item',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='shreds', to='evidence.evidenceitem'),
        ),
        migrations.AddField(
            model_name='shred',
            name='report',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shreds', to='reports.report'),
        ),
        migrations.AddField(
            model_name='toolimport',
            name='agency',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='toolimport',
            name='item',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tool_imports', to='evidence.evidenceitem'),
        ),
        migrations.AddField(
            model_name='toolimport',
            name='report',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tool_imports', to='reports.report'),
        ),
        migrations.AddConstraint(
            model_name='handin',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('returned_at__isnull', True), ('returned_by__isnull', True)), models.Q(('returned_at__isnull', False), ('returned_by__isnull', False)), _connector='OR'), name='evidence_hand_in_returned_whole'),
        ),
        migrations.AddIndex(
            model_name='hold',
            index=models.Index(condition=models.Q(('until__isnull', True)), fields=['report'], name='evidence_hold_live'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lifted_by__isnull', True), ('sealed_lifting__isnull', True), ('until__isnull', True)), models.Q(('lifted_by__isnull', False), ('sealed_lifting__isnull', False), ('until__isnull', False)), _connector='OR'), name='evidence_hold_lifted_whole'),
        ),
        migrations.AddIndex(
            model_name='shred',
            index=models.Index(condition=models.Q(('erased_at__isnull', True), ('outcome', 'done')), fields=['decided_at'], name='evidence_shred_to_finish'),
        ),
        migrations.AddConstraint(
            model_name='shred',
            constraint=models.CheckConstraint(condition=models.Q(('basis__in', ['court_order', 'prosecutor_order', 'retention_ended', 'request_of_the_person', 'never_lawful'])), name='evidence_shred_basis'),
        ),
        migrations.AddConstraint(
            model_name='shred',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('outcome', 'open')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('outcome__in', ['done', 'declined'])), _connector='OR'), name='evidence_shred_decided_whole'),
        ),
        migrations.AddConstraint(
            model_name='shred',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'done'), _negated=True), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='evidence_shred_second_person'),
        ),
        migrations.AddConstraint(
            model_name='shred',
            constraint=models.UniqueConstraint(condition=models.Q(('item__isnull', True), ('outcome', 'open')), fields=('report',), name='evidence_shred_report_once'),
        ),
        migrations.AddConstraint(
            model_name='shred',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'open')), fields=('item',), name='evidence_shred_item_once'),
        ),
        migrations.AddConstraint(
            model_name='toolimport',
            constraint=models.CheckConstraint(condition=models.Q(('listed__gte', django.db.models.expressions.CombinedExpression(models.F('matched'), '+', models.F('differing'))), ('listed__gte', 1)), name='evidence_import_counts'),
        ),
    ]
