"""What hospitals ask for through the interface: who is insured, stays, fee lines, one-stop settlement, debts, reconciliation."""
