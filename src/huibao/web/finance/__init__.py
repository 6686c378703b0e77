"""The finance desk and the auditor's: balances, journal, vouchers, approvals. R5."""
