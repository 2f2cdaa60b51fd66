# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a provider of mailboxes can do for us, and what it gives us.

The way to a mail: :meth:`Provider.start` says where to send the owner of a mailbox,
:meth:`Provider.finish` makes a :class:`Grant` of what comes back, and
:meth:`Provider.refresh` an :class:`Access` of the grant whenever the last one has
ended. With it one logs in to the mail server (:mod:`.xoauth2`) or asks the provider's
own interface (:class:`MailApi`). Where no person stands behind a mailbox,
:meth:`Provider.application_access` gives the access.

Nothing here remembers anything: flows, grants and accesses are the caller's to keep.
Times are UTC without a zone, as Odoo stores them.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from .errors import ConnectError, GrantError

#: An access that ends sooner than this counts as ended, so that a mail that takes its
#: time, or a clock that is a little late, does not matter.
MARGIN = timedelta(minutes=5)


class Purpose(StrEnum):
    """What a permission is needed for."""

    #: Sending through the provider's own interface.
    API = "api"
    #: Sending through the provider's mail server.
    SMTP = "smtp"
    #: Reading which addresses the account may send from.
    ADDRESSES = "addresses"
    #: Sending through the interface from mailboxes of others.
    SHARED = "shared"


@dataclass(frozen=True)
class Authorization:
    """A login that was begun.

    :ivar url: where to send the browser
    :ivar state: comes back with the browser and finds the flow again; random
    :ivar flow: what :meth:`Provider.finish` needs, to be kept where the browser cannot
        read it: it can be written as JSON, and serves once
    """

    url: str
    state: str
    flow: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Grant:
    """A lasting permission that the owner of a mailbox gave.

    :ivar account: the account's mail address, as the provider reports it
    :ivar organization: the account's tenant or Workspace domain; empty for a personal
        account
    :ivar scopes: the permissions, in the provider's words
    :ivar secret: what the provider's class goes on with
    :ivar expires_at: when the permission ends by itself, where the provider says so
    """

    account: str
    organization: str
    scopes: frozenset[str]
    secret: str = field(repr=False)
    expires_at: datetime | None = None

    def require_account(self, expected: str) -> None:
        """Check that it is the account that was asked for.

        :raise ConnectError: ``other_account``
        """
        if self.account.lower() != expected.lower():
            raise ConnectError("other_account", found=self.account, expected=expected)

    def to_json(self) -> str:
        """Write the grant, secret and all, so that :meth:`from_json` reads it."""
        return json.dumps(
            {
                "account": self.account,
                "organization": self.organization,
                "scopes": sorted(self.scopes),
                "secret": self.secret,
                "expires_at": self.expires_at and self.expires_at.isoformat(),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Grant:
        """Read what :meth:`to_json` wrote."""
        values = json.loads(text)
        expires_at = values.pop("expires_at")
        return cls(
            **values | {"scopes": frozenset(values["scopes"])},
            expires_at=datetime.fromisoformat(expires_at) if expires_at else None,
        )


@dataclass(frozen=True)
class Access:
    """A short-lived permission for one purpose.

    :ivar token: to be shown to the provider
    :ivar expires_at: when it ends, by our own clock
    """

    token: str = field(repr=False)
    expires_at: datetime

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether it can be used for some minutes more."""
        return now < self.expires_at - MARGIN


@dataclass(frozen=True)
class SendAs:
    """An address that an account may send from.

    :ivar email: the address
    :ivar name: the name that the account gives it; may be empty
    :ivar is_primary: whether it is the account's own
    """

    email: str
    name: str
    is_primary: bool


@dataclass(frozen=True)
class SmtpServer:
    """Where a provider takes mail by SMTP; TLS begins with STARTTLS."""

    host: str
    port: int = 587


class MailApi(Protocol):
    """A provider's own interface to one mailbox.

    :cvar max_size: largest message that it takes, in bytes
    """

    max_size: ClassVar[int]

    def send(self, message: bytes) -> None:
        """Send a message to everybody in its To, Cc and Bcc.

        :raise ProviderError: it is not sent, but see :class:`.errors.TemporaryError`
        """

    def list_send_as(self) -> tuple[SendAs, ...]:
        """Ask which addresses the mailbox may send from.

        :raise ProviderError: there is no answer
        """


class Provider(ABC):
    """A provider of mailboxes, together with our application there.

    :cvar scopes: the permissions that each purpose needs
    :cvar takes_back: whether it can be told that a permission is not needed any more
    """

    scopes: Mapping[Purpose, tuple[str, ...]]
    takes_back: ClassVar[bool] = False

    @abstractmethod
    def start(
        self, purposes: Collection[Purpose], redirect_uri: str, login_hint: str = ""
    ) -> Authorization:
        """Begin a login.

        :param purposes: what to ask the permission for
        :param redirect_uri: where the browser comes back; registered at the provider
        :param login_hint: the account that is expected
        :raise ProviderError: the provider cannot be asked
        """

    @abstractmethod
    def finish(self, flow: Mapping[str, Any], answer: Mapping[str, str]) -> Grant:
        """End a login.

        :param flow: of the :class:`Authorization`
        :param answer: the parameters with which the browser came back
        :raise ConnectError: nothing was given
        :raise GrantError: ``scope_missing``: less was given than asked for
        :raise ProviderError: something else is wrong
        """

    @abstractmethod
    def refresh(self, grant: Grant, purpose: Purpose) -> tuple[Access, Grant]:
        """Get an access for one purpose; always asks the provider.

        :return: the access, and the grant to keep from now on: a provider may replace
            it, and then takes another use of the old one for theft
        :raise GrantError: the owner has to log in again
        :raise ProviderError: something else is wrong
        """

    def revoke(self, grant: Grant) -> None:
        """Give a permission back, where :attr:`takes_back` says that this is possible.

        :raise ProviderError: the provider cannot be asked
        """
        raise NotImplementedError

    @abstractmethod
    def application_access(self, mailbox: str, purpose: Purpose) -> Access:
        """Get access to a mailbox without its owner, by an administrator's permission.

        :param mailbox: its address
        :raise ProviderError: there is none
        """

    @abstractmethod
    def open_api(self, get_token: Callable[[], str], mailbox: str = "") -> MailApi:
        """Open the provider's own interface to a mailbox.

        :param get_token: gives a valid access token; called before each request
        :param mailbox: its address; empty: that of the account that logged in
        """

    @abstractmethod
    def get_smtp_server(self, organization: str) -> SmtpServer:
        """Tell which server takes the mail of an account.

        :param organization: of the :class:`Grant`
        """

    def covers(self, grant: Grant, purpose: Purpose) -> bool:
        """Tell whether a grant has the permissions that a purpose needs."""
        return not self._missing_scopes(grant, [purpose])

    def _scopes_for(self, purposes: Collection[Purpose]) -> list[str]:
        """The permissions for these purposes, each once, in the order of purposes."""
        return list(
            dict.fromkeys(
                scope
                for purpose in Purpose
                if purpose in purposes
                for scope in self.scopes[purpose]
            )
        )

    def _missing_scopes(
        self, grant: Grant, purposes: Collection[Purpose]
    ) -> frozenset[str]:
        return frozenset(self._scopes_for(purposes)) - grant.scopes

    def _require_scopes(self, grant: Grant, purposes: Collection[Purpose]) -> None:
        if missing := self._missing_scopes(grant, purposes):
            raise GrantError("scope_missing", scopes=", ".join(sorted(missing)))


def after(seconds: float) -> datetime:
    """The time so many seconds from now."""
    now = datetime.now(UTC).replace(tzinfo=None)
    return now + timedelta(seconds=seconds)
