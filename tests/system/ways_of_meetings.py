# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mail with meetings, events and surveys."""

from datetime import timedelta

from odoo import Command, fields

from .way_case import WayCase


class WaysOfMeetings(WayCase):
    """Meetings and surveys belong to people and to no company; events do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller.group_ids += cls.env.ref("event.group_event_user") | cls.env.ref(
            "survey.group_survey_user"
        )
        # Those of demo data are due as well.
        cls.env["calendar.alarm_manager"]._send_reminder()
        cls.env["event.mail"].search([]).unlink()

    # --------------------------------------------------------------- meetings

    def make_meeting(self, **values):
        """Invite the customer to a meeting, as Seller."""
        start = fields.Datetime.now() + timedelta(days=1)
        return self.as_seller(self.env["calendar.event"]).create(
            {
                "name": "Meeting",
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": [Command.set(self.customer.ids)],
                "user_id": self.seller.id,
                **values,
            }
        )

    def make_silent_meeting(self, **values):
        """Arrange a meeting whose invitation does not matter."""
        meeting = self.make_meeting(**values)
        self.run_cron("mail.ir_cron_mail_scheduler_action")
        self.forget_mails()
        return meeting

    def test_meeting_invitation(self):
        self.make_meeting()
        self.assert_left()

    def test_meeting_change(self):
        meeting = self.make_silent_meeting()
        start = meeting.start + timedelta(hours=2)
        meeting.write({"start": start, "stop": start + timedelta(hours=1)})
        self.assert_left()

    def test_meeting_cancellation(self):
        meeting = self.make_silent_meeting()
        wizard = self.as_seller(self.env["calendar.popover.delete.wizard"]).create(
            {"calendar_event_id": meeting.id}
        )
        wizard.action_send_mail_and_delete()
        self.assert_left()

    def test_meeting_reminder(self):
        """The scheduler reminds in the name of whoever invited."""
        alarm = self.env["calendar.alarm"].create(
            {
                "name": "A week before",
                "alarm_type": "email",
                "interval": "days",
                "duration": 7,
                "mail_template_id": self.env.ref(
                    "calendar.calendar_template_meeting_reminder"
                ).id,
            }
        )
        start = fields.Datetime.now() + timedelta(days=7, minutes=-5)
        self.make_silent_meeting(
            start=start,
            stop=start + timedelta(hours=1),
            alarm_ids=[Command.set(alarm.ids)],
        )
        self.run_cron("calendar.ir_cron_scheduler_alarm")
        self.assert_left()

    # ----------------------------------------------------------------- events

    def make_event(self, template: str, **scheduler):
        """Organise an event of South that starts soon."""
        start = fields.Datetime.now() + timedelta(minutes=30)
        template = self.env.ref(template)
        return self.env["event.event"].create(
            {
                "name": "Open House",
                "company_id": self.south.id,
                "organizer_id": self.south.partner_id.id,
                "date_begin": start,
                "date_end": start + timedelta(hours=1),
                "event_mail_ids": [
                    Command.create(
                        {"template_ref": f"mail.template,{template.id}", **scheduler}
                    )
                ],
            }
        )

    def register(self, event) -> None:
        """Let Seller register the customer."""
        self.as_seller(self.env["event.registration"]).create(
            {"event_id": event.id, "partner_id": self.customer.id, "state": "open"}
        )

    def test_event_registration(self):
        """The event confirms by itself, whoever registers."""
        event = self.make_event(
            "event.event_subscription", interval_type="after_sub", interval_unit="now"
        )
        self.register(event)
        self.assert_left()

    def test_event_reminder(self):
        event = self.make_event(
            "event.event_reminder", interval_type="before_event", interval_nbr=1
        )
        self.register(event)
        self.run_cron("event.event_mail_scheduler")
        self.assert_left()

    # ---------------------------------------------------------------- surveys

    def make_survey(self, **values):
        """Write a survey, as Seller."""
        return self.as_seller(self.env["survey.survey"]).create(
            {
                "title": "Questions",
                "access_mode": "token",
                "question_and_page_ids": [
                    Command.create(
                        {"title": "Why?", "question_type": "text_box", "sequence": 1}
                    )
                ],
                **values,
            }
        )

    def test_survey_invitation(self):
        survey = self.make_survey()
        template = self.env.ref("survey.mail_template_user_input_invite")
        wizard = self.as_seller(self.env["survey.invite"]).create(
            {
                "survey_id": survey.id,
                "template_id": template.id,
                "partner_ids": [Command.set(self.customer.ids)],
            }
        )
        wizard.action_invite()
        self.assert_left()

    def test_survey_certificate(self):
        """A customer of South passes, logged in to the portal."""
        survey = self.make_survey(
            certification=True,
            scoring_type="scoring_with_answers",
            scoring_success_min=0,
            certification_mail_template_id=self.env.ref(
                "survey.mail_template_certification"
            ).id,
        )
        portal_user = self.make_portal_user()
        answers = survey.sudo()._create_answer(user=portal_user)
        answers.with_user(portal_user).with_context({}).sudo()._mark_done()
        self.assert_left()
