# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from functools import partial

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.mail_sender_domain.guide_errors import guided_error
from odoo.addons.mail_sender_domain.texts import smtp_text
from odoo.addons.mail_sender_domain.tools.smtp_error import explain_error
from odoo.addons.mail_sender_domain.tools.smtp_refusal import Stage

from ..providers import xoauth2
from ..providers.api_session import ApiSession
from ..providers.base import Purpose
from ..providers.errors import AccessError, ProviderError
from ..session import SessionGuard
from ..texts import provider_error_text

#: What a provider without a mail server for this mailbox answers, or a firewall.
_SMTP_CLOSED = {"connect_timeout", "connection_refused", "silent", "unreachable"}


class IrMailServer(models.Model):
    """Sessions with linked mailboxes, by SMTP or by the provider's own interface."""

    _inherit = "ir.mail_server"

    def _connect__(self, *args, mail_server_id=None, **kwargs):  # noqa: PLW3201
        server = self.sudo().browse(mail_server_id or ())
        if not server or not server._is_sender_linked() or self._disable_send():
            return super()._connect__(*args, mail_server_id=mail_server_id, **kwargs)
        connection = server._get_sender_connection()
        open_smtp = partial(
            super()._connect__, *args, mail_server_id=mail_server_id, **kwargs
        )
        try:
            return self._open_linked(connection, open_smtp, kwargs.get("smtp_from"))
        except ProviderError as error:
            connection._remember(error)
            # Odoo shows it on every mail that waits for this session.
            raise guided_error(
                UserError, provider_error_text(self.env, error), guide="linked"
            ) from error
        except OSError as error:
            refusal = explain_error(error, Stage.CONNECT)
            text = smtp_text(self.env, refusal.code, refusal.params)
            raise guided_error(UserError, text, guide="linked") from error

    def _open_linked(self, connection, open_smtp, smtp_from):
        """Open a session by the way that the mailbox sends.

        :param connection: the ``mail.sender.connection``
        :param open_smtp: opens it by SMTP
        :raise ProviderError: when there is none
        :raise OSError: when the mail server does not answer
        """
        if connection._get_transport() == "api":
            return self._open_interface(connection, smtp_from)
        try:
            return open_smtp()
        except (ProviderError, OSError) as error:
            if not connection._moves_to_interface(_is_smtp_closed(error), smtp_from):
                raise
        return self._open_interface(connection, smtp_from, is_new=True)

    def _open_interface(self, connection, smtp_from, *, is_new=False):
        """Open the provider's own interface in the shape of an SMTP session.

        :param is_new: whether mail left by SMTP until now
        """
        server = connection.mail_server_id
        self._check_forced_mail_server(server, False, smtp_from)
        # Without it nothing can be sent, and the queue shall know that now.
        connection._get_access(Purpose.API)
        session = ApiSession(connection._open_api())
        session.from_filter = server.from_filter
        session.smtp_from = smtp_from
        self._guard(session, connection, is_new=is_new)
        self._attach_transport(session)
        return session

    def _guard(self, session, connection, *, is_new=False):
        explain = partial(provider_error_text, self.env)
        SessionGuard(
            session, connection, explain, partial(connection._note_sent, is_new)
        )

    def test_smtp_connection(self, autodetect_max_email_size=False):
        """Ask the provider, where mail leaves by its interface."""
        connection = self._get_sender_connection()
        if len(self) == 1 and connection and connection._get_transport() == "api":
            return connection.with_env(self.env).action_check()
        return super().test_smtp_connection(autodetect_max_email_size)

    def _smtp_login__(self, connection, smtp_user, smtp_password):  # noqa: PLW3201
        """Log in with an access token, where a linked mailbox is behind the server."""
        if not self or not self._is_sender_linked():
            return super()._smtp_login__(connection, smtp_user, smtp_password)
        mailbox = self._get_sender_connection()
        token = mailbox._get_access(Purpose.SMTP).token
        try:
            xoauth2.authenticate(connection, smtp_user, token)
        except AccessError:
            # It was withdrawn before its time, or the clocks differ.
            token = mailbox._get_access(Purpose.SMTP, rejected=token).token
            try:
                xoauth2.authenticate(connection, smtp_user, token)
            except AccessError as error:
                raise xoauth2.explain_rejection(error) from error
        self._guard(connection, mailbox)
        return None


def _is_smtp_closed(error):
    """Whether the mailbox takes no mail by SMTP, rather than not now."""
    if isinstance(error, ProviderError):
        return error.code in ("smtp_auth_disabled", "oauth_not_offered")
    return explain_error(error, Stage.CONNECT).code in _SMTP_CLOSED
