"""Accounts of the page: a file with names, roles and Argon2 hashes, and what may be done with a role.

The file is JSON, read again when it changes, replaced as a whole and readable by its owner alone. A password is in memory while it is
compared, and nowhere else.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import tempfile
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

Role = Literal["reader", "quality_officer", "admin"]    # each may do what those before it may
ROLES: tuple[Role, ...] = get_args(Role)
LEAST_CHARACTERS = 12    # of a password; NIST SP 800-63B asks for 8 at least, and for no mixture of kinds of characters
MOST_CHARACTERS = 200
COMPARED_AT_ONCE = 2     # passwords: each takes 64 MB and 0.1 s of a processor
WAITING = 8              # for their turn; everybody else is told to come again
Name = Annotated[str, StringConstraints(pattern=r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]{0,62}[^\s\x00-\x1f\x7f])?$")]


class AccountError(ValueError):
    """The accounts cannot be read or changed so; the message says what is wrong and holds no secret."""


class Busy(Exception):
    """Too many log in at the moment."""


class Account(BaseModel):
    """What the file knows of a name."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    role: Role
    password_hash: Annotated[str, StringConstraints(pattern=r"^\$argon2id\$")]


_FILE: TypeAdapter[dict[Name, Account]] = TypeAdapter(dict[Name, Account], config=ConfigDict(hide_input_in_errors=True))


def may(role: Role, needed: Role) -> bool:
    """Whether a role includes another one."""
    return ROLES.index(role) >= ROLES.index(needed)


def as_written(name: str) -> str:
    """A name in the one form of its characters that the file has."""
    return unicodedata.normalize("NFC", name.strip())


class Accounts:
    """The accounts of a file, as it is now.

    Args:
        path: the file; one that is missing has no account, None can have none.
        hasher: of passwords.
    """

    def __init__(self, path: Path | None, hasher: PasswordHasher | None = None) -> None:
        self._path, self._hasher = path, hasher or PasswordHasher()
        self._known: tuple[tuple[int, ...], Mapping[str, Account]] = (), {}
        self._waiting = threading.BoundedSemaphore(COMPARED_AT_ONCE + WAITING)
        self._comparing = threading.BoundedSemaphore(COMPARED_AT_ONCE)

    def current(self) -> Mapping[str, Account]:
        """The accounts by name.

        Raises:
            AccountError: the file is there and cannot be used.
        """
        if not self._path:
            return {}
        try:
            found = self._path.stat()
            stamp = found.st_ino, found.st_size, found.st_mtime_ns
            if self._known[0] != stamp:
                self._known = stamp, _FILE.validate_json(self._path.read_bytes())
            return self._known[1]
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise AccountError(f"The accounts in {self._path} cannot be read: {error.strerror}") from error
        except ValidationError as error:
            raise AccountError(f"{self._path} is no file of accounts; `yusuan account` writes it.") from error

    @cached_property
    def _nobodys(self) -> str:
        """The hash of nobody's password, compared where there is no such name: that takes as long."""
        return self._hasher.hash(secrets.token_hex())

    def verified(self, name: str, password: str) -> Account | None:
        """The account of a name if the password is its own; a name that is not there costs the same work.

        Raises:
            AccountError: the file cannot be used.
            Busy: too many are being compared.
        """
        if len(password) > MOST_CHARACTERS:
            return None
        nobodys, account = self._nobodys, self.current().get(as_written(name))
        if not self._waiting.acquire(blocking=False):
            raise Busy
        try:
            with self._comparing:
                is_its_own = self._is_of(account.password_hash if account else nobodys, password)
        finally:
            self._waiting.release()
        return account if is_its_own else None

    def _is_of(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, _normal(password))
        except (VerificationError, InvalidHashError):
            return False

    def add(self, name: str, password: str, role: Role) -> None:
        """Add an account.

        Raises:
            AccountError: the name is taken or cannot be one, the password is too short or too long, or the file cannot be written.
        """
        name = as_written(name)
        made = self._made(password, role)
        with self._changed() as accounts:
            if name in accounts:
                raise AccountError(f"There is an account {name} already.")
            accounts[name] = made

    def remove(self, name: str) -> None:
        """Remove an account; its sessions end.

        Raises:
            AccountError: there is none of that name, or the file cannot be written.
        """
        with self._changed() as accounts:
            del accounts[_known(accounts, name)]

    def change_password(self, name: str, password: str, role: Role | None = None) -> None:
        """Give an account another password, and another role if one is named; its sessions end.

        Raises:
            AccountError: as of `add` and `remove`.
        """
        with self._changed() as accounts:
            name = _known(accounts, name)
            accounts[name] = self._made(password, role or accounts[name].role)

    def _made(self, password: str, role: Role) -> Account:
        if not LEAST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
            raise AccountError(f"A password has {LEAST_CHARACTERS} to {MOST_CHARACTERS} characters.")
        return Account(role=role, password_hash=self._hasher.hash(_normal(password)))

    @contextmanager
    def _changed(self) -> Iterator[dict[str, Account]]:
        """The accounts, to be changed; what they are then replaces the file, and two who change it come one after the other."""
        assert self._path, "accounts without a file cannot be changed"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            folder = os.open(self._path.parent, os.O_RDONLY)
            try:
                fcntl.flock(folder, fcntl.LOCK_EX)
                accounts = dict(self.current())
                yield accounts
                _replace(self._path, _FILE.dump_json(_FILE.validate_python(accounts), indent=1))
                os.fsync(folder)
            finally:
                os.close(folder)
        except ValidationError as error:
            raise AccountError("A name has 1 to 64 visible characters.") from error
        except OSError as error:
            raise AccountError(f"The accounts in {self._path} cannot be written: {error.strerror}") from error


def _normal(password: str) -> str:
    """A password in one form, whatever keyboard it is typed on."""
    return unicodedata.normalize("NFC", password)


def _known(accounts: Mapping[str, Account], name: str) -> str:
    name = as_written(name)
    if name not in accounts:
        raise AccountError(f"There is no account {name}.")
    return name


def _replace(path: Path, content: bytes) -> None:
    """Put a file in place of another one, or leave that as it is; only the owner can read it (`mkstemp`)."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
