# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Gmail's and Microsoft Graph's interfaces to a mailbox, as their makers describe them.

They ask the OpenID provider about every token, and send a message to everybody whom its
headers name, as the real ones do. Whom From names has to be the account, or what it may
send as: else Gmail puts the account there, and Graph refuses.
"""

import base64
import email
import email.policy
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, ClassVar
from urllib.parse import unquote

import trustme

from .https_server import HttpsServer, Reply, Request, Silence

GMAIL = "https://www.googleapis.com/auth/gmail"


@dataclass(frozen=True)
class SentMail:
    """One message that left.

    :ivar mailbox: where it left from
    :ivar recipients: everybody who gets it, each once
    :ivar content: what they get: without Bcc
    """

    mailbox: str
    recipients: frozenset[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The message, parsed anew at each reading."""
        return email.message_from_bytes(self.content, policy=email.policy.default)


class MailApiServer(HttpsServer):
    """What both have in common.

    :ivar mails: the messages that left, oldest first
    :ivar faults: what happens to the next requests instead of an answer
    :ivar introspect: tells whose a token is; see ``OpenIdProvider.introspect``
    :cvar size_limit: largest body of a request, in bytes
    """

    size_limit: ClassVar[int]
    unauthorized: ClassVar[Reply]
    too_large: ClassVar[Reply]

    def __init__(self, authority: trustme.CA | None = None):
        """Prepare the server; nothing listens before ``with``.

        :param authority: issues its certificate
        """
        super().__init__(self._answer, authority)
        self.mails: list[SentMail] = []
        self.faults: deque[Reply | Silence] = deque()
        self.introspect: Callable[[str], dict[str, Any]] = lambda _token: {
            "active": False
        }

    def _answer(self, request: Request) -> Reply | Silence:
        if self.faults:
            return self.faults.popleft()
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        told = self.introspect(token)
        if not told["active"]:
            return self.unauthorized
        if len(request.body) > self.size_limit:
            return self.too_large
        account, scopes = told.get("username", ""), set(told["scope"].split())
        return self._serve(request, unquote(request.path), account, scopes)

    def _serve(
        self, request: Request, path: str, account: str, scopes: set[str]
    ) -> Reply:
        """Answer somebody whose token is valid."""
        raise NotImplementedError

    def _send(self, mailbox: str, message: EmailMessage) -> None:
        recipients = frozenset(
            address.addr_spec
            for field in ("To", "Cc", "Bcc")
            for header in message.get_all(field, ())
            for address in header.addresses
        )
        del message["Bcc"]
        self.mails.append(SentMail(mailbox, recipients, message.as_bytes()))


def _parse(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def _author(message: EmailMessage) -> str:
    """The address in From, normalised."""
    return message["From"].addresses[0].addr_spec.lower()


def gmail_error(status: int, message: str, reason: str, information: str = "") -> Reply:
    """What Gmail answers when it refuses.

    :param reason: the word in the list of errors
    :param information: the word in the details, which newer errors have as well
    """
    error = {
        "code": status,
        "message": message,
        "errors": [{"message": message, "domain": "global", "reason": reason}],
    }
    if information:
        kind = "type.googleapis.com/google.rpc.ErrorInfo"
        error["details"] = [{"@type": kind, "reason": information}]
    return Reply(status, {"error": error})


class GmailServer(MailApiServer):
    """Gmail's interface.

    :ivar aliases: what is listed under *Send mail as*
    """

    size_limit = 35 * 1024 * 1024
    unauthorized = gmail_error(401, "Invalid Credentials", "authError")
    #: Google's front answers before Gmail does, and in HTML.
    too_large = Reply(413, b"<html><title>Error 413 (Request Entity Too Large)!!1")

    def __init__(self, authority: trustme.CA | None = None):
        """Prepare the server; see :class:`MailApiServer`."""
        super().__init__(authority)
        self.aliases: list[dict[str, Any]] = []

    def _serve(
        self, request: Request, path: str, account: str, scopes: set[str]
    ) -> Reply:
        needed = {
            "/upload/gmail/v1/users/me/messages/send": f"{GMAIL}.send",
            "/gmail/v1/users/me/settings/sendAs": f"{GMAIL}.settings.basic",
        }
        # People may name themselves as well.
        path = path.replace(f"/users/{account}/", "/users/me/")
        if path not in needed:
            return gmail_error(404, "Not Found", "notFound")
        if not scopes & {needed[path], "https://mail.google.com/"}:
            return gmail_error(
                403,
                "Request had insufficient authentication scopes.",
                "insufficientPermissions",
                "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            )
        if request.method == "GET":
            return Reply(200, {"sendAs": self.aliases})
        if request.headers.get("Content-Type") != "message/rfc822":
            return gmail_error(400, "Media type is not supported.", "badContent")
        message = _parse(request.body)
        if _author(message) not in {account, *self._accepted()}:
            message.replace_header("From", account)
        self._send(account, message)
        number = str(len(self.mails))
        return Reply(200, {"id": number, "threadId": number, "labelIds": ["SENT"]})

    def _accepted(self) -> set[str]:
        """The aliases whose owners have agreed."""
        return {
            alias["sendAsEmail"].lower()
            for alias in self.aliases
            if alias.get("verificationStatus") == "accepted"
        }


def graph_error(status: int, code: str, message: str = "") -> Reply:
    """What Graph answers when it refuses."""
    return Reply(status, {"error": {"code": code, "message": message}})


class GraphServer(MailApiServer):
    """Microsoft Graph, as far as mail goes.

    :ivar people: mailbox -> what is known of its owner
    :ivar send_as: account -> mailboxes of others that an administrator lets it send as
    :ivar full_access: account -> mailboxes of others that it may open
    """

    size_limit = 4 * 1024 * 1024
    unauthorized = graph_error(401, "InvalidAuthenticationToken")
    too_large = graph_error(413, "RequestBodyTooLarge")

    def __init__(self, authority: trustme.CA | None = None):
        """Prepare the server; see :class:`MailApiServer`."""
        super().__init__(authority)
        self.people: dict[str, dict[str, Any]] = {}
        self.send_as: dict[str, set[str]] = {}
        self.full_access: dict[str, set[str]] = {}

    def _serve(
        self, request: Request, path: str, account: str, scopes: set[str]
    ) -> Reply:
        permissions = {scope.rpartition("/")[2] for scope in scopes}
        mailbox, _slash, action = path.removeprefix("/v1.0/").partition("/")
        if mailbox == "users":
            mailbox, _slash, action = action.partition("/")
        elif not account:
            # Nobody logged in whose mailbox "me" could be.
            return graph_error(400, "BadRequest")
        else:
            mailbox = account
        if (request.method, action) == ("GET", ""):
            if not permissions & {"User.Read", ".default"}:
                return graph_error(403, "Authorization_RequestDenied")
            return Reply(200, self.people[mailbox])
        if (request.method, action) != ("POST", "sendMail"):
            return graph_error(404, "ResourceNotFound")
        if request.headers.get("Content-Type") != "text/plain":
            return graph_error(400, "BadRequest")
        message = _parse(base64.b64decode(request.body, validate=True))
        if refusal := self._refuse(account, permissions, mailbox, _author(message)):
            return refusal
        self._send(mailbox, message)
        return Reply(202)

    def _refuse(
        self, account: str, permissions: set[str], mailbox: str, author: str
    ) -> Reply | None:
        """Tell why a message may not leave, if that is so.

        https://learn.microsoft.com/graph/outlook-send-mail-from-other-user

        :param account: who logged in; empty: an application without a person
        :param author: whom the message is from
        """
        if not account:
            is_own = author in self._own(mailbox)
            if ".default" not in permissions:
                return graph_error(403, "ErrorAccessDenied")
            return None if is_own else graph_error(403, "ErrorSendAsDenied")
        is_own = mailbox == account and author in self._own(account)
        needed = {"Mail.Send", "Mail.Send.Shared"} if is_own else {"Mail.Send.Shared"}
        if not permissions & needed:
            return graph_error(403, "ErrorAccessDenied")
        if mailbox not in {account, *self.full_access.get(account, ())}:
            return graph_error(403, "ErrorAccessDenied")
        if is_own or author in self.send_as.get(account, ()):
            return None
        return graph_error(403, "ErrorSendAsDenied")

    def _own(self, mailbox: str) -> set[str]:
        """The addresses of a mailbox."""
        person = self.people.get(mailbox, {})
        proxies = person.get("proxyAddresses") or ()
        return {mailbox, *(entry.partition(":")[2].lower() for entry in proxies)}
