import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Approvals: asked, decided and paid by three people."""

    dependencies = [
        ('store', '0005_sealed'),
    ]

    operations = [
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=24)),
                ('subject', models.CharField(max_length=200)),
                ('area', models.CharField(max_length=6)),
                ('contract', models.CharField(blank=True, max_length=64)),
                ('fen', models.BigIntegerField()),
                ('terms', models.JSONField()),
                ('note', models.CharField(blank=True, max_length=400)),
                ('key', models.CharField(max_length=200, unique=True)),
                ('content', models.CharField(max_length=64)),
                ('state', models.CharField(max_length=12)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=400)),
                ('ended_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=400)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.staff')),
                ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.staff')),
                ('paid_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.staff')),
            ],
            options={
                'db_table': 'approval',
                'indexes': [models.Index(fields=['state', 'kind', 'area'], name='approval_open'), models.Index(fields=['kind', 'subject'], name='approval_about')],
                'constraints': [models.CheckConstraint(condition=models.Q(('fen__gte', 0)), name='approval_fen'), models.CheckConstraint(condition=models.Q(('state__in', ('asked', 'approved', 'done', 'declined', 'withdrawn', 'returned'))), name='approval_state'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='approval_t2_decider_differs'), models.CheckConstraint(condition=models.Q(('paid_by__isnull', True), models.Q(models.Q(('paid_by', models.F('asked_by')), _negated=True), models.Q(('paid_by', models.F('decided_by')), _negated=True)), _connector='OR'), name='approval_t2_payer_differs'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('paid_by__isnull', True), ('state', 'asked'), ('decided_at__isnull', True), ('decided_by__isnull', True)), models.Q(('ended_at__isnull', True), ('paid_by__isnull', True), ('state', 'approved'), ('decided_at__isnull', False), ('decided_by__isnull', False)), models.Q(('ended_at__isnull', False), ('paid_by__isnull', True), ('state', 'declined'), ('decided_at__isnull', False), ('decided_by__isnull', False)), models.Q(('ended_at__isnull', False), ('paid_by__isnull', True), ('state', 'withdrawn'), ('decided_at__isnull', True), ('decided_by__isnull', True)), models.Q(('ended_at__isnull', False), ('paid_by__isnull', False), ('state', 'returned'), ('decided_at__isnull', False), ('decided_by__isnull', False)), models.Q(('ended_at__isnull', False), ('state', 'done'), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='approval_t2_parts_fit_state'), models.UniqueConstraint(condition=models.Q(('kind__in', ('roster_import', 'enrolment', 'claim_deviation', 'claim_payment', 'write_off')), ('state__in', ['asked', 'approved'])), fields=('kind', 'subject'), name='approval_open_once')],
            },
        ),
    ]
