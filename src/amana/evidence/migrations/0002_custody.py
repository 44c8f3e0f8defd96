# SPDX-License-Identifier: AGPL-3.0-or-later

import amana.kernel.ids
import django.db.models.deletion
from django.db import migrations, models


def move_keys(apps, schema_editor):
    """Each item's key into the table of its own."""
    items, keys = apps.get_model("evidence", "EvidenceItem"), apps.get_model("evidence", "ItemKey")
    rows = items.objects.values_list("pk", "wrapped_key").iterator(chunk_size=500)
    keys.objects.bulk_create((keys(item_id=pk, wrapped=bytes(key)) for pk, key in rows), batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0001_initial'),
        ('evidence', '0001_initial'),
        ('journal', '0002_tile_key'),
        ('reports', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ItemKey',
            fields=[
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='key', serialize=False, to='evidence.evidenceitem')),
                ('wrapped', models.BinaryField()),
            ],
        ),
        migrations.RunPython(move_keys, migrations.RunPython.noop),
        migrations.RemoveField(model_name='evidenceitem', name='wrapped_key'),
        migrations.CreateModel(
            name='CustodyRecord',
            fields=[
                ('id', models.UUIDField(default=amana.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('sealed', models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name='evidenceitem',
            name='commitment',
            field=models.BinaryField(default=b'', max_length=32),
        ),
        migrations.AddField(
            model_name='evidenceitem',
            name='copy',
            field=models.CharField(choices=[('evidentiary', 'Evidentiary'), ('working', 'Working'), ('details', 'Details'), ('thumbnail', 'Thumbnail'), ('safe_view', 'Safe View'), ('cleaned', 'Cleaned'), ('text', 'Text')], default='evidentiary', max_length=12),
        ),
        migrations.AddField(
            model_name='evidenceitem',
            name='parent',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='derived_items', to='evidence.evidenceitem'),
        ),
        migrations.AddField(
            model_name='evidenceitem',
            name='source',
            field=models.CharField(choices=[('reporter', 'Reporter'), ('browser', 'Browser'), ('officer', 'Officer'), ('platform', 'Platform'), ('forensic', 'Forensic'), ('partner', 'Partner')], default='reporter', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='evidenceitem',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['reporter', 'browser', 'officer', 'platform', 'forensic', 'partner'])), name='evidence_item_source'),
        ),
        migrations.AddConstraint(
            model_name='evidenceitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('copy', 'evidentiary'), ('parent__isnull', True)), models.Q(('copy__in', ['working', 'details', 'thumbnail', 'safe_view', 'cleaned', 'text']), ('parent__isnull', False)), _connector='OR'), name='evidence_item_copy_has_its_original'),
        ),
        migrations.AddField(
            model_name='custodyrecord',
            name='agency',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='custodyrecord',
            name='event',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.event'),
        ),
        migrations.AddField(
            model_name='custodyrecord',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='custody', to='evidence.evidenceitem'),
        ),
        migrations.AddConstraint(
            model_name='custodyrecord',
            constraint=models.UniqueConstraint(fields=('item', 'number'), name='evidence_custody_once'),
        ),
        migrations.AddConstraint(
            model_name='custodyrecord',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='evidence_custody_from_one'),
        ),
    ]
