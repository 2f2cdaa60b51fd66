# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why a mail server did not take a mail: from its answer to a code.

A server says why with a reply code (RFC 5321 section 4.2), mostly with an enhanced code
(RFC 3463, RFC 5248), and in words. The words decide first, because the large providers
give the same codes to different things.

>>> refusal = explain_refusal(
...     535, "5.7.8", "Username and Password not accepted", Stage.LOGIN
... )
>>> refusal.code, refusal.is_permanent, refusal.is_login
('login_refused', True, True)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

#: What went wrong, as ``code: sentence``; the ``{names}`` in a sentence are keys of the
#: ``params``. ``reply`` is the server's whole answer, ``detail`` the system's words.
CODES: Mapping[str, str] = {
    # the way to the server
    "host_not_found": "there is no host of that name",
    "look_up_failed": "the name servers did not answer",
    "connection_refused": "nothing listens on that port",
    "unreachable": "there is no way to the host",
    "connect_timeout": "nothing answers on that port",
    "silent": "the server takes the connection and says nothing",
    "timeout": "the server did not answer in time",
    "closed": "the server closed the connection",
    "network": "the connection failed: {detail}",
    "not_smtp": "the server does not speak SMTP",
    "server_refused": "the server does not talk to this client: {reply}",
    "address_blocked": "the server blocks the address of this client: {reply}",
    # encryption
    "no_starttls": "the server does not offer STARTTLS",
    "tls_refused": "the server does not want to encrypt: {reply}",
    "not_tls": "the server does not begin with TLS",
    "tls_outdated": "both sides have no version of TLS in common ({detail})",
    "tls_failed": "the encryption failed ({detail})",
    "tls_needed": "the server wants encryption first: {reply}",
    "certificate_expired": "the certificate has expired",
    "certificate_too_early": "the certificate is not valid yet",
    "certificate_wrong_name": "the certificate is for another host",
    "certificate_names": "the certificate is for {names}, not for {host}",
    "certificate_self_signed": "the server signed its certificate itself",
    "certificate_unknown_issuer": "nobody known issued the certificate",
    "certificate_invalid": "the certificate is not valid ({detail})",
    # login
    "login_refused": "user name or password is wrong: {reply}",
    "app_password_needed": "the account wants an app password: {reply}",
    "browser_login_needed": "the account wants a login in a browser first: {reply}",
    "login_off": "the account may not log in by password: {reply}",
    "account_disabled": "the account is disabled: {reply}",
    "login_needed": "the server wants a login: {reply}",
    "login_not_offered": "the server offers no login with user name and password",
    "login_not_ascii": "user name or password has a character that is not ASCII",
    "too_many_logins": "there were too many attempts to log in: {reply}",
    "login_later": "the server cannot check logins now: {reply}",
    # sender
    "sender_mismatch": "the message would leave from {found} instead of {expected}",
    "sender_not_allowed": "the login may not send from that address: {reply}",
    "sender_domain_unknown": "the server cannot find the sender's domain: {reply}",
    "sender_refused": "the server refused the sender: {reply}",
    "sending_blocked": "the account is blocked from sending: {reply}",
    "limit_reached": "the limit of the account or server is reached: {reply}",
    "unauthenticated": "SPF, DKIM or DMARC of the sender's domain fails: {reply}",
    # recipient
    "relay_denied": "the server takes no mail for other domains: {reply}",
    "recipient_unknown": "the recipient's mailbox does not exist: {reply}",
    "mailbox_full": "the recipient's mailbox is full: {reply}",
    "recipient_refused": "the server refused the recipient: {reply}",
    # message
    "too_large": "the message is too large: {reply}",
    "content_refused": "the server forbids an attachment: {reply}",
    "spam": "the server takes the message for spam: {reply}",
    "message_refused": "the server refused the message: {reply}",
    # any
    "address_not_ascii": "an address has a character that is not ASCII",
    "try_later": "the server wants another attempt later: {reply}",
    "unexpected": "something unexpected happened ({detail})",
}

#: How much of what a server says is kept.
MAX_REPLY_LENGTH = 500


class Stage(StrEnum):
    """What a session is at; STARTTLS comes after the greeting, other TLS before it."""

    LOOK_UP = "look_up"
    CONNECT = "connect"
    GREETING = "greeting"
    TLS = "tls"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    MESSAGE = "message"


@dataclass(frozen=True)
class Refusal:
    """Why a mail did not leave.

    :ivar code: a key of :data:`CODES`
    :ivar params: what the sentence of the code needs
    :ivar is_permanent: whether trying the same again is in vain
    :ivar is_login: whether a person has to mend the login first
    :ivar reply_code: what the server answered; 0: nothing
    :ivar reply_text: its words in one line, the enhanced code included
    """

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    is_permanent: bool = False
    is_login: bool = False
    reply_code: int = 0
    reply_text: str = ""

    def __str__(self) -> str:
        return CODES[self.code].format(**self.params)


@dataclass(frozen=True)
class _Rule:
    """What tells a code: a reply code, an enhanced code without its class, or words."""

    code: str
    stages: frozenset[Stage]
    numbers: frozenset[str]
    words: re.Pattern[str]

    def matches(
        self, stage: Stage | None, reply_code: int, detail: str, text: str
    ) -> bool:
        return (stage is None or stage in self.stages) and (
            str(reply_code) in self.numbers
            or detail in self.numbers
            or bool(self.words.search(text))
        )


def _rule(code: str, stages: frozenset[Stage], numbers: str, *words: str) -> _Rule:
    pattern = "|".join(words) or "(?!)"
    return _Rule(
        code,
        stages,
        frozenset(numbers.split()),
        re.compile(pattern, re.IGNORECASE),
    )


_ANY = frozenset(Stage)
_LOGIN = frozenset({Stage.LOGIN})
#: While a mail is handed over.
MAIL_STAGES = frozenset({Stage.SENDER, Stage.RECIPIENT, Stage.MESSAGE})
_DELIVERY = frozenset({Stage.RECIPIENT, Stage.MESSAGE})

#: The first one that matches counts.
_RULES = (
    _rule(
        "tls_needed",
        _ANY - {Stage.TLS},
        "538 7.10 7.11",
        r"starttls",
        r"(tls|ssl|encryption|secure connection) (is )?(first|needed|required)",
        r"requires (a )?(tls|ssl|encryption|secure connection)",
    ),
    _rule(
        "address_blocked",
        _ANY,
        "7.25 7.511 7.606 7.708",
        r"spamhaus|\brbl\b|dnsbl|block(ed)? ?list|blacklist|blocked using",
        r"reverse (dns|lookup|hostname)|\bptr\b",
        r"\bip\b.{0,40}(banned|blocked|listed)",
    ),
    # -- login
    _rule(
        "login_off",
        _LOGIN,
        "",
        r"smtpclientauthentication|basic authentication is disabled",
        r"security defaults policy|did not meet the criteria",
        r"smtp.{0,20} (disabled|not enabled|switched off)",
        r"not have access rights to this service",
    ),
    _rule(
        "app_password_needed",
        _LOGIN,
        "7.9",
        r"app(lication)?([- ]specific)? password",
    ),
    _rule("browser_login_needed", _LOGIN, "7.14", r"web browser"),
    _rule("too_many_logins", _LOGIN, "", r"too many|rate.?limit"),
    _rule(
        "account_disabled",
        _LOGIN,
        "525 7.13",
        r"(account|user|mailbox) (has been |is )?(blocked|disabled|locked|suspended)",
    ),
    _rule("login_refused", _LOGIN, "", r"credentials|incorrect|password"),
    # Microsoft says more about this code in words, and if it does not:
    _rule("login_off", _LOGIN, "7.139"),
    _rule("login_not_offered", _LOGIN, "500 502 503 504"),
    # -- sender
    _rule(
        "unauthenticated",
        MAIL_STAGES,
        "7.20 7.21 7.22 7.23 7.26 7.27 7.30 7.509 7.515",
        r"\b(dkim|dmarc|spf)\b|unauthenticated|authentication (checks|level)",
    ),
    _rule(
        "sender_not_allowed",
        MAIL_STAGES,
        "7.60 2.252",
        r"send ?as ?(denied|this sender)|not (allowed|permitted) to send",
        r"not owned by|relaying disallowed as|sender mismatch|not verified",
        r"(sender|from)( address)?( is)? not (allowed|authori[sz]ed|permitted)",
        r"(from|sender).{0,40} (does not|must) match",
    ),
    _rule(
        "login_needed",
        MAIL_STAGES,
        "530 7.57",
        r"not (authenticated|logged in)|(authentication|login) (is )?required",
        r"must (be authenticated|authenticate|log ?in)|authenticate first",
    ),
    _rule(
        "sending_blocked",
        MAIL_STAGES,
        "7.501 7.502 7.503 7.705 7.750",
        r"outbound ?spam|bad outbound sender|restricted from sending",
        r"account.{0,20} (blocked|disabled|locked|suspended)",
    ),
    # -- message
    _rule(
        "too_large",
        MAIL_STAGES,
        "3.4 2.3",
        r"message.{0,20} size|size.{0,20} exceed|too (big|large)|too much mail data",
    ),
    _rule(
        "mailbox_full",
        _DELIVERY,
        "2.2",
        r"(mailbox|account).{0,40} (full|over ?quota)|insufficient storage",
    ),
    _rule(
        "limit_reached",
        _ANY,
        "4.5 7.28",
        r"(limit|quota|rate)\b.{0,20} (exceed|reached)|exceeded .{0,30}(limit|quota)",
        r"too many|too (fast|quickly)|rate.?limit|throttl|unusual rate",
    ),
    _rule(
        "content_refused",
        frozenset({Stage.MESSAGE}),
        "",
        r"attachment|infected|malware|security issue|virus",
    ),
    _rule("too_large", MAIL_STAGES, "552"),
    _rule("spam", MAIL_STAGES, "", r"spam|unsolicited"),
    # -- addresses
    _rule(
        "sender_domain_unknown",
        frozenset({Stage.SENDER, Stage.RECIPIENT}),
        "1.8",
        r"sender.{0,120}(domain not found|not exist)|sender verify failed",
    ),
    _rule("relay_denied", MAIL_STAGES, "7.54 7.64", r"\brelay|rcpthosts"),
    _rule(
        "recipient_unknown",
        _DELIVERY,
        "1.1 1.2 1.3 1.6 1.10 4.1",
        r"(no such|unknown) (address|mailbox|recipient|user)",
        r"(address|mailbox|recipient|user)\b.{0,40} (not exist|not found|unknown)",
    ),
    _rule("spam", frozenset({Stage.MESSAGE}), "7.1"),
)

#: What a refusal means that no rule knows, for good and for now.
_DEFAULTS: Mapping[Stage, tuple[str, str]] = {
    Stage.TLS: ("tls_refused", "tls_refused"),
    Stage.LOGIN: ("login_refused", "login_later"),
    Stage.SENDER: ("sender_refused", "try_later"),
    Stage.RECIPIENT: ("recipient_refused", "try_later"),
    Stage.MESSAGE: ("message_refused", "try_later"),
}
_ON_CONNECTION = ("server_refused", "try_later")

#: Codes that only somebody who changes the login makes go away.
_LOGIN_CODES = {
    "login_refused",
    "app_password_needed",
    "browser_login_needed",
    "login_off",
    "account_disabled",
    "login_needed",
}

_ENHANCED = re.compile(r"^[245]\.([0-9]{1,3}\.[0-9]{1,3})\b[ \t]*", re.MULTILINE)


def explain_refusal(
    reply_code: int, enhanced: str, text: str, stage: Stage | None = None
) -> Refusal:
    """Put what a server answered into a code.

    :param reply_code: the three digits
    :param enhanced: such as ``"5.7.8"``; empty if there was none
    :param text: the words after it; may have several lines
    :param stage: what was refused; unknown if not given
    """
    answer = one_line(f"{enhanced} {text}")
    if not 400 <= reply_code <= 599:
        return Refusal("not_smtp", {}, True, False, max(reply_code, 0), answer)
    detail = enhanced.partition(".")[2]
    is_permanent = reply_code >= 500
    code = next(
        (
            rule.code
            for rule in _RULES
            if rule.matches(stage, reply_code, detail, answer)
        ),
        _DEFAULTS.get(stage, _ON_CONNECTION)[not is_permanent],
    )
    if code == "login_refused" and not is_permanent:
        code = "login_later"
    return Refusal(
        code,
        {"reply": f"{reply_code} {answer}".strip()},
        is_permanent,
        is_permanent and code in _LOGIN_CODES,
        reply_code,
        answer,
    )


def split_reply(reply: bytes) -> tuple[str, str]:
    """Take the enhanced code off the words of a reply, where each line repeats it.

    >>> split_reply(b"5.7.9 Application-specific password\\n5.7.9 required")
    ('5.7.9', 'Application-specific password\\nrequired')
    """
    text = reply.decode("utf-8", "replace")
    found = _ENHANCED.match(text)
    return (found[0].strip() if found else "", _ENHANCED.sub("", text))


def one_line(text: str) -> str:
    """Make foreign words fit for one line of a log, a screen or a database."""
    line = " ".join(text[: 4 * MAX_REPLY_LENGTH].split())
    return "".join(c if c.isprintable() else "\ufffd" for c in line)[:MAX_REPLY_LENGTH]
