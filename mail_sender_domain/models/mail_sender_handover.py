# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools.urls import urljoin

from ..reader import LANGUAGES
from ..tools.errors import LinkTokenError
from ..tools.link_token import LinkToken
from .choosing import SENDER_CONTEXT, SenderContext

#: What a link is for; part of its path.
RECORDS = "records"

#: How long a link that can no longer be opened is remembered.
KEPT_AFTER_EXPIRY = timedelta(days=90)

#: After how long another opening is noted.
OPENING_PAUSE = timedelta(minutes=1)

#: Most characters of a note.
NOTE_LENGTH = 2000


class MailSenderHandover(models.Model):
    """A link that shows the records of one domain to whoever keeps its DNS.

    Nobody has to log in, so the link is a secret: only the digest of its token is
    stored. It shows what everybody can see in DNS once it is published, and lets its
    reader ask for a check of these records and write a note; nothing else.
    """

    _name = "mail.sender.handover"
    _description = "Link to the Records of a Domain"
    _order = "id desc"
    _rec_name = "email"

    _unique_token = models.Constraint("UNIQUE(token_digest)", "Each link is new.")

    domain_id = fields.Many2one(
        "mail.sender.domain",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    email = fields.Char(string="Given To", readonly=True)
    lang = fields.Selection(
        list(LANGUAGES.items()), string="Language", required=True, readonly=True
    )
    user_id = fields.Many2one(
        "res.users", string="Given By", readonly=True, ondelete="set null"
    )
    token_digest = fields.Char(
        required=True, readonly=True, copy=False, groups=fields.NO_ACCESS
    )
    expiry_date = fields.Datetime(
        string="Can Be Opened Until", required=True, readonly=True
    )
    opened_date = fields.Datetime(
        string="Last Opened",
        readonly=True,
        help="By anybody who has the link; programs that look for harmful mail open "
        "it, too.",
    )
    revoked_date = fields.Datetime(string="Revoked On", readonly=True)
    is_open = fields.Boolean(compute="_compute_is_open")

    @api.depends("expiry_date", "revoked_date")
    def _compute_is_open(self):
        now = fields.Datetime.now()
        for handover in self:
            handover.is_open = not handover.revoked_date and bool(
                handover.expiry_date and handover.expiry_date > now
            )

    # ----------------------------------------------------------------- giving

    @api.model
    def _give(self, domain, lifetime, email="", lang="en_US"):
        """Make a link.

        :param domain: one ``mail.sender.domain``, which the user may change
        :param lifetime: ``timedelta`` for which it can be opened
        :return: the record, in superuser mode, and its secret address, which is known
            only now
        """
        domain.check_access("write")
        token = LinkToken.make()
        handover = self.sudo().create(
            {
                "domain_id": domain.id,
                "email": email or False,
                "lang": lang,
                "user_id": self.env.uid,
                "token_digest": token.digest,
                "expiry_date": fields.Datetime.now() + lifetime,
            }
        )
        text = token.sign(RECORDS, self._get_signing_key())
        return handover, urljoin(self.get_base_url(), f"/mail-sender/{RECORDS}/{text}")

    def action_revoke(self):
        """Let the link open nothing any more."""
        self.domain_id.check_access("write")
        self.sudo().filtered("is_open").revoked_date = fields.Datetime.now()
        return True

    @api.model
    def _get_signing_key(self):
        """What tells links of this database from others, as bytes."""
        return self.env["mail.sender.confirmation"]._get_signing_key()

    @api.model
    def _find(self, text):
        """Return the link that can be opened by ``text``, as OdooBot; else empty.

        Nothing tells why a link cannot be opened. The signature is compared in constant
        time, before anything is looked up.
        """
        handovers = self.with_user(SUPERUSER_ID)
        try:
            token = LinkToken.parse(text, RECORDS, self._get_signing_key())
        except LinkTokenError:
            return handovers
        found = handovers.search([("token_digest", "=", token.digest)])
        return found.filtered("is_open")

    # ----------------------------------------------------------------- visits

    def _take(self, kind):
        """Count one visit, unless there were too many.

        :param kind: key of ``mail_sender_handover_visit.LIMITS``
        :return: after how many seconds to come again; 0: it may go on
        """
        self.ensure_one()
        wait = self.env["mail.sender.handover.visit"]._take(kind, self)
        self.invalidate_recordset(["opened_date"])
        return wait

    def _note_opening(self, now):
        """Store when the link was used, in the transaction that counts it."""
        if not self.opened_date or self.opened_date < now - OPENING_PAUSE:
            self.opened_date = now

    def _post_note(self, text):
        """Post what the reader of the link wrote on the domain, and tell who gave it.

        :param text: of anybody on the internet: it is shown as it is, never obeyed
        """
        self.ensure_one()
        user = self.user_id.filtered("active") or self.env.ref("base.user_admin")
        domain = self.domain_id.with_context(lang=user.lang)
        head = domain.env._(
            "Note from whoever opened the link to the DNS records of %(domain)s that "
            "was given to %(email)s:",
            domain=domain.name,
            email=self.email or domain.env._("somebody"),
        )
        body = Markup("<p>%s</p><blockquote>%s</blockquote>") % (
            head,
            Markup("<br/>").join(_tidy(text).splitlines()),
        )
        # What it is about is no road for the mail that tells of it.
        context = SenderContext(domain.company_id.id, system_kind="account")
        domain.with_context(**{SENDER_CONTEXT: context}).message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            partner_ids=user.partner_id.ids,
        )

    @api.autovacuum
    def _gc_old(self):
        """Forget links that could last be opened long ago."""
        limit = fields.Datetime.now() - KEPT_AFTER_EXPIRY
        self.search([("expiry_date", "<", limit)]).unlink()


def _tidy(text):
    """Cut a note off where it gets too long, without what cannot be seen."""
    text = "".join(sign for sign in text if sign.isprintable() or sign == "\n")
    return text.strip()[:NOTE_LENGTH]
