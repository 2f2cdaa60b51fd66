# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What servers answer becomes a code with a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.smtp_refusal import (
    CODES,
    MAX_REPLY_LENGTH,
    Stage,
    explain_refusal,
    split_reply,
)

#: Answers as the providers give them.
REPLIES = [
    (Stage.GREETING, "554 5.3.2 go away", "server_refused"),
    (Stage.GREETING, "421 4.3.2 shutting down", "try_later"),
    (Stage.GREETING, "421 4.7.0 Too many connections", "limit_reached"),
    (Stage.GREETING, "554 Blocked - see zen.spamhaus.org/192.0.2.1", "address_blocked"),
    (Stage.TLS, "454 4.7.0 TLS not available", "tls_refused"),
    (Stage.TLS, "500 STARTTLS unknown", "tls_refused"),
    # -- login: RFC 4954, Google, Microsoft, others
    (Stage.LOGIN, "535 5.7.8 Authentication credentials invalid", "login_refused"),
    (Stage.LOGIN, "535 Authentication failed", "login_refused"),
    (Stage.LOGIN, "535 5.7.3 Authentication unsuccessful", "login_refused"),
    (
        Stage.LOGIN,
        "535 5.7.8 Username and Password not accepted. For more information, go to\n"
        "5.7.8  https://support.google.com/mail/?p=BadCredentials x - gsmtp",
        "login_refused",
    ),
    (
        Stage.LOGIN,
        "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.",
        "login_refused",
    ),
    (Stage.LOGIN, "550 5.7.1 go away", "login_refused"),
    (
        Stage.LOGIN,
        "534 5.7.9 Application-specific password required. For more information, go to",
        "app_password_needed",
    ),
    (Stage.LOGIN, "535 5.7.0 Application password is REQUIRED", "app_password_needed"),
    (
        Stage.LOGIN,
        "534 5.7.14 Please log in with your web browser and then try again.",
        "browser_login_needed",
    ),
    (
        Stage.LOGIN,
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled "
        "for the Tenant. Visit https://aka.ms/smtp_auth_disabled",
        "login_off",
    ),
    (
        Stage.LOGIN,
        "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
        "login_off",
    ),
    (
        Stage.LOGIN,
        "535 5.7.139 Authentication unsuccessful, user is locked by your "
        "organization's security defaults policy. Contact your administrator.",
        "login_off",
    ),
    (Stage.LOGIN, "535 5.7.139 Authentication unsuccessful", "login_off"),
    (Stage.LOGIN, "525 5.7.13 User account disabled", "account_disabled"),
    (Stage.LOGIN, "535 5.7.0 Too many bad auth attempts", "too_many_logins"),
    (Stage.LOGIN, "454 4.7.0 Too many login attempts", "too_many_logins"),
    (Stage.LOGIN, "454 4.7.0 Temporary authentication failure", "login_later"),
    (Stage.LOGIN, "432 4.7.12 A password transition is needed", "login_later"),
    (Stage.LOGIN, "504 5.5.4 Unrecognized authentication type", "login_not_offered"),
    (Stage.LOGIN, "502 5.5.1 Command not implemented", "login_not_offered"),
    (Stage.LOGIN, "538 5.7.11 Encryption required for this mechanism", "tls_needed"),
    # -- sender
    (Stage.SENDER, "530 5.7.0 Must issue a STARTTLS command first", "tls_needed"),
    (Stage.SENDER, "530 5.7.0 Authentication Required", "login_needed"),
    (Stage.SENDER, "530 5.7.57 Client not authenticated to send mail", "login_needed"),
    (
        Stage.SENDER,
        "553 5.7.1 <a@x.test>: Sender address rejected: not logged in",
        "login_needed",
    ),
    (
        Stage.SENDER,
        "553 5.7.1 <a@x.test>: Sender address rejected: not owned by user b@x.test",
        "sender_not_allowed",
    ),
    (Stage.SENDER, "553 Relaying disallowed as a@x.test", "sender_not_allowed"),
    (Stage.SENDER, "550 Sender address is not allowed.", "sender_not_allowed"),
    (
        Stage.SENDER,
        "450 4.1.8 <a@x.test>: Sender address rejected: Domain not found",
        "sender_domain_unknown",
    ),
    (
        Stage.SENDER,
        "501 5.1.8 Domain of sender address a@x.test does not exist",
        "sender_domain_unknown",
    ),
    (Stage.SENDER, "550 5.1.8 Access denied, bad outbound sender", "sending_blocked"),
    (Stage.SENDER, "552 5.3.4 Message size exceeds fixed limit", "too_large"),
    (Stage.SENDER, "552 message size exceeds fixed maximum message size", "too_large"),
    (Stage.SENDER, "550 5.4.5 Daily user sending limit exceeded", "limit_reached"),
    (Stage.SENDER, "452 4.2.2 Quota exceeded for the current period", "limit_reached"),
    (Stage.SENDER, "451 4.7.500 Server busy. Please try again later", "try_later"),
    (Stage.SENDER, "550 5.7.1 no", "sender_refused"),
    (Stage.SENDER, "550 relay not permitted", "relay_denied"),
    # -- recipient
    (
        Stage.RECIPIENT,
        "554 5.7.1 <b@y.test>: Relay access denied",
        "relay_denied",
    ),
    (Stage.RECIPIENT, "550 5.7.54 SMTP; Unable to relay recipient", "relay_denied"),
    (
        Stage.RECIPIENT,
        "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
        "relay_denied",
    ),
    (Stage.RECIPIENT, "550 5.1.1 <b@y.test>: User unknown", "recipient_unknown"),
    (Stage.RECIPIENT, "550 No such user here", "recipient_unknown"),
    (
        Stage.RECIPIENT,
        "550 5.4.1 Recipient address rejected: Access denied.",
        "recipient_unknown",
    ),
    (Stage.RECIPIENT, "552 5.2.2 mailbox full", "mailbox_full"),
    (
        Stage.RECIPIENT,
        "452 4.2.2 The email account that you tried to reach is over quota",
        "mailbox_full",
    ),
    (Stage.RECIPIENT, "450 4.7.1 Greylisted, try again", "try_later"),
    (Stage.RECIPIENT, "550 mailbox unavailable", "recipient_refused"),
    (
        Stage.RECIPIENT,
        "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen",
        "address_blocked",
    ),
    # -- message
    (
        Stage.MESSAGE,
        "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
        "sender_not_allowed",
    ),
    (
        Stage.MESSAGE,
        "554 5.2.252 SendAsDenied; a@x.test not allowed to send as b@x.test; STOREDRV",
        "sender_not_allowed",
    ),
    (
        Stage.MESSAGE,
        "554 Message rejected: Email address is not verified.",
        "sender_not_allowed",
    ),
    (
        Stage.MESSAGE,
        "550 5.7.515 Access denied, sending domain x.test does not meet the required "
        "authentication level.",
        "unauthenticated",
    ),
    (
        Stage.MESSAGE,
        "550 5.7.26 Your email has been blocked because the sender is "
        "unauthenticated.\n"
        "5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.",
        "unauthenticated",
    ),
    (
        Stage.MESSAGE,
        "550 5.7.1 Unauthenticated email from x.test is not accepted due to domain's "
        "DMARC policy.",
        "unauthenticated",
    ),
    (
        Stage.MESSAGE,
        "421 4.7.26 This mail is unauthenticated, rate limited",
        "unauthenticated",
    ),
    (Stage.MESSAGE, "550 5.7.25 The IP address has no PTR record", "address_blocked"),
    (Stage.MESSAGE, "552 5.3.4 too much", "too_large"),
    (Stage.MESSAGE, "552 Error: Too much mail data", "too_large"),
    (Stage.MESSAGE, "550 5.2.3 no", "too_large"),
    (
        Stage.MESSAGE,
        "552 5.7.0 This message was blocked because its content presents a potential "
        "security issue.",
        "content_refused",
    ),
    (Stage.MESSAGE, "554 5.7.1 Rejected as spam", "spam"),
    (
        Stage.MESSAGE,
        "550 5.7.1 Our system has detected that this message is likely unsolicited "
        "mail",
        "spam",
    ),
    (Stage.MESSAGE, "550 5.7.1 rejected by policy", "spam"),
    (Stage.MESSAGE, "554 Transaction failed", "message_refused"),
    (Stage.MESSAGE, "554 5.2.0 WASCL OutboundSpamException", "sending_blocked"),
    (Stage.MESSAGE, "432 4.3.2 sender thread limit exceeded", "limit_reached"),
    (Stage.MESSAGE, "421 4.7.28 unusual rate of unsolicited mail", "limit_reached"),
    (Stage.MESSAGE, "451 4.3.0 try later", "try_later"),
    # -- where nobody knows what was refused
    (None, "535 5.7.8 Username and Password not accepted", "login_refused"),
    (None, "421 4.3.2 shutting down", "try_later"),
]

LOGIN_CODES = {
    "login_refused",
    "app_password_needed",
    "browser_login_needed",
    "login_off",
    "account_disabled",
    "login_needed",
}


@pytest.mark.parametrize(("stage", "reply", "code"), REPLIES)
def test_reply(stage, reply, code):
    number, text = int(reply[:3]), reply[4:]
    refusal = explain_refusal(number, *split_reply(text.encode()), stage)
    assert refusal.code == code
    assert refusal.is_permanent is (number >= 500)
    assert refusal.is_login is (number >= 500 and code in LOGIN_CODES)
    assert refusal.reply_code == number
    assert str(refusal)


def test_the_answer_is_one_line_without_repetitions():
    refusal = explain_refusal(534, *split_reply(b"5.7.9 App\n5.7.9  password\x07"))
    assert refusal.reply_text == "5.7.9 App password\ufffd"
    assert refusal.params == {"reply": "534 5.7.9 App password\ufffd"}


@given(
    st.integers(),
    st.one_of(st.text(), st.from_regex(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")),
    st.text(),
    st.sampled_from([*Stage, None]),
)
def test_any_reply_has_an_explanation(reply_code, enhanced, text, stage):
    refusal = explain_refusal(reply_code, enhanced, text, stage)
    assert str(refusal).isprintable()
    assert len(refusal.reply_text) <= MAX_REPLY_LENGTH
    assert not (refusal.is_login and not refusal.is_permanent)


@given(st.binary())
def test_any_bytes_are_a_reply(reply):
    enhanced, text = split_reply(reply)
    assert explain_refusal(550, enhanced, text).code in CODES


def test_a_very_long_reply_costs_no_time():
    text = "sender domain ip mailbox account limit from user " * 100_000
    assert explain_refusal(550, "", text, Stage.SENDER).code == "sender_refused"
