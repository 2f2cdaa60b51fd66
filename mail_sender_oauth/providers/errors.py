# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What can go wrong with a linked mailbox, by what has to be done about it.

Like the errors of ``mail_sender_domain.tools`` each has a machine word, its parameters
and an English sentence for logs; whatever people read is made from ``code`` and
``params`` by the layer above. No error holds a secret: ``detail`` is what the provider
said, never what was said to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

#: Most characters of a provider's own words that are kept.
MAX_DETAIL = 500


class ProviderError(Exception):
    """Base of the family.

    >>> error = GrantError("scope_missing", scopes="gmail.send")
    >>> error.code, str(error)
    ('scope_missing', 'the permission gmail.send was not given')
    >>> str(TemporaryError("rate_limited", detail="slow down"))
    'the provider wants fewer requests (slow down)'

    :ivar code: what is wrong, as a machine word
    :ivar params: what a sentence needs; ``detail``, when it is there, has the
        provider's own words
    :cvar sentences: code -> sentence with the parameters as ``{name}``
    """

    sentences: ClassVar[Mapping[str, str]] = {}

    def __init__(self, code: str, **params: object):
        if detail := str(params.pop("detail", "")).strip():
            params["detail"] = " ".join(detail.split())[:MAX_DETAIL]
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        sentence = self.sentences[self.code].format(**self.params)
        detail = self.params.get("detail")
        return f"{sentence} ({detail})" if detail else sentence


class TemporaryError(ProviderError):
    """It may work later; whatever was linked stays linked.

    After ``no_answer`` the request may have been carried out all the same.

    :ivar retry_after: seconds that the provider asks to wait; None when it does not say
    """

    sentences = {
        "unreachable": "the provider cannot be reached",
        "no_answer": "the provider did not answer",
        "server_error": "the provider has a failure",
        "rate_limited": "the provider wants fewer requests",
        "unexpected_answer": "the answer is not the provider's",
    }

    def __init__(self, code: str, retry_after: float | None = None, **params: object):
        super().__init__(code, **params)
        self.retry_after = retry_after


class ConnectError(ProviderError):
    """An attempt to link a mailbox failed; nothing has changed."""

    sentences = {
        "consent_denied": "the login was cancelled or refused",
        "state_mismatch": "the answer belongs to another attempt",
        "code_rejected": "the answer of the login was used already or is too old",
        "no_refresh_token": "the provider gave no lasting permission",
        "no_address": "the account has no mail address",
        "other_account": "{found} logged in instead of {expected}",
    }


class GrantError(ProviderError):
    """The permission is gone or not wide enough: the owner has to log in again."""

    sentences = {
        "invalid_grant": "the permission has expired or was withdrawn",
        "grant_expired": "the permission has expired",
        "consent_revoked": "the permission was withdrawn",
        "password_changed": "the password was changed or the sessions were ended",
        "conditional_access": "the organisation asks for another login",
        "account_disabled": "the account is disabled or gone",
        "scope_missing": "the permission {scopes} was not given",
        "smtp_scope_missing": "the mail server asks for the permission {scope}",
        "smtp_login_rejected": "the mail server takes even a new login for ended",
    }


class AccessError(ProviderError):
    """The access token was not accepted: get another one and try once more."""

    sentences = {"token_rejected": "the access token was not accepted"}


class ApplicationError(ProviderError):
    """What the administrator set up at the provider, or here, does not fit."""

    sentences = {
        "wrong_client": "the provider does not know this client id and secret",
        "secret_expired": "the client secret or certificate has expired",
        "wrong_tenant": "the application is not available to this account or tenant",
        "tenant_needed": "without a login, the tenant has to be named",
        "bad_key": "the key or certificate cannot be used",
        "redirect_mismatch": "the redirect address is not registered",
        "admin_consent_missing": "an administrator has to approve the application",
        "api_disabled": "the mail interface is not enabled for the application",
        "clock_skew": "the clock of this machine or of the provider is wrong",
        "certificate": "the certificate of the provider's server is not valid",
        "insecure_connection": "the connection to the mail server is not protected",
        "rejected": "the provider rejects the request",
    }


class RefusedError(ProviderError):
    """The provider refuses a mail, or this way to send it."""

    sentences = {
        "too_large": "the message is too large",
        "too_large_for_graph": "the message is larger than {size} MB",
        "send_as_denied": "the account may not send from this address",
        "smtp_auth_disabled": "the mailbox does not take mail over SMTP",
        "oauth_not_offered": "the mail server offers no login with OAuth",
        "quota_exceeded": "the account has sent as much as it may for now",
        "sending_blocked": "the provider has blocked sending from the account",
        "no_mailbox": "the account has no mailbox at the provider",
        "message_rejected": "the provider rejects the message",
    }


class StorageError(ProviderError):
    """What was stored here cannot be read."""

    sentences = {
        "bad_key": "a key in the configuration is not a Fernet key",
        "key_missing": "no key in the configuration opens what is stored",
    }


#: What a provider's own word for an error means: the class and its code.
Cause = tuple[type[ProviderError], str]
