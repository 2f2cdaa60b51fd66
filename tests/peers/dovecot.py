# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Dovecot's submission server, which lets in who has a valid OAuth token.

It asks the OpenID provider about every token (RFC 7662) and hands the mail that it
takes to an SMTP receiver.
"""

import grp
import os
import pwd
import socket
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme

from .openid_provider import MAIL_SERVER_ID, MAIL_SERVER_SECRET, OpenIdProvider
from .ports import LOOPBACK, free_port
from .smtp_receiver import SmtpReceiver
from .unprivileged import program, scratch_folder, without_rights

#: Seconds within which Dovecot starts; it needs some tenths.
PATIENCE = 10.0

#: Every service runs under the one account; failures cost no time.
CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = submission
listen = {host}
hostname = localhost
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
ssl = required
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
auth_mechanisms = xoauth2 oauthbearer
auth_failure_delay = 0
passdb {{
  driver = oauth2
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home allow_all_users=yes
}}
mail_location = maildir:{folder}/home
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service submission-login {{
  chroot =
  inet_listener submission {{
    port = {port}
  }}
}}
submission_relay_host = {host}
submission_relay_port = {relay_port}
submission_max_mail_size = 1M
"""

TOKEN_CONFIGURATION = """\
introspection_url = https://{account}:{password}@localhost:{port}/introspect
introspection_mode = post
force_introspection = yes
active_attribute = active
active_value = true
username_attribute = username
username_format = %u
tls_ca_cert_file = {folder}/authority.pem
timeout_msecs = 3000
"""


class Dovecot:
    """A submission server on a free loopback port; TLS begins with STARTTLS.

    ::

        with OpenIdProvider() as idp, SmtpReceiver() as receiver:
            with Dovecot(idp, receiver) as server:
                ...

    :ivar port: the port it listens on
    :ivar authority: the authority of its certificate, which is for ``localhost``
    """

    def __init__(self, provider: OpenIdProvider, receiver: SmtpReceiver):
        """Prepare the server; nothing runs before ``with``.

        :param provider: knows the tokens
        :param receiver: gets the mail
        """
        self.port = free_port()
        self.authority = trustme.CA()
        self._provider = provider
        self._receiver = receiver
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        """Start Dovecot and wait until it listens.

        :raise FileNotFoundError: when Dovecot is not installed
        :raise RuntimeError: when Dovecot does not start; its log is the text
        """
        with ExitStack() as resources:
            folder = resources.enter_context(scratch_folder("dovecot"))
            self._write_files(folder)
            configuration = folder / "dovecot.conf"
            process = subprocess.Popen(
                [program("dovecot"), "-F", "-c", str(configuration)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                **without_rights(),
            )
            resources.callback(_stop, process)
            self._wait_until_it_listens(process, folder)
            self._resources = resources.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop Dovecot and remove its files."""
        self._resources.close()

    def _write_files(self, folder: Path) -> None:
        certificate = self.authority.issue_cert("localhost")
        chain = b"".join(part.bytes() for part in certificate.cert_chain_pems)
        account = without_rights()
        user = pwd.getpwuid(account.get("user", os.geteuid()))
        group = grp.getgrgid(account.get("group", os.getegid()))
        configuration = CONFIGURATION.format(
            folder=folder,
            host=LOOPBACK,
            port=self.port,
            relay_port=self._receiver.port,
            user=user.pw_name,
            group=group.gr_name,
        )
        tokens = TOKEN_CONFIGURATION.format(
            account=MAIL_SERVER_ID,
            folder=folder,
            password=MAIL_SERVER_SECRET,
            port=self._provider.port,
        )
        for name, data in {
            "authority.pem": self._provider.authority.cert_pem.bytes(),
            "certificate.pem": chain,
            "dovecot.conf": configuration.encode(),
            "key.pem": certificate.private_key_pem.bytes(),
            "oauth2.conf": tokens.encode(),
        }.items():
            (folder / name).write_bytes(data)
            (folder / name).chmod(0o644)

    def _wait_until_it_listens(
        self, process: subprocess.Popen[bytes], folder: Path
    ) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection((LOOPBACK, self.port), PATIENCE).close()
                return
            except OSError:
                if process.poll() is None and time.monotonic() < deadline:
                    time.sleep(0.01)
                    continue
            log = folder / "dovecot.log"
            text = log.read_text(errors="replace") if log.exists() else "no log"
            raise RuntimeError(f"Dovecot does not start: {text}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(PATIENCE)
