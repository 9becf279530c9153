"""Agencies, offices, desks, officers, postings, machine clients and agreements."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models


class Agency(models.Model):
    code = models.TextField(primary_key=True)
    name_id = models.TextField()
    name_en = models.TextField()

    def __str__(self) -> str:
        return self.code


class Office(models.Model):
    """A place of work. `zone` is the time zone in which its legal terms are counted (WIB, WITA, WIT)."""

    code = models.TextField(primary_key=True)
    agency = models.ForeignKey(Agency, models.PROTECT)
    name = models.TextField()
    zone = models.TextField()
    region = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class Desk(models.Model):
    """Where an officer sits. `kind` is passport, departure, village, protection, oversight, review, register, policy or engineering."""

    code = models.TextField(primary_key=True)
    office = models.ForeignKey(Office, models.PROTECT)
    name = models.TextField()
    kind = models.TextField()
    lane = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class Officers(BaseUserManager["Officer"]):
    def get_by_natural_key(self, username: str | None) -> Officer:
        return self.get(username=username)


class Officer(AbstractBaseUser):
    """A named person who acts. What she may do follows from her postings, never from a flag on this row."""

    id = models.UUIDField(primary_key=True)
    username = models.TextField(unique=True)
    full_name = models.TextField()
    is_active = models.BooleanField(default=True)
    language = models.TextField(default="id")
    objects: ClassVar[Officers] = Officers()
    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.full_name


class Posting(models.Model):
    """An officer's role at a desk, from a day to a day. Ended, never deleted."""

    id = models.UUIDField(primary_key=True)
    officer = models.ForeignKey(Officer, models.PROTECT)
    desk = models.ForeignKey(Desk, models.PROTECT)
    role = models.TextField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_at__gt=models.F("from_at")) | models.Q(until_at=None),
                name="posting_ends_after",
            ),
            # The hub's own role passes every door and a machine's has no officer: no posting may be to either.
            models.CheckConstraint(condition=~models.Q(role__in=["", "system", "machine"]), name="posting_is_a_person"),
        ]


class Client(models.Model):
    """A machine of an agency, as its newest confirmed terms say: what it may ask, from which networks (from anywhere where none is named), and
    whether its tokens are bound to a certificate. Its keys and certificates are proposals that two persons confirmed (`queries/machines`).
    """

    id = models.TextField(primary_key=True)
    agency = models.ForeignKey(Agency, models.PROTECT)
    scopes = ArrayField(models.TextField())
    networks = ArrayField(models.TextField(), default=list)
    bound = models.BooleanField(default=False)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)


class Pass(models.Model):
    """A short-lived access token of a client; only its hash is kept."""

    sha256 = models.TextField(primary_key=True)
    client = models.ForeignKey(Client, models.PROTECT)
    scopes = ArrayField(models.TextField())
    key = models.UUIDField(null=True)  # by whose signature it was got: it ends with that key
    certificate = models.UUIDField(null=True)  # with which it must be shown (RFC 8705)
    until_at = models.DateTimeField()


class UsedAssertion(models.Model):
    """The `jti` of a client assertion, so that it is taken once (RFC 7523 section 3). Never keyed on signature bytes."""

    id = models.TextField(primary_key=True)
    until_at = models.DateTimeField()


class AgencyKey(models.Model):
    """A public key with which an agency signs agreements and batches (Ed25519, JWK)."""

    id = models.TextField(primary_key=True)
    agency = models.ForeignKey(Agency, models.PROTECT)
    public_key = models.JSONField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)


class Agreement(models.Model):
    """A data-sharing agreement in force: who gives what to whom, why, until when, signed by both (SECURITY 3.1)."""

    id = models.UUIDField(primary_key=True)
    giver = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    purposes = ArrayField(models.TextField())
    classes = ArrayField(models.TextField())
    fields = models.JSONField(
        default=dict
    )  # class -> the fields of it that may be read; what is not listed is not given
    events = ArrayField(models.TextField())
    basis = models.TextField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    body = models.BinaryField()  # the canonical text that both signed
    giver_signature = models.BinaryField()
    receiver_signature = models.BinaryField()
    giver_key = models.ForeignKey(AgencyKey, models.PROTECT, related_name="+")
    receiver_key = models.ForeignKey(AgencyKey, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(until_at__gt=models.F("from_at")), name="agreement_ends_after")
        ]
