"""Passwords of the tests: hashed as Suar's are, with the least work that the algorithm allows."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Quick(Argon2PasswordHasher):
    """What makes guessing dear makes tests slow: a quarter of a second of a core for every officer of the training nation."""

    time_cost = 1
    memory_cost = 8  # KiB
    parallelism = 1
