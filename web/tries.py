"""Passwords that were tried and were wrong, by who tries: after a few, a pause."""

from __future__ import annotations

import time
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address

MOST = 10  # wrong passwords from one address, and then
PAUSE = 60.0  # seconds from the first of them in which no other is looked at
MOST_ADDRESSES = 10_000  # that are remembered, the latest; a guesser with more needs no more than these


class Tries:
    """Counts wrong passwords by address: of IPv6 by the /64, which one subscriber has."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, tuple[float, int]] = OrderedDict()  # since when, and how many

    def pause(self, address: str) -> int:
        """The whole seconds that an address must wait; 0 if it may try."""
        since, wrong = self._wrong.get(_network(address), (0.0, 0))
        left = since + PAUSE - time.monotonic()
        return int(left) + 1 if wrong >= MOST and left > 0 else 0

    def note_wrong(self, address: str) -> None:
        """Count a wrong password."""
        name, now = _network(address), time.monotonic()
        since, wrong = self._wrong.pop(name, (now, 0))
        if now - since >= PAUSE:
            since, wrong = now, 0
        self._wrong[name] = since, wrong + 1
        if len(self._wrong) > MOST_ADDRESSES:
            self._wrong.popitem(last=False)


def _network(address: str) -> str:
    """What is counted as one.

    >>> _network("2001:db8::1:2:3:4"), _network("::ffff:192.0.2.1"), _network("192.0.2.1")
    ('2001:db8::', '192.0.2.1', '192.0.2.1')
    """
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return address
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(IPv6Address(int(known) >> 64 << 64))
