"""The insurer's desk: the queue of cases, decisions, payments. R2."""
