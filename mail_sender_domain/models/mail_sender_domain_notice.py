# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models
from odoo.tools import format_datetime

from .choosing import SENDER_CONTEXT, SenderContext

#: What asks somebody to mend the records of a domain.
MEND_ACTIVITY = "mail_sender_domain.mail_activity_type_mend_domain"

#: No answer is no news before this part of the grace is over.
PATIENCE = 3


class MailSenderDomain(models.Model):
    """Who is told when the state of a sending domain changes: once, not at each check.

    The change itself stands in the log of the domain; what has to be mended becomes an
    activity, which goes away when it is mended.
    """

    _inherit = "mail.sender.domain"

    def _conclude(self, grace):
        before = self.state
        result = super()._conclude(grace)
        if self._needs_mending(grace):
            self._ask_to_mend(grace, is_news=before != self.state)
        elif self.state == "verified" and before != "verified":
            self._thank(is_first=before in ("draft", "pending"))
        return result

    def _needs_mending(self, grace):
        """Whether a person has to do something: silence alone may pass by itself."""
        if self.state != "unknown":
            return self.state in ("failing", "broken")
        return fields.Datetime.now() - self.failing_since >= grace / PATIENCE

    def _ask_to_mend(self, grace, is_news):
        """Give the responsible an activity; when things got worse, say so there.

        :param is_news: whether the state changed
        """
        activity = self.activity_search([MEND_ACTIVITY])
        if activity and not is_news:
            return
        user = self._get_responsible()
        self = self.with_context(lang=user.lang)
        note = self._get_mend_text(self.failing_since + grace, user)
        if activity:
            activity.note = note
            return
        # The mail about it must not take the very road that may be blocked.
        context = SenderContext(self.company_id.id, system_kind="account")
        self.with_context(**{SENDER_CONTEXT: context}).activity_schedule(
            MEND_ACTIVITY, note=note, user_id=user.id
        )

    def _get_mend_text(self, end, user):
        """What is wrong, what it costs and when, and what to do: translated.

        :param end: when the grace is over
        """
        if self.state == "broken":
            return self.env._(
                "The DNS records of %(domain)s are not right, and mail no longer "
                "leaves from its addresses. Open the domain: each record says what to "
                "publish. Mail that waits leaves by itself afterwards.",
                domain=self.name,
            )
        end = format_datetime(self.env, end, tz=user.tz)
        if self.state == "unknown":
            return self.env._(
                "The name servers of %(domain)s do not answer. Mail still leaves from "
                "its addresses, until %(end)s. Ask whoever runs the name servers.",
                domain=self.name,
                end=end,
            )
        return self.env._(
            "DNS records of %(domain)s are missing or wrong. Mail still leaves from "
            "its addresses, until %(end)s. Open the domain: each record says what to "
            "publish.",
            domain=self.name,
            end=end,
        )

    def _thank(self, is_first):
        """Nobody has to mend the domain any more; who waited for it gets to know.

        :param is_first: whether the domain was not verified before
        """
        user = self._get_responsible()
        message = self.with_context(lang=user.lang).env._(
            "The DNS records of %(domain)s are right: mail can leave from its "
            "addresses.",
            domain=self.name,
        )
        self.activity_feedback([MEND_ACTIVITY], feedback=message)
        if is_first:
            user._bus_send(
                "simple_notification", {"type": "success", "message": message}
            )

    def _get_responsible(self):
        """Who is asked to mend what breaks: the chosen one, else who set it up."""
        return self.company_id._get_sender_responsible(self)
