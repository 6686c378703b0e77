"""Argon2id as in an installation, but with next to no memory: a test signs in dozens of times."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """The same algorithm, format and code path."""

    time_cost = 1
    memory_cost = 64
    parallelism = 1
