# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A domain whose DKIM keys live through a time that passes at will."""

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields

from tests.peers import opendkim
from tests.peers.smtp_receiver import ReceivedMail

from .common import SystemCase

DAY = timedelta(days=1)
NOON = datetime(2026, 11, 22, 12, 0)


class KeyCase(SystemCase):
    """Mail leaves signed at every time, and verifiers that are not ours agree.

    Only the clock of the models is moved: peers and signatures live in the present.

    :ivar on_the_way: mails that receivers may still have to verify
    """

    @classmethod
    def setUpClass(cls) -> None:
        """Let time stand still."""
        super().setUpClass()
        cls.now = NOON
        cls.startClassPatcher(
            patch.object(fields.Datetime, "now", staticmethod(lambda *args: cls.now))
        )

    def setUp(self) -> None:
        """Begin at noon."""
        super().setUp()
        type(self).now = NOON
        self.on_the_way: list[tuple[datetime, ReceivedMail]] = []

    def pass_time(self, domain, pause: timedelta) -> None:
        """Let time pass, and let the domain be checked."""
        type(self).now += pause
        domain.action_check()

    def stages(self, domain) -> dict[str, str]:
        """Which keys there are, and in which stage, without those of the past."""
        keys = domain.key_ids.filtered(lambda key: key.stage != "retired")
        return {key.selector: key.stage for key in keys}

    def key(self, domain, selector: str):
        """The key that uses a selector now."""
        return domain.key_ids.filtered(
            lambda key: key.selector == selector and key.stage != "retired"
        )

    def publish_key(self, domain, selector: str) -> None:
        """Publish the record of a key, as the domain's administrator does."""
        key = self.key(domain, selector)
        self.dns.set(key.host, "TXT", key.public_record)

    def send(self, company, count: int = 1) -> list[ReceivedMail]:
        """Send mails of a company and return what arrived."""
        self.receiver.mails.clear()
        self.env["mail.mail"].with_company(company).create(
            [{"body_html": "<p>hello</p>", "email_to": "customer@example.com"}] * count
        ).send(raise_exception=True)
        mails = list(self.receiver.mails)
        self.on_the_way += [(self.now, mail) for mail in mails]
        return mails

    def selector(self, mail: ReceivedMail) -> str:
        """Which key signed a mail."""
        tags = str(mail.message["DKIM-Signature"]).replace(" ", "").split(";")
        [selector] = [tag[2:] for tag in tags if tag.startswith("s=")]
        return selector

    def assert_signed(self, company, selector: str) -> None:
        """Mail of a company is signed with a key, and everybody believes it."""
        [mail] = self.send(company)
        self.assertEqual(self.selector(mail), selector)
        verdict = self.verify(mail)
        self.assertTrue(verdict.passes, verdict)
        self.assertTrue(verdict.aligned_dkim, verdict)

    def assert_all_on_the_way_verify(self) -> None:
        """Whatever left within the last week is verified when it arrives now."""
        self.on_the_way = [
            (sent, mail) for sent, mail in self.on_the_way if self.now - sent < 7 * DAY
        ]
        for sent, mail in self.on_the_way:
            found = opendkim.verify(mail.content, self.dns.address)
            self.assertTrue(found.passes, (sent, self.now, found.text))
