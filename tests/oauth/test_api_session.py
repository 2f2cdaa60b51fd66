# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo sends through the provider's interface as it does through SMTP."""

import email.policy
from email.message import EmailMessage

import pytest
from providers.api_session import ApiSession
from providers.base import Purpose
from providers.errors import RefusedError
from tools.smtp_transport import SenderMismatchError, SenderTransport

from ..peers.mail_apis import gmail_error, graph_error
from .token_server import ANN

FOLLOWERS = ["one@example.com", "two@example.com", "three@example.com"]
COLLEAGUE = "colleague@acme.test"


@pytest.fixture
def smtp(provider, connect) -> ApiSession:
    access, _grant = provider.refresh(connect(provider), Purpose.API)
    return ApiSession(provider.open_api(lambda: access.token))


def build(to: str, text: str = "Hello", **headers: str) -> EmailMessage:
    """Make a message as ``ir.mail_server`` does, ready to be sent."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["Subject"] = "Invoice é"
    message["From"] = f'"Änn" <{ANN}>'
    message["To"] = to
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text, charset="utf-8")
    return message


def test_a_message_arrives(smtp, api_server):
    message = build('"Bób" <bob@example.com>', "Lígne\n.\n", Cc="carl@example.com")
    refused = smtp.send_message(message, ANN, ["bob@example.com", "carl@example.com"])
    assert refused == {}
    [mail] = api_server.mails
    assert mail.recipients == {"bob@example.com", "carl@example.com"}
    assert mail.message["To"].addresses[0].display_name == "Bób"
    assert mail.message["Cc"] == "carl@example.com"
    assert mail.message["Subject"] == "Invoice é"
    assert mail.message.get_content() == "Lígne\n.\n"


def test_followers_get_their_own_copy_and_nobody_elses(smtp, api_server):
    """Odoo shows all external followers in To, and sends one copy to each."""
    shown = ", ".join(FOLLOWERS)
    for follower in FOLLOWERS:
        message = build(shown, f"https://odoo.test/unfollow?for={follower}")
        smtp.send_message(message, ANN, [follower])
    assert [mail.recipients for mail in api_server.mails] == [
        {follower} for follower in FOLLOWERS
    ]
    for mail, follower in zip(api_server.mails, FOLLOWERS, strict=True):
        assert mail.message.get_content().strip().endswith(f"for={follower}")
        assert mail.message["To"] == follower


def test_a_channel_in_to_gets_nothing(smtp, api_server):
    """``X-Forge-To`` shows the channel to its members."""
    for member in FOLLOWERS:
        message = build('"Channel" <channel@acme.test>')
        smtp.send_message(message, ANN, [member])
    assert [mail.recipients for mail in api_server.mails] == [
        {member} for member in FOLLOWERS
    ]


def test_who_was_skipped_gets_nothing(smtp, api_server):
    """``send_smtp_skip_to`` leaves recipients out of the envelope only."""
    smtp.send_message(build(", ".join(FOLLOWERS)), ANN, FOLLOWERS[:2])
    [mail] = api_server.mails
    assert mail.recipients == set(FOLLOWERS[:2])


def test_a_hidden_recipient_stays_hidden(smtp, api_server):
    message = build("bob@example.com", Bcc=COLLEAGUE)
    smtp.send_message(message, ANN, ["bob@example.com", COLLEAGUE])
    [mail] = api_server.mails
    assert mail.recipients == {"bob@example.com", COLLEAGUE}
    assert COLLEAGUE.encode() not in mail.content


def test_one_recipient_may_be_a_text(smtp, api_server):
    smtp.sendmail(ANN, "bob@example.com", build("x@y.test").as_bytes())
    assert api_server.mails[0].recipients == {"bob@example.com"}


def test_a_refusal_is_told(smtp, api_server):
    api_server.faults += [
        gmail_error(403, "Delegation denied", "delegationDenied")
        if "gmail" in type(api_server).__name__.lower()
        else graph_error(403, "ErrorSendAsDenied")
    ]
    with pytest.raises(RefusedError) as failure:
        smtp.send_message(build("bob@example.com"), ANN, ["bob@example.com"])
    assert failure.value.code == "send_as_denied"


def test_the_transport_of_the_other_addon_looks_at_every_message(smtp, api_server):
    transport = SenderTransport(smtp)
    transport.expect("boss@acme.test")
    with pytest.raises(SenderMismatchError):
        smtp.send_message(build("bob@example.com"), ANN, ["bob@example.com"])
    assert not api_server.mails
    transport.expect(ANN)
    smtp.send_message(build("bob@example.com"), ANN, ["bob@example.com"])
    assert len(api_server.mails) == 1


def test_odoo_keeps_what_it_knows_on_the_session(smtp):
    assert (smtp.from_filter, smtp.smtp_from) == (None, None)
    smtp.from_filter, smtp.smtp_from = "acme.test", ANN
    smtp.quit()
    smtp.close()
