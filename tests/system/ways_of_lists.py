# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mail of mailing lists, which have addresses and no company."""

from odoo import Command

from .way_case import WayCase

MESSAGE = """\
From: {author}
To: news@south.test
Subject: hello
Message-ID: <{author}>
Content-Type: text/plain; charset=utf-8

Hello list.
"""
POSTER = "Poster <poster@example.com>"
COLLEAGUE = "Colleague <colleague@staff.test>"


class WaysOfLists(WayCase):
    """A list at news@south.test with one member beyond whoever writes to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Lists of demo data have moderators of their own.
        cls.env["mail.group"].search([]).moderation = False
        cls.list = cls.env["mail.group"].create(
            {
                "name": "News",
                "access_mode": "public",
                "alias_name": "news",
                "alias_domain_id": cls.south.alias_domain_id.id,
                "moderator_ids": [Command.set(cls.colleague.ids)],
                "moderation_notify": False,
                "moderation_notify_msg": "<p>Please wait</p>",
                "moderation_guidelines_msg": "<p>Be nice</p>",
                "member_ids": [
                    Command.create({"email": "member@example.com"}),
                    Command.create({"email": "poster@example.com"}),
                ],
            }
        )

    def write_to_list(self, author: str) -> None:
        """Let the gateway receive a mail to the list."""
        self.env["mail.thread"].message_process(False, MESSAGE.format(author=author))

    def moderate(self):
        """Let a moderator look at a mail first, and return it."""
        self.list.write({"moderation": True})
        self.write_to_list(POSTER)
        return self.list.mail_group_message_ids

    def test_list_message(self):
        self.write_to_list(POSTER)
        self.assert_left()

    def test_list_message_of_a_colleague(self):
        self.list.member_ids[1].unlink()
        self.write_to_list(COLLEAGUE)
        self.assert_left()

    def test_list_guidelines(self):
        self.list.moderator_ids += self.seller
        self.as_seller(self.list).action_send_guidelines(self.list.member_ids[:1])
        self.assert_left()

    def test_list_subscription(self):
        """Somebody asks on the web site for a seat on the list."""
        public = self.env.ref("base.public_user")
        group = self.list.with_user(public).sudo()
        group._send_subscribe_confirmation_email("member@example.com")
        self.assert_left()

    def test_list_waits_for_moderator(self):
        self.moderate()
        self.run_cron("mail_group.ir_cron_mail_notify_group_moderators")
        self.assert_left()

    def test_list_moderation_notice(self):
        """The author learns that the mail waits for a moderator."""
        self.list.moderation_notify = True
        self.moderate()
        self.assert_left()

    def test_list_refusal(self):
        message = self.moderate()
        self.list.moderator_ids += self.seller
        message = self.as_seller(message)
        message.action_moderate_reject_with_comment("No", "<p>Sorry</p>")
        self.assert_left()
