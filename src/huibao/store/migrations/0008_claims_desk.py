import django.db.models.deletion
from django.db import migrations, models

from huibao.store.sealed import SealedJSON, SealedText


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0007_work'),
    ]

    operations = [
        migrations.CreateModel(
            name='PaymentFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=64, unique=True)),
                ('lines', models.PositiveIntegerField()),
                ('fen', models.BigIntegerField()),
                ('hash', models.CharField(max_length=64)),
                ('key', models.CharField(max_length=128, unique=True)),
                ('by', models.CharField(max_length=64)),
                ('made_on', models.DateField()),
                ('made_at', models.DateTimeField()),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.contract')),
            ],
            options={
                'db_table': 'payment_file',
            },
        ),
        migrations.CreateModel(
            name='PaymentLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.PositiveIntegerField()),
                ('payment', models.PositiveIntegerField()),
                ('part', models.PositiveIntegerField()),
                ('fen', models.BigIntegerField()),
                ('payee', models.CharField(max_length=64)),
                ('bank', models.CharField(blank=True, max_length=64)),
                ('sealed', models.CharField(max_length=400)),
                ('tail', models.CharField(max_length=4)),
                ('account_no', models.PositiveIntegerField()),
                ('answer', models.CharField(blank=True, max_length=16)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('answered_on', models.DateField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payment_lines', to='store.claim')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='store.paymentfile')),
            ],
            options={
                'db_table': 'payment_line',
            },
        ),
        migrations.CreateModel(
            name='PaymentReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hash', models.CharField(max_length=64)),
                ('rows', models.PositiveIntegerField()),
                ('paid', models.PositiveIntegerField()),
                ('rejected', models.PositiveIntegerField()),
                ('known', models.PositiveIntegerField()),
                ('odd', SealedJSON()),
                ('by', models.CharField(max_length=64)),
                ('taken_at', models.DateTimeField()),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='store.paymentfile')),
            ],
            options={
                'db_table': 'payment_return',
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visitor', models.CharField(max_length=64)),
                ('on', models.DateField()),
                ('purpose', models.CharField(max_length=16)),
                ('note', SealedText(blank=True)),
                ('key', models.CharField(max_length=128, unique=True)),
                ('by', models.CharField(max_length=64)),
                ('planned_at', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, max_length=16)),
                ('result', SealedText(blank=True)),
                ('ended_by', models.CharField(blank=True, max_length=64)),
                ('ended_at', models.DateTimeField(null=True)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='store.claim')),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.contract')),
            ],
            options={
                'db_table': 'claim_visit',
            },
        ),
        migrations.CreateModel(
            name='ClaimStanding',
            fields=[
                ('claim', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='standing', serialize=False, to='store.claim')),
                ('state', models.CharField(max_length=24)),
                ('step', models.PositiveIntegerField()),
                ('handler', models.CharField(blank=True, max_length=64)),
                ('clock', models.CharField(blank=True, max_length=16)),
                ('due_on', models.DateField(null=True)),
                ('left_days', models.IntegerField(null=True)),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.contract')),
            ],
            options={
                'db_table': 'claim_standing',
                'indexes': [models.Index(fields=['contract', 'due_on'], name='claim_standing_due'), models.Index(fields=['contract', 'handler', 'due_on'], name='claim_standing_whose'), models.Index(fields=['contract', 'state', 'due_on'], name='claim_standing_state')],
            },
        ),
        migrations.CreateModel(
            name='PayeeAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('payee', models.CharField(max_length=64)),
                ('no', models.PositiveIntegerField()),
                ('bank', models.CharField(max_length=64)),
                ('sealed', models.CharField(max_length=400)),
                ('tail', models.CharField(max_length=4)),
                ('key', models.CharField(max_length=128, unique=True)),
                ('by', models.CharField(max_length=64)),
                ('entered_at', models.DateTimeField()),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payee_accounts', to='store.claim')),
            ],
            options={
                'db_table': 'payee_account',
                'constraints': [models.UniqueConstraint(fields=('claim', 'payee', 'no'), name='payee_account_once')],
            },
        ),
        migrations.AddIndex(
            model_name='paymentfile',
            index=models.Index(fields=['contract', 'made_at'], name='payment_file_made'),
        ),
        migrations.AddConstraint(
            model_name='paymentfile',
            constraint=models.CheckConstraint(condition=models.Q(('fen__gt', 0), ('lines__gt', 0)), name='payment_file_pays'),
        ),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.UniqueConstraint(fields=('file', 'no'), name='payment_line_once'),
        ),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.UniqueConstraint(condition=models.Q(('answer', 'rejected'), _negated=True), fields=('claim', 'payment', 'part'), name='payment_line_not_twice'),
        ),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.CheckConstraint(condition=models.Q(('fen__gt', 0)), name='payment_line_pays'),
        ),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True)), models.Q(('answer__in', ['paid', 'rejected']), ('answered_at__isnull', False)), _connector='OR'), name='payment_line_answered'),
        ),
        migrations.AddConstraint(
            model_name='paymentreturn',
            constraint=models.UniqueConstraint(fields=('file', 'hash'), name='payment_return_once'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['contract', 'outcome', 'on'], name='claim_visit_day'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='claim_visit_ended'),
        ),
    ]
