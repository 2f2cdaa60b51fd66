# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people read for the codes of :mod:`.providers`; each says what to do."""

from __future__ import annotations

from collections.abc import Mapping

from odoo.tools.translate import LazyTranslate

from .providers.errors import ProviderError

_lt = LazyTranslate(__name__)

#: Placeholders are the names of the parameters.
PROVIDER_TEXTS = {
    # it may work later
    "unreachable": _lt(
        "The provider cannot be reached. It is tried again; if it lasts, ask the "
        "system administrator whether Odoo may connect to the internet."
    ),
    "no_answer": _lt("The provider did not answer. It is tried again."),
    "server_error": _lt("The provider has a failure. It is tried again."),
    "rate_limited": _lt("The provider wants fewer mails at a time. The rest waits."),
    "unexpected_answer": _lt(
        "Something else than the provider answered, perhaps a proxy. Ask the system "
        "administrator to check the connection."
    ),
    # linking failed
    "consent_denied": _lt(
        "The login was cancelled or refused. Press Connect to try again."
    ),
    "state_mismatch": _lt(
        "The answer belongs to another attempt. Press Connect to try again."
    ),
    "code_rejected": _lt(
        "The answer of the login was used already or is too old. Press Connect to try "
        "again."
    ),
    "no_refresh_token": _lt(
        "The provider gave no lasting permission. Remove Odoo from the connected "
        "applications of the account, then press Connect again."
    ),
    "no_address": _lt(
        "The account has no mail address. Log in with an account that has a mailbox."
    ),
    "other_account": _lt("%(found)s logged in instead of %(expected)s."),
    # log in again
    "invalid_grant": _lt(
        "The permission has expired or was withdrawn. Press Reconnect."
    ),
    "grant_expired": _lt("The permission has expired. Press Reconnect."),
    "consent_revoked": _lt(
        "The permission was withdrawn at the provider. Press Reconnect to give it "
        "again."
    ),
    "password_changed": _lt(
        "The password of the account was changed, or its sessions were ended. Press "
        "Reconnect."
    ),
    "conditional_access": _lt(
        "The organisation of the account asks for another login, for example with a "
        "second factor. Press Reconnect; if that does not help, ask its administrator."
    ),
    "account_disabled": _lt(
        "The account is disabled or gone. Ask its administrator, or connect another "
        "account."
    ),
    "scope_missing": _lt(
        "The permission %(scopes)s was not given. Press Reconnect and leave all boxes "
        "ticked."
    ),
    "smtp_scope_missing": _lt(
        "The mail server asks for the permission %(scope)s (status %(status)s), which "
        "the login does not give, or gives for another mailbox. Press Reconnect and "
        "leave all boxes ticked."
    ),
    "smtp_login_rejected": _lt(
        "The mail server takes even a new login as ended or withdrawn (status "
        "%(status)s). Press Reconnect; if that does not help, ask the administrator of "
        "the mailbox."
    ),
    "token_rejected": _lt("The provider did not accept the login. It is tried again."),
    # the application
    "wrong_client": _lt(
        "The provider does not know the client ID or the secret. Ask the system "
        "administrator to enter them again under OAuth Applications."
    ),
    "secret_expired": _lt(
        "The client secret or certificate has expired. Ask the system administrator "
        "to make a new one at the provider and to enter it under OAuth Applications."
    ),
    "wrong_tenant": _lt(
        "The application is not available to this account. Ask the system "
        "administrator to check the tenant under OAuth Applications."
    ),
    "tenant_needed": _lt(
        "Without a login the tenant has to be named. Ask the system administrator to "
        "enter its id under OAuth Applications."
    ),
    "bad_key": _lt(
        "A key or certificate cannot be used. Ask the system administrator to enter it "
        "again, whole and unencrypted, or to correct it in the configuration of Odoo."
    ),
    "redirect_mismatch": _lt(
        "The redirect URI is not registered at the provider. Ask the system "
        "administrator to copy it from OAuth Applications."
    ),
    "admin_consent_missing": _lt(
        "An administrator of the organisation has to approve the application at the "
        "provider first."
    ),
    "api_disabled": _lt(
        "The mail interface is not enabled for the application. Ask the system "
        "administrator to enable the Gmail API at Google."
    ),
    "clock_skew": _lt(
        "The clock of this machine is wrong. Ask the system administrator to set it."
    ),
    "certificate": _lt(
        "The certificate of the provider's server is not valid: somebody may be "
        "listening. Ask the system administrator to check the connection."
    ),
    "insecure_connection": _lt(
        "The connection to the mail server is not protected. Ask the system "
        "administrator to check the outgoing mail server."
    ),
    "rejected": _lt("The provider rejects the request."),
    # a mail, or a way to send
    "too_large": _lt("The message is too large. Send fewer or smaller attachments."),
    "too_large_for_graph": _lt(
        "The message is too large: Microsoft Graph takes at most %(size)s MB with all "
        "attachments. Send fewer or smaller attachments, or choose SMTP under “Sends "
        "Through” of the linked mailbox, which takes more."
    ),
    "send_as_denied": _lt(
        "The account may not send from this address. Its administrator has to allow "
        "“Send as” for it at the provider."
    ),
    "smtp_auth_disabled": _lt(
        "The mailbox does not take mail over SMTP. Choose the interface of the "
        "provider, or have its administrator enable “Authenticated SMTP”."
    ),
    "oauth_not_offered": _lt(
        "The mail server offers no login of this kind. Choose the interface of the "
        "provider."
    ),
    "quota_exceeded": _lt(
        "The account has sent as much as it may for now. The rest waits."
    ),
    "sending_blocked": _lt(
        "The provider has blocked sending from the account. Its owner finds the reason "
        "in the mailbox."
    ),
    "no_mailbox": _lt(
        "The account has no mailbox at the provider. Connect an account that has one."
    ),
    "message_rejected": _lt("The provider rejects the message."),
    # what is stored here
    "key_missing": _lt(
        "The key that opens the stored login is not in the configuration of Odoo any "
        "more. Ask the system administrator to put it back, or press Reconnect."
    ),
}


def provider_text(env, code: str, params: Mapping[str, object]) -> str:
    """Say what a provider's error means and what to do, with the provider's own words.

    :param code: of a :class:`.providers.errors.ProviderError`
    :param params: of the same
    """
    sentence = env._(PROVIDER_TEXTS[code])
    said = [sentence % params]
    if detail := params.get("detail"):
        said.append(env._("(It says: %(detail)s)", detail=detail))
    return " ".join(said)


def provider_error_text(env, error: ProviderError) -> str:
    """The same for an error."""
    return provider_text(env, error.code, error.params)
