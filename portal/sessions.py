"""Who is logged in: sessions in the memory of this process (a restart ends all), tokens of forms, and how often a log-in may fail."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from portal.accounts import Account

IDLE = 30 * 60              # seconds without a request that end a session,
LONGEST = 12 * 60 * 60      # and after which it ends in any case
MOST_OF_ONE = 10            # sessions of an account at once; the oldest ends
PERIOD = 15 * 60            # seconds in which failures are counted:
FAILURES = 10               # of one name from one address,
FAILURES_OF_ADDRESS = 50    # of one address: an office may share one,
FAILURES_OF_NAME = 100      # and of one name from all addresses from which it was never let in: its owner is not shut out
MOST_COUNTED = 100_000      # names and addresses; far more than can fail in a period, as each failure costs 0.1 s of two processors
Clock = Callable[[], float]


@dataclass(slots=True)
class Session:
    """One log-in: of whom, with what account (when that changes, it ends), since when and used when."""

    name: str
    account: Account
    begun: float
    used: float


class Sessions:
    """The sessions by their ids, which only the browser knows."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._known: dict[str, Session] = {}    # by the hash of the id
        self._secret = secrets.token_bytes(32)

    def begin(self, name: str, account: Account) -> str:
        """Begin a session; gives its id."""
        new, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._known = {key: one for key, one in self._known.items() if self._is_alive(one)}
            own = [key for key, one in self._known.items() if one.name == name]
            for key in own[:max(0, len(own) - MOST_OF_ONE + 1)]:
                del self._known[key]
            self._known[_hash(new)] = Session(name, account, now, now)
        return new

    def find(self, given: str) -> Session | None:
        """The session of an id, which is used now; None for one that is unknown or has ended."""
        with self._lock:
            found = self._known.get(_hash(given))
            if found is None or not self._is_alive(found):
                self._known.pop(_hash(given), None)
                return None
            found.used = self._clock()
            return found

    def end(self, given: str) -> None:
        """End a session, if there is one of that id."""
        with self._lock:
            self._known.pop(_hash(given), None)

    def token(self, key: str) -> str:
        """A new token for the forms of a session or person; another one each time, so that none can be guessed from compressed pages."""
        salt = secrets.token_hex(8)
        return f"{salt}.{self._signed(salt, key)}"

    def is_token(self, key: str, token: str) -> bool:
        """Whether a token was made for this session or person."""
        salt, _, signed = token.partition(".")
        return hmac.compare_digest(self._signed(salt, key).encode(), signed.encode())

    def _signed(self, salt: str, key: str) -> str:
        return hmac.new(self._secret, f"{salt}.{key}".encode(), hashlib.sha256).hexdigest()

    def _is_alive(self, session: Session) -> bool:
        now = self._clock()
        return now - session.used < IDLE and now - session.begun < LONGEST


def _hash(given: str) -> str:
    return hashlib.sha256(given.encode()).hexdigest()


class Failures:
    """How often log-ins failed lately, by name and by address."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._counted: OrderedDict[tuple[str, ...], tuple[float, int]] = OrderedDict()    # since when, how many; the oldest first
        self._let_in: set[tuple[str, str]] = set()    # names that are accounts', and addresses

    def begin(self, name: str, address: str) -> bool:
        """Count an attempt as failed until it is undone; False if there were too many, and the attempt is not to be made."""
        address = _network(address)
        with self._lock:
            while self._counted and self._clock() - next(iter(self._counted.values()))[0] >= PERIOD:
                self._counted.popitem(last=False)
            limits = {("address", address): FAILURES_OF_ADDRESS, ("both", _hash(name), address): FAILURES}
            if (name, address) not in self._let_in:
                limits["name", _hash(name)] = FAILURES_OF_NAME
            if any(self._counted.get(key, (0, 0))[1] >= most for key, most in limits.items()):
                return False
            for key in limits:
                since, count = self._counted.get(key, (self._clock(), 0))
                self._counted[key] = since, count + 1
            while len(self._counted) > MOST_COUNTED:
                self._counted.popitem(last=False)
            return True

    def undo(self, name: str, address: str, *, succeeded: bool) -> None:
        """Count the last attempt not as failed; after one that succeeded those before it count no more for this name and address."""
        address = _network(address)
        keys: list[tuple[str, ...]] = [("address", address), ("both", _hash(name), address)]
        if (name, address) not in self._let_in:
            keys.append(("name", _hash(name)))
        with self._lock:
            for key in keys:
                if key in self._counted:
                    since, count = self._counted[key]
                    self._counted[key] = since, count - 1
            if succeeded:
                self._counted.pop(keys[1], None)
                self._let_in.add((name, address))


def _network(address: str) -> str:
    """What counts as one address: of IPv6 a network of 64 bits, which one subscriber has to himself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address
