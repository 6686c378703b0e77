"""The hospital cashier's desk: settling by hand when the hospital's own software is down. R3."""
