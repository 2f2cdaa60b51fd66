# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import smtplib
from contextlib import suppress

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, ValidationError

from ..guide_errors import guided_error
from ..notification import notification
from ..texts import smtp_text
from ..tools.network_place import find_private_address
from ..tools.smtp_error import explain_error
from ..tools.smtp_refusal import Stage, explain_refusal, split_reply

#: The answer of a server that takes a command (RFC 5321 section 4.2.2).
SMTP_OK = 250


class MailSenderAddress(models.Model):
    """Whether the server of a mailbox takes its login, as a check and mail show."""

    _inherit = "mail.sender.address"

    is_mailbox_checked = fields.Boolean(
        readonly=True,
        copy=False,
        help="Whether the server took the login once since it was changed.",
    )
    mailbox_proven_email = fields.Char(
        readonly=True,
        copy=False,
        help="The e-mail that a login had proven before the login was changed.",
    )
    login_error_code = fields.Char(readonly=True, copy=False)
    login_error_params = fields.Json(readonly=True, copy=False)

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "is_mailbox_checked",
            "mailbox_proven_email",
            "login_error_code",
            "login_error_params",
        }

    # ---------------------------------------------------------------- trying

    def action_check_mailbox(self):
        """Log in at the mail server, tell what it said, and open or close the road."""
        self.ensure_one()
        self.check_access("write")
        refusal = self.sudo()._try_mailbox()
        if refusal:
            kind, message = "danger", smtp_text(self.env, refusal.code, refusal.params)
        elif reason := self.state_reason:
            kind, message = "warning", reason
        else:
            kind = "success"
            message = self.env._(
                "%(host)s takes mail from %(email)s.",
                host=self.smtp_host,
                email=self.email,
            )
        return notification(kind, message)

    def _try_mailbox(self):
        """Connect, log in and name the sender as mail would.

        :return: a :class:`..tools.smtp_refusal.Refusal`, or None when all went well
        """
        self.ensure_one()
        server = self.mail_server_id
        if not server:
            raise guided_error(
                ValidationError,
                self.env._("Enter the mail server of the mailbox."),
                guide="mailbox",
            )
        self._check_place(server.smtp_host)
        try:
            connection = server._connect__(
                mail_server_id=server.id, smtp_from=self.email_normalized
            )
            refusal = self._name_sender(connection) if connection else None
        except Exception as error:  # noqa: BLE001 whatever it was is told
            refusal = explain_error(error, Stage.CONNECT)
        if not refusal:
            self.write(
                {
                    "is_mailbox_checked": True,
                    "login_error_code": False,
                    "login_error_params": False,
                }
            )
        return refusal

    def _check_place(self, host):
        """Refuse to try a host of our own network for just any manager.

        What comes of it would tell which hosts there are, and what listens there.

        :raise AccessError: naming the host and who may
        """
        if self.is_mailbox_checked or self._may_go_anywhere():
            return
        if address := find_private_address(host):
            raise guided_error(
                AccessError,
                self.env._(
                    "%(host)s (%(address)s) is a host of our own network. Ask the "
                    "system administrator to check this mailbox.",
                    host=host,
                    address=address,
                ),
                guide="mailbox",
            )

    def _name_sender(self, connection):
        """Ask whether the login may send from this address, and say goodbye.

        :param connection: the open SMTP session
        :return: a :class:`..tools.smtp_refusal.Refusal`, or None
        """
        code, reply = connection.mail(self.email_normalized)
        with suppress(smtplib.SMTPException):
            connection.quit()
        if code == SMTP_OK:
            return None
        return explain_refusal(code, *split_reply(reply), Stage.SENDER)

    # --------------------------------------------------------------- refused

    def _get_login_error_text(self):
        """What the server said to the login, and what to do about it, translated."""
        self.ensure_one()
        return smtp_text(self.env, self.login_error_code, self.login_error_params or {})

    def _forget_login_error(self):
        """Let mail try the login again."""
        self.write({"login_error_code": False, "login_error_params": False})
        self._refresh_roads()

    def _forget_check(self, proven):
        """Ask for another check, because the login was changed.

        :param proven: those among these addresses that were proven until now: their
            mail waits, instead of leaving from another address
        """
        for address in proven:
            address.mailbox_proven_email = address.email_normalized
        self.write(
            {
                "is_mailbox_checked": False,
                "login_error_code": False,
                "login_error_params": False,
            }
        )

    def _note_refused_login(self, refusal):
        """Close the road for what is left of this transaction.

        :param refusal: a :class:`..tools.smtp_refusal.Refusal`
        """
        # Whoever holds the row stores the same at this moment, and this mail waits.
        with suppress(LockError, psycopg2.OperationalError), self.env.cr.savepoint():
            self.lock_for_update(allow_referencing=True)
            self._write_refusal(refusal)

    def _close_mailbox(self, refusal):
        """Store that the server refuses the login, and ask somebody to mend it.

        :param refusal: a :class:`..tools.smtp_refusal.Refusal`
        """
        self._write_refusal(refusal)
        self._refresh_roads()

    def _write_refusal(self, refusal):
        self.write(
            {
                "login_error_code": refusal.code,
                "login_error_params": dict(refusal.params),
            }
        )
