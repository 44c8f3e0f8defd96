# SPDX-License-Identifier: AGPL-3.0-or-later

import secrets
from itertools import groupby

import amana.kernel.ids
import django.db.models.deletion
from django.db import migrations, models


KINDS = {"phone": 1, "email": 3, "handle": 5, "url": 7, "ip": 8, "iban": 9, "wallet": 10}


def carry_over(apps, schema_editor):
    """Exact tokens that were filed before go on linking; what else a set holds needs the words."""
    tokens = apps.get_model("triage", "IdentifierToken").objects.order_by("report_id")
    sets = apps.get_model("triage", "LinkSet").objects
    for report, rows in groupby(tokens.iterator(), key=lambda row: row.report_id):
        rows = list(rows)
        packed = b"".join(bytes([KINDS[row.kind]]) + bytes(row.token)[:8] for row in rows)
        number = secrets.randbits(63)
        sets.create(
            report_id=report,
            agency_id=rows[0].agency_id,
            number=number,
            key_version=rows[0].key_version,
            packed=packed,
            cluster=number,
        )


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0001_initial'),
        ('reports', '0001_initial'),
        ('triage', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='LinkToken',
            fields=[
                ('pk', models.CompositePrimaryKey('token', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                ('token', models.BigIntegerField()),
                ('number', models.BigIntegerField()),
                ('kind', models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='LinkDecision',
            fields=[
                ('id', models.UUIDField(default=amana.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('said', models.CharField(choices=[('together', 'Together'), ('apart', 'Apart')], max_length=8)),
                ('at', models.DateTimeField()),
                ('officer_id', models.UUIDField()),
                ('sealed_reason', models.BinaryField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('undone_by', models.UUIDField(null=True)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('one', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='link_decisions', to='reports.report')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reports.report')),
            ],
        ),
        migrations.CreateModel(
            name='LinkSet',
            fields=[
                ('report', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='link_set', serialize=False, to='reports.report')),
                ('agency_id', models.UUIDField()),
                ('number', models.BigIntegerField(unique=True)),
                ('key_version', models.PositiveSmallIntegerField()),
                ('packed', models.BinaryField()),
                ('cluster', models.BigIntegerField(db_index=True)),
                ('linked_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('linked_at__isnull', True)), fields=['report'], name='triage_not_linked')],
            },
        ),
        migrations.CreateModel(
            name='SharedToken',
            fields=[
                ('token', models.BigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.PositiveSmallIntegerField()),
                ('holders', models.PositiveIntegerField()),
                ('muted', models.CharField(blank=True, max_length=8)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('muted__in', ['', 'spread', 'known'])), name='triage_muted_why')],
            },
        ),
        migrations.CreateModel(
            name='TokenDecision',
            fields=[
                ('id', models.UUIDField(default=amana.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('token', models.BigIntegerField()),
                ('muted', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('officer_id', models.UUIDField()),
                ('sealed_reason', models.BinaryField()),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='token_decisions', to='reports.report')),
            ],
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.DeleteModel(
            name='IdentifierToken',
        ),
        migrations.AddConstraint(
            model_name='linkdecision',
            constraint=models.CheckConstraint(condition=models.Q(('said__in', ['together', 'apart'])), name='triage_link_said'),
        ),
        migrations.AddConstraint(
            model_name='linkdecision',
            constraint=models.CheckConstraint(condition=models.Q(('one', models.F('other')), _negated=True), name='triage_link_of_two'),
        ),
        migrations.AddConstraint(
            model_name='linkdecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('undone_at__isnull', True), ('undone_by__isnull', True)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='triage_link_undone_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='linkdecision',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('one', 'other'), name='triage_link_decided_once'),
        ),
        migrations.AddIndex(
            model_name='tokendecision',
            index=models.Index(fields=['token', 'at'], name='triage_token_decision'),
        ),
    ]
