"""Measured figures: each module prints its own and says the target; `make bench` runs them in turn."""
