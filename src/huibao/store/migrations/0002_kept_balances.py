from django.db import migrations, models

FROM_TRANSFERS = """
INSERT INTO balance (account_id, fen) SELECT a.id,
COALESCE((SELECT SUM(t.fen) FROM transfer t WHERE t.target_id = a.id), 0)
- COALESCE((SELECT SUM(t.fen) FROM transfer t WHERE t.source_id = a.id), 0) FROM account a
"""


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Balance',
            fields=[
                ('account', models.OneToOneField(on_delete=models.deletion.PROTECT, primary_key=True, related_name='kept', serialize=False, to='store.account')),
                ('fen', models.BigIntegerField()),
            ],
            options={
                'db_table': 'balance',
            },
        ),
        migrations.RunSQL(FROM_TRANSFERS, migrations.RunSQL.noop),
    ]
