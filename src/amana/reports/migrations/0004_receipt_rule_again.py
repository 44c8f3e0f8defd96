# SPDX-License-Identifier: AGPL-3.0-or-later

from django.db import migrations

RULE = "reports_grant_receipt_once"


def stand_again(apps, editor):
    """On PostgreSQL, 0002 dropped this rule together with the index on the same column."""
    model = apps.get_model("reports", "PartGrant")
    with editor.connection.cursor() as cursor:
        standing = editor.connection.introspection.get_constraints(cursor, model._meta.db_table)
    if RULE not in standing:
        editor.add_constraint(model, next(r for r in model._meta.constraints if r.name == RULE))


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0003_stage_follows_closing'),
    ]

    operations = [
        migrations.RunPython(stand_again, migrations.RunPython.noop),
    ]
