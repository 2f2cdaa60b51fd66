# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mail that people write, and that Odoo writes about documents."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import SUPERUSER_ID, Command, fields
from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from .way_case import WayCase


class WaysOfMessages(WayCase):
    """Chatter, composer, templates, notifications and what sends them later."""

    def compose(self, records, mode: str, **values):
        """Open the composer on records as Seller, and press Send."""
        composer = self.as_seller(self.env["mail.compose.message"]).create(
            {
                "model": records._name,
                "res_ids": records.ids,
                "composition_mode": mode,
                **values,
            }
        )
        composer.action_send_mail()

    def test_chatter_message(self):
        self.order.message_post(
            body="hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
        )
        self.assert_left()

    def test_chatter_message_to_colleague(self):
        self.order.message_post(
            body="hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.colleague.partner_id.ids,
        )
        self.assert_left()

    def test_chatter_message_to_both(self):
        self.order.message_post(
            body="hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=(self.customer | self.colleague.partner_id).ids,
        )
        self.assert_left()

    def test_composer_comment(self):
        self.compose(self.order, "comment", template_id=self.template.id)
        self.assert_left()

    def test_composer_comment_batch(self):
        orders = self.order | self.make_order()
        self.compose(orders, "comment", template_id=self.template.id)
        self.assert_left()

    def test_composer_mass(self):
        orders = self.order | self.make_order()
        self.compose(orders, "mass_mail", template_id=self.template.id)
        self.assert_left()

    def test_composer_without_chatter(self):
        """Records that have no chatter are written about by message_notify."""
        journal_group = self.env["account.journal.group"].create(
            {"name": "A group", "company_id": self.south.id}
        )
        self.compose(
            self.as_seller(journal_group),
            "comment",
            subject="A group",
            body="hello",
            partner_ids=[Command.set(self.customer.ids)],
        )
        self.assert_left()

    def test_template_send_mail(self):
        self.as_seller(self.template).send_mail(self.order.id, force_send=True)
        self.assert_left()

    def test_template_send_mail_later(self):
        """The scheduler sends what a person left in the queue."""
        self.as_seller(self.template).send_mail(self.order.id)
        self.assert_left()

    def test_template_send_mail_batch(self):
        orders = self.order | self.make_order()
        self.as_seller(self.template).send_mail_batch(orders.ids, force_send=True)
        self.assert_left()

    def test_template_send_mail_by_cron(self):
        """Nobody pressed Send for what an automation of the scheduler sends."""
        code = f"env['mail.template'].browse({self.template.id}).send_mail"
        cron = self.env["ir.cron"].create(
            {
                "name": "Send",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "state": "code",
                "code": f"{code}({self.order.id})",
            }
        )
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assert_left()

    def test_post_with_template(self):
        self.order.message_post_with_source(
            self.template, message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assert_left()

    def test_post_with_view(self):
        self.order.message_post_with_source(
            "mail.message_origin_link",
            render_values={"self": self.order, "origin": self.order},
            partner_ids=self.customer.ids,
        )
        self.assert_left()

    def test_mail_with_template(self):
        self.order.message_mail_with_source(self.template)
        self.assert_left()

    def test_mail_with_view(self):
        self.order.message_mail_with_source(
            "mail.message_origin_link",
            render_values={"self": self.order, "origin": self.order},
            subject="A view",
            partner_ids=[Command.set(self.customer.ids)],
        )
        self.assert_left()

    def change(self, orders) -> None:
        """Change orders whose model sends a template about that, as stages do."""
        templates = {"note": (self.template, {})}
        with patch.object(type(orders), "_track_template", lambda *args: templates):
            orders._message_track_post_template(
                {id_: (["note"], []) for id_ in orders.ids}
            )

    def test_tracked_change(self):
        self.change(self.order)
        self.assert_left()

    def test_tracked_changes(self):
        """Several at once are written about in mass mode."""
        self.change(self.order | self.make_order())
        self.assert_left()

    def test_notification(self):
        self.order.message_notify(
            subject="hello", body="hello", partner_ids=self.colleague.partner_id.ids
        )
        self.assert_left()

    def test_notification_about_nothing(self):
        """Without a record the company is that of the person."""
        self.as_seller(self.env["mail.thread"]).message_notify(
            subject="hello", body="hello", partner_ids=self.colleague.partner_id.ids
        )
        self.assert_left()

    def test_assignment(self):
        self.order.user_id = self.colleague
        self.assert_left()

    def test_activity(self):
        self.order.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.colleague.id
        )
        self.assert_left()

    def test_activity_done(self):
        """A follower wants to hear of what was done."""
        subtype = self.env.ref("mail.mt_activities")
        self.order.message_subscribe(self.colleague.partner_id.ids, subtype.ids)
        activity = self.order.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.seller.id
        )
        activity.action_feedback("done")
        self.assert_left()

    def test_follower_invitation(self):
        wizard = self.as_seller(self.env["mail.followers.edit"]).create(
            {
                "res_model": self.order._name,
                "res_ids": str(self.order.ids),
                "partner_ids": [Command.set(self.customer.ids)],
                "notify": True,
            }
        )
        wizard.edit_followers()
        self.assert_left()

    def test_channel_invitation(self):
        channel = self.as_seller(self.env["discuss.channel"])._create_group(
            partners_to=self.colleague.partner_id.ids
        )
        channel.invite_by_email(["guest@example.com"])
        self.assert_left()

    def run_server_action(self, method: str) -> None:
        action = self.env["ir.actions.server"].create(
            {
                "name": "Send",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "state": "mail_post",
                "mail_post_method": method,
                "template_id": self.template.id,
            }
        )
        action.with_context(active_model="sale.order", active_ids=self.order.ids).run()

    def test_server_action_comment(self):
        self.run_server_action("comment")
        self.assert_left()

    def test_server_action_email(self):
        self.run_server_action("email")
        self.assert_left()

    def test_scheduled_message(self):
        composer = self.as_seller(self.env["mail.compose.message"]).create(
            {
                "model": "sale.order",
                "res_ids": self.order.ids,
                "composition_mode": "comment",
                "template_id": self.template.id,
                "scheduled_date": fields.Datetime.now() + timedelta(hours=1),
            }
        )
        composer.action_schedule_message()
        with freeze_time(fields.Datetime.now() + timedelta(hours=2)):
            self.run_cron("mail.ir_cron_post_scheduled_message")
        self.assert_left()

    @mute_logger("odoo.addons.mail.models.mail_scheduled_message")
    def test_scheduled_message_that_fails(self):
        """Whoever scheduled it learns of that."""
        self.env["mail.scheduled.message"].with_user(self.colleague).create(
            {
                "author_id": self.colleague.partner_id.id,
                "model": "sale.order",
                "res_id": self.order.id,
                "body": "later",
                "scheduled_date": fields.Datetime.now() + timedelta(hours=1),
            }
        )
        with (
            freeze_time(fields.Datetime.now() + timedelta(hours=2)),
            patch.object(
                type(self.order), "message_post", side_effect=AccessError("no")
            ),
        ):
            self.run_cron("mail.ir_cron_post_scheduled_message")
        self.assert_left()

    def test_message_schedule(self):
        """A message posted for later is sent by the scheduler."""
        self.order.message_post(
            body="later",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
            scheduled_date=fields.Datetime.now() + timedelta(hours=1),
        )
        self.env["mail.message.schedule"].search(
            []
        ).scheduled_datetime = fields.Datetime.now()
        self.run_cron("mail.ir_cron_send_scheduled_message")
        self.assert_left()

    def test_out_of_office(self):
        """The answer of somebody away, to a customer who wrote to that person."""
        self.colleague.write(
            {
                "out_of_office_from": fields.Datetime.now() - timedelta(days=1),
                "out_of_office_to": fields.Datetime.now() + timedelta(days=1),
                "out_of_office_message": "I am away",
                "notification_type": "inbox",
            }
        )
        self.order.message_unsubscribe(self.seller.partner_id.ids)
        self.order.with_user(SUPERUSER_ID).message_post(
            body="are you there?",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer.id,
            email_from=self.customer.email_formatted,
            partner_ids=self.colleague.partner_id.ids,
        )
        self.assert_left()

    def test_portal_comment(self):
        """What a customer writes in the portal goes to the followers."""
        portal_user = self.make_portal_user()
        self.order.message_subscribe(self.colleague.partner_id.ids)
        self.order.with_user(portal_user).sudo().message_post(
            body="a question",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer.id,
        )
        self.assert_left()

    def test_mail_by_hand(self):
        self.env["mail.mail"].create(
            {
                "subject": "by hand",
                "body_html": "<p>by hand</p>",
                "model": "sale.order",
                "res_id": self.order.id,
                "email_from": "anybody@elsewhere.test",
                "email_to": "customer@example.com",
            }
        ).send()
        self.assert_left()

    def test_mail_by_a_person(self):
        """What an addon writes by itself when somebody presses a button."""
        self.as_seller(self.env["mail.mail"]).sudo().create(
            {
                "subject": "by hand",
                "body_html": "<p>by hand</p>",
                "model": "sale.order",
                "res_id": self.order.id,
                "email_from": self.seller.email_formatted,
                "email_to": "customer@example.com",
            }
        )
        self.assert_left()
