# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import logging
from functools import partial

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.modules.registry import Registry
from odoo.tools import SQL

from ..guide_errors import get_guide, guided_error
from ..models.choosing import SenderChoice, SenderRequest
from ..models.ir_mail_server import SENDER_HEADER, WATCH_CONTEXT
from ..texts import error_text, smtp_text
from ..tools.email_address import EmailAddress
from ..tools.errors import SenderToolError
from ..tools.live import run_live
from ..tools.smtp_dialogue import Outcome, hang_up
from ..tools.smtp_error import explain_error
from ..tools.smtp_refusal import Refusal
from ..tools.smtp_server import Encryption, SmtpServer
from ..tools.smtp_watch import SessionWatch

_logger = logging.getLogger(__name__)

#: Seconds that somebody waits for a test at most. Odoo ends requests after 120
#: (``limit_time_real``), and before this begins the invoice is made.
TIME_LIMIT = 90
#: Seconds without news after which a sign of life keeps the connection open.
PULSE = 5
#: Seconds after which the database ends the transaction of a test that hangs.
TRANSACTION_LIMIT = 2 * TIME_LIMIT
#: By what Odoo's print of a report is.
MIMETYPES = {"pdf": "application/pdf", "html": "text/html"}
#: Context key by which the window sends the invoice as soon as it opens.
START_CONTEXT = "mail_sender_test_starts"
#: First key of the advisory locks, of which each address has one.
LOCK_CLASS = 0x6D73_7465


class MailSenderTest(models.TransientModel):
    """Sends a test invoice on the very road of a sender address.

    The invoice is printed from sample values: there is no journal entry behind it, no
    number is used and no mail is queued. Only the sending log tells of it.
    """

    _name = "mail.sender.test"
    _description = "Test Invoice"
    _inherit = ["mail.sender.input"]

    address_id = fields.Many2one(
        "mail.sender.address",
        string="Sender Address",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    email_to = fields.Char(
        string="Send It To",
        required=True,
        default=lambda self: self._get_default_email_to(),
        help="Address of a mailbox that you can look into.",
    )
    email_from = fields.Char(string="It Leaves From", compute="_compute_road")
    reply_to = fields.Char(string="Answers Go To", compute="_compute_road")
    blockers = fields.Text(string="Why It Cannot Be Sent", compute="_compute_road")

    @api.model
    def _get_default_email_to(self):
        """The address of the user, or else that of the company, if it is confirmed."""
        company = self.env.company.sudo()
        return self.env.user.email_normalized or company._get_sender_notice_email()

    @api.model
    def _check_input(self, vals):
        """Refuse what is no plain address, before the database sees it.

        :raise ValidationError: naming the field and the mend
        """
        super()._check_input(vals)
        if "email_to" not in vals:
            return
        try:
            EmailAddress.parse(vals["email_to"] or "")
        except SenderToolError as error:
            raise guided_error(
                ValidationError,
                self.env._(
                    "Send It To: %(reason)s", reason=error_text(self.env, error)
                ),
                guide="test",
            ) from error

    @api.depends("address_id")
    @api.depends_context("lang", "uid")
    def _compute_road(self):
        get_readable = self.env["mail.sender.explainer"]._get_readable
        # The dress and what blocks a road take more than the user may read.
        self.address_id.check_access("read")
        for test in self:
            dress = test._prepare_dress() if test.address_id else {}
            test.email_from = get_readable(dress.get("email_from") or "")
            test.reply_to = get_readable(dress.get("reply_to") or "")
            test.blockers = "\n".join(test._get_blockers())

    def _get_blockers(self):
        """Why nothing may be sent from the address now: translated sentences."""
        address = self.address_id.sudo()
        if address and not address.active:
            return [
                self.env._(
                    "%(address)s is archived. Restore it first.", address=address.email
                )
            ]
        return address._get_blockers() if address else []

    # ------------------------------------------------------------- the message

    def _prepare_dress(self):
        """What an invoice wears that a user sends from the address.

        :return: ``mail.mail`` values, From and Reply-To at least
        """
        address = self.address_id.sudo()
        mode = address._get_mode()
        request = SenderRequest(
            address.company_id.id,
            email_from=mode.get_email_from(),
            reply_to=address.company_id.catchall_email or "",
            user_id=self.env.uid,
        )
        [dress] = self.env["mail.sender.dresser"]._prepare_dresses(
            [request], [SenderChoice(address.id, "test")]
        )
        # A company that has no default sender yet has no policies in force.
        return dress or {
            "email_from": request.email_from,
            "reply_to": mode.get_reply_address(),
        }

    def _prepare_message(self):
        """Make the test invoice and the mail that carries it.

        :return: an ``email.message.EmailMessage``, dressed as ``mail.mail`` does it
        :raise UserError: saying why nothing may be sent from the address now
        """
        self.ensure_one()
        self.address_id.check_access("write")
        if blockers := self._get_blockers():
            raise guided_error(UserError, "\n".join(blockers), guide="blocked")
        address = self.address_id.sudo()
        dress = self._prepare_dress()
        title = self.env._("Test invoice")
        content, kind = self._print_invoice()
        return self.env["ir.mail_server"]._build_email__(
            email_from=dress["email_from"],
            email_to=[EmailAddress.parse(self.email_to).ascii],
            reply_to=dress["reply_to"],
            subject=self.env._("Test invoice from %(sender)s", sender=address.name),
            body=self.env["ir.qweb"]._render(
                "mail_sender_domain.test_invoice_mail",
                {"address": address, "user": self.env.user, **dress},
            ),
            subtype="html",
            attachments=[(f"{title}.{kind}", content, MIMETYPES[kind])],
            headers={
                SENDER_HEADER: str(address.id),
                "Return-Path": address._get_mode().get_envelope_from(),
            },
        )

    def _print_invoice(self):
        """Print sample values in the report layout of the company.

        :return: bytes, and ``pdf`` or, where Odoo's tests print no PDF, ``html``
        """
        reports = self.env["ir.actions.report"]
        return reports.with_company(self.address_id.company_id)._render_qweb_pdf(
            "mail_sender_domain.report_test_invoice", self.ids
        )

    # --------------------------------------------------------------- the road

    def _send(self, message, on_step):
        """Go the very road of the address, until something fails: nothing is raised.

        :param message: as of ``_prepare_message``
        :param on_step: called with each :class:`..tools.smtp_dialogue.Step` when it
            begins and when it ends
        :return: list of the steps that ended
        """
        email = self.address_id.email_normalized
        server = self._get_server()
        watch = SessionWatch(self._get_endpoint(server), on_step)
        servers = self.env["ir.mail_server"].sudo()
        servers = servers.with_context(**{WATCH_CONTEXT: watch})
        try:
            with watch.opening():
                session = servers._connect__(mail_server_id=server.id, smtp_from=email)
                watch.opened(session, self._get_login_name(server))
            try:
                watch.sending(session)
                servers.send_email(message, smtp_session=session)
            finally:
                hang_up(session)
        except Exception as error:  # noqa: BLE001 whatever it was is told
            if not watch.has_failed:
                watch.fail(watch.stage, self._explain(error, watch.stage))
        return watch.steps

    def _get_server(self):
        """The ``ir.mail_server`` that mail from the address takes; empty: odoo.conf."""
        address = self.address_id.sudo()
        servers = self.env["ir.mail_server"].sudo()
        server = address._get_mode().get_mail_server()
        return server or servers._find_mail_server(address.email_normalized)[0]

    @api.model
    def _get_endpoint(self, server):
        """What ``_connect__`` will connect to, as a :class:`SmtpServer`."""
        if server and server.smtp_authentication != "cli":
            return SmtpServer(
                server.smtp_host, server.smtp_port, Encryption(server.smtp_encryption)
            )
        config = tools.config
        encryption = Encryption.STARTTLS if config["smtp_ssl"] else Encryption.NONE
        return SmtpServer(config["smtp_server"], config["smtp_port"], encryption)

    @api.model
    def _get_login_name(self, server):
        """Who is logged in at a server; empty for one that needs no user name."""
        if not server or server.smtp_authentication == "cli":
            return tools.config["smtp_user"] or ""
        if server.smtp_authentication == "certificate":
            return ""
        return server.smtp_user or ""

    @api.model
    def _explain(self, error, stage):
        """Put what was raised on the road into a :class:`Refusal`."""
        if isinstance(error, UserError):
            return Refusal("unexpected", {"detail": str(error)})
        refusal = explain_error(error, stage)
        if refusal.code == "unexpected":
            _logger.error("A test invoice could not be sent", exc_info=error)
        return refusal

    def _log_test(self, message, steps):
        """Write the test into the sending log, with what became of it."""
        address = self.address_id.sudo()
        server = self._get_server()
        logs = self.env["mail.sender.log"].sudo()
        failed = [step for step in steps if step.outcome is Outcome.FAILED]
        logs.create(
            {
                "message_id": message["Message-Id"],
                "company_id": address.company_id.id,
                "user_id": self.env.uid,
                "sender_address_id": address.id,
                "mode": address.mode,
                "reason": "test",
                "email_from": str(message["From"]),
                "reply_to": str(message["Reply-To"]),
                **logs._prepare_road(address),
                "mail_server_id": server.id,
                "server": server.name,
                "outcome": "refused" if failed else "accepted",
                "outcome_date": fields.Datetime.now(),
                "failure_type": failed[0].code if failed else False,
                "failure_text": failed[0].reply_text if failed else False,
            }
        )

    # ------------------------------------------------------------------- live

    def _run_live(self, message):
        """Send in a thread and give what is to be shown, while it happens.

        Nothing happens before somebody iterates, and it goes on when he stops.

        :param message: as of ``_prepare_message``
        :return: iterator of dictionaries, and of None while there is no news. A step
            has the keys ``stage``, ``outcome`` (of :mod:`..tools.smtp_dialogue`) and
            ``text``; the end of all has ``is_sent``, ``text`` and ``guide``
        """
        self.ensure_one()
        context = dict(self.env.context)
        work = partial(
            _work, self.env.cr.dbname, self.env.uid, context, self.id, message
        )
        size = len(bytes(message)) // 1024 + 1
        made = {
            "stage": "invoice",
            "outcome": Outcome.OK.value,
            "text": self.env._("The test invoice is made (%(size)s KB).", size=size),
        }
        late = self._prepare_end(
            False,
            self.env._(
                "After %(seconds)s seconds there is still no end, so nobody waits for "
                "it any more. The invoice may still arrive. The sending log will tell; "
                "try again later.",
                seconds=TIME_LIMIT,
            ),
            guide="not-arrived",
        )
        return _tell(made, work, late)

    def _prepare_step(self, step):
        """What is to be shown of a :class:`..tools.smtp_dialogue.Step`."""
        return {
            "stage": step.stage.value,
            "outcome": step.outcome.value,
            "text": smtp_text(self.env, step.code, step.params),
        }

    @api.model
    def _prepare_end(self, is_sent, text, guide):
        """What is to be shown at the end.

        :param guide: anchor of the part of the guide that tells what to do now
        """
        return {"is_sent": is_sent, "text": text, "guide": guide}

    @api.model
    def _prepare_refusal(self, error):
        """What is to be shown when it did not even begin."""
        return self._prepare_end(False, str(error), get_guide(error) or "test")

    def _prepare_result(self, steps):
        """What is to be shown after the last one of some steps."""
        failed = [step for step in steps if step.outcome is Outcome.FAILED]
        if failed:
            return self._prepare_end(
                False,
                self.env._(
                    "The test invoice was not sent. The step that failed says what to "
                    "do."
                ),
                guide=f"test-{failed[0].stage.value}",
            )
        return self._prepare_end(
            True,
            self.env._(
                "The mail server took the test invoice for %(email)s. Look into that "
                "mailbox, and into its spam folder.",
                email=self.email_to,
            ),
            guide="not-arrived",
        )

    def _begin_transaction(self):
        """Let nobody else test the address, and nothing hang, in this transaction.

        :raise UserError: when somebody tests the address already
        """
        cr = self.env.cr
        cr.execute(
            SQL(
                "SELECT set_config('idle_in_transaction_session_timeout', %s, true)",
                f"{TRANSACTION_LIMIT}s",
            )
        )
        cr.execute(
            SQL(
                "SELECT pg_try_advisory_xact_lock(%s, %s)",
                LOCK_CLASS,
                self.address_id.id,
            )
        )
        if not cr.fetchone()[0]:
            raise guided_error(
                UserError,
                self.env._(
                    "Another test of %(address)s is going on. Wait until it is over.",
                    address=self.address_id.email,
                ),
                guide="test",
            )


def _tell(made, work, late):
    """Give all that is to be shown of one test; see ``_run_live``.

    :param made: what is shown first
    :param work: what to do then
    :param late: what is shown when it takes too long
    """
    yield made
    try:
        yield from run_live(work, limit=TIME_LIMIT, pulse=PULSE)
    except TimeoutError:
        yield late


def _work(dbname, uid, context, test_id, message, tell):
    """Send a test invoice, in transactions of its own.

    :param message: as of ``_prepare_message``
    :param tell: called with what is to be shown
    """
    registry = Registry(dbname)
    steps = []
    try:
        with registry.cursor() as cr:
            test = api.Environment(cr, uid, context)["mail.sender.test"].browse(test_id)
            try:
                test._begin_transaction()
            except UserError as error:
                tell(test._prepare_refusal(error))
                return
            steps = test._send(message, lambda step: tell(test._prepare_step(step)))
            tell(test._prepare_result(steps))
    finally:
        if steps:
            with registry.cursor() as cr:
                env = api.Environment(cr, uid, context)
                env["mail.sender.test"].browse(test_id)._log_test(message, steps)
