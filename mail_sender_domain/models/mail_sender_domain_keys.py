# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..guide_errors import guided_error
from ..tools import key_rotation
from ..tools.expected_records import DkimKey
from .choosing import SENDER_CONTEXT, SenderContext

#: The selectors of a domain that points to the platform, used in turns.
ALIAS_SELECTORS = ("odoo-a", "odoo-b")

#: How long to wait before somebody is asked once more to publish a record.
REMIND = timedelta(days=30)

PUBLISH_ACTIVITY = "mail_sender_domain.mail_activity_type_publish_key"
REMOVE_ACTIVITY = "mail_sender_domain.mail_activity_type_remove_key"

#: What a status of a record says about its being there; the others say nothing.
IS_PUBLISHED = {"ok": True, "missing": False, "wrong": False}


class MailSenderDomain(models.Model):
    """The DKIM keys of a sending domain follow one another without a gap."""

    _inherit = "mail.sender.domain"

    def _get_living_keys(self):
        """The keys whose records have to be published."""
        return self.key_ids.filtered(lambda key: key.stage != "retired")

    def _prepare_dkim_keys(self):
        """The keys among what the expected records follow from."""
        living = self._get_living_keys()
        needed = living.filtered(lambda key: key.stage == "active") or living
        return tuple(
            DkimKey(key.selector, key.public_record, key in needed, key._get_alias())
            for key in living
        )

    def _get_slots(self):
        """The selectors that new keys are made for; none: always another one."""
        return ALIAS_SELECTORS if self.key_publishing == "platform" else ()

    def _plan_keys(self):
        """What is to become of the keys now.

        :rtype: ..tools.key_rotation.Plan
        """
        return key_rotation.plan(
            [key._prepare_rotation() for key in self._get_living_keys()],
            fields.Datetime.now(),
            slots=self._get_slots(),
        )

    def _make_first_keys(self):
        """Make the keys that these domains begin with."""
        for domain in self:
            if domain._get_slots():
                domain._make_keys(domain._plan_keys().create)
            else:
                domain._make_keys([key_rotation.NewKey("rsa")])

    # --------------------------------------------------------------- by checks

    def _turn_keys(self):
        """Note which keys a check saw, and let them go on in their lives."""
        self.ensure_one()
        if not self._is_signed():
            return
        self._see_keys()
        plan = self._plan_keys()
        for key in self._get_living_keys():
            if stage := plan.moves.get(key.selector):
                key._move(stage)
                self._note_move(key)
        if plan.create:
            self._make_keys(plan.create)
        elif plan.moves:
            self._sync_records()
        self._ask_to_publish()

    def _see_keys(self):
        """Store which keys are published, as the checked records say it."""
        now = fields.Datetime.now()
        lines = {line.host: line for line in self.record_ids if line.purpose == "dkim"}
        for key in self._get_living_keys():
            line = lines.get(key.host)
            seen = key_rotation.see(
                key._prepare_rotation(), now, IS_PUBLISHED.get(line and line.status)
            )
            if seen.published_since != (key.published_since or None):
                key.published_since = seen.published_since
                key.asked_on = False

    def _make_keys(self, new_keys):
        """Make keys.

        :param new_keys: of :class:`..tools.key_rotation.NewKey`
        """
        slots = self._get_slots()
        for new in new_keys:
            self.env["mail.sender.dkim.key"].create(
                {
                    "domain_id": self.id,
                    "algorithm": new.algorithm,
                    "selector": new.selector,
                    "is_reserve": new.is_reserve,
                    "is_alias": bool(slots),
                    "is_zone_stale": bool(slots),
                }
            )

    def _note_move(self, key):
        """Log what became of a key, and ask to remove a record that is not needed."""
        texts = {
            "pending": self.env._(
                "The DKIM key %(selector)s no longer signs: its record is gone.",
                selector=key.selector,
            ),
            "active": self.env._(
                "The DKIM key %(selector)s signs from now on.", selector=key.selector
            ),
            "retiring": self.env._(
                "The DKIM key %(selector)s no longer signs. Its record stays for now.",
                selector=key.selector,
            ),
            "retired": self.env._(
                "The DKIM key %(selector)s is no longer needed.", selector=key.selector
            ),
        }
        self._message_log(body=texts[key.stage])
        if key.stage == "retired" and not key.is_alias:
            self._ask(REMOVE_ACTIVITY, key)

    def _ask_to_publish(self):
        """Ask the responsible to publish what keys need; from time to time, again.

        A domain that was never verified is being set up: its page says what to do.
        """
        now = fields.Datetime.now()
        waiting = self._get_living_keys().filtered("needs_record")
        if not waiting or not self._was_verified():
            # What is known of all domains at once needs no search for each of them.
            if self.activity_ids:
                self.activity_feedback([PUBLISH_ACTIVITY])
            return
        if all(key.asked_on and now - key.asked_on < REMIND for key in waiting):
            return
        self.activity_unlink([PUBLISH_ACTIVITY])
        self._ask(PUBLISH_ACTIVITY, waiting)
        waiting.asked_on = now

    def _ask(self, activity_type, keys):
        """Give the responsible an activity with the next steps of keys."""
        user = self._get_responsible()
        steps = keys.with_context(lang=user.lang).mapped("next_step")
        # The mail about it must not depend on the keys that it is about.
        context = SenderContext(self.company_id.id, system_kind="account")
        self.with_context(
            lang=user.lang, **{SENDER_CONTEXT: context}
        ).activity_schedule(
            activity_type, note=Markup("<br/>").join(steps), user_id=user.id
        )

    # ----------------------------------------------------------------- by hand

    def action_rotate_keys(self):
        """Begin with new keys; those that sign go on until the new records are seen.

        :raise UserError: saying what has to happen first
        """
        self.ensure_one()
        self.check_access("write")
        domain = self.sudo()
        domain._begin_rotation()
        domain._message_log(body=domain.env._("A rotation of the DKIM keys was begun."))
        domain._ask_to_publish()
        return True

    def _begin_rotation(self):
        """Make the keys that are to sign next."""
        signing = self._get_signing_keys()
        if not signing:
            raise guided_error(
                UserError,
                self.env._(
                    "%(domain)s has no key that signs. Publish its DNS records first, "
                    "then press Check now.",
                    domain=self.name,
                ),
                guide="keys",
            )
        pending = self.key_ids.filtered(lambda key: key.stage == "pending")
        reserves = pending.filtered("is_reserve")
        if waiting := (pending - reserves)[:1]:
            raise guided_error(
                UserError,
                self.env._(
                    "%(selector)s is a new key already. Publish its record, "
                    "%(host)s, then press Check now.",
                    selector=waiting.selector,
                    host=waiting.host,
                ),
                guide="keys",
            )
        if reserves:
            published = reserves.filtered("published_since")
            (published or reserves)[:1].is_reserve = False
            return
        if self._get_slots():
            retiring = self.key_ids.filtered(lambda key: key.stage == "retiring")
            raise guided_error(
                UserError,
                self.env._(
                    "The other selector is still needed until %(date)s, because mail "
                    "with its signature is on its way. Rotate the keys then.",
                    date=format_date(self.env, retiring[:1]._get_keep_until()),
                ),
                guide="keys",
            )
        self._make_keys(key_rotation.NewKey(key.algorithm) for key in signing)
