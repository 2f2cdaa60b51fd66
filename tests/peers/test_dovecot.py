# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Dovecot's submission server wants a token.

``tests/oauth/test_xoauth2.py`` shows whom it lets in.
"""

import smtplib
import ssl

import pytest

from .dovecot import Dovecot
from .openid_provider import OpenIdProvider
from .smtp_receiver import SmtpReceiver


def test_offers_a_login_and_lets_nobody_in_without_one():
    with Dovecot(OpenIdProvider(), SmtpReceiver()) as server:
        context = ssl.create_default_context()
        server.authority.configure_trust(context)
        with smtplib.SMTP("localhost", server.port, timeout=10) as client:
            client.starttls(context=context)
            with pytest.raises(smtplib.SMTPSenderRefused):
                client.sendmail("a@acme.test", ["b@example.com"], "")
            assert client.esmtp_features["auth"].split() == ["XOAUTH2", "OAUTHBEARER"]
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP("localhost", server.port, timeout=10)
