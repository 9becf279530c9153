"""Whose household somebody is of: people whose records state a number in common live together as far as records can say."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

Who = TypeVar("Who", bound=Hashable)
Card = TypeVar("Card", bound=Hashable)


def households(stated: Mapping[Who, Collection[Card]], own: Collection[Card]) -> dict[Who, Who | None]:
    """Each person to one person who stands for his household, the first in order; None for the household of the traveller (`own`).

    A family card that two people state makes them one household, and so does a chain of cards: a family that moved has two. Somebody
    whose card nobody states stands for himself, so the count is never too low for want of a record. Raises nothing.
    """
    home: dict[Card | Who | None, Card | Who | None] = {}

    def root(one: Card | Who | None) -> Card | Who | None:
        while home.get(one, one) != one:
            one = home[one]
        return one

    for card in own:
        home[root(card)] = None
    for who, cards in stated.items():
        for card in cards:
            at, other = root(who), root(card)
            if at != other:
                home[other if at is None else at] = None if at is None else other
    first: dict[Card | Who | None, Who] = {}
    for who in stated:
        first.setdefault(root(who), who)
    return {who: None if root(who) is None else first[root(who)] for who in stated}
