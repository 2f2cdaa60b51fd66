# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The verdict of mailauth (Node.js) about a received message: DKIM, SPF and DMARC."""

import base64
import json
import os
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from .smtp_receiver import ReceivedMail
from .unprivileged import program

SCRIPT = Path(__file__).with_name("verify.mjs")

#: Where the set-up commands install Node packages, unless NODE_PATH names a folder.
NODE_PACKAGES = Path(__file__).parents[2] / ".work" / "node" / "node_modules"


@dataclass(frozen=True)
class Signature:
    """What mailauth says about one DKIM-Signature.

    :ivar domain: the ``d=`` of the signature
    :ivar selector: the ``s=`` of the signature
    :ivar algorithm: the ``a=`` of the signature, for example ``"rsa-sha256"``
    :ivar result: ``"pass"``, ``"fail"``, ``"neutral"`` (no usable key, other body),
        ``"temperror"`` ... (RFC 8601, section 2.7.1)
    :ivar comment: why, in mailauth's words
    """

    domain: str
    selector: str
    algorithm: str
    result: str
    comment: str


@dataclass(frozen=True)
class Verdict:
    """What a receiver that uses mailauth thinks of one message.

    :ivar signatures: one entry a DKIM-Signature header
    :ivar spf: the result for the envelope sender (RFC 7208, section 2.6)
    :ivar spf_domain: the domain that this result speaks of
    :ivar spf_comment: why, in mailauth's words
    :ivar dmarc: ``"pass"``, ``"fail"``, ``"none"`` (no record) or ``"temperror"``
    :ivar dmarc_policy: the ``p=`` of the record
    :ivar header_from: the addresses in From
    :ivar aligned_spf: the domain that SPF proved and that is aligned, or empty
    :ivar aligned_dkim: likewise for DKIM
    """

    signatures: tuple[Signature, ...]
    spf: str
    spf_domain: str
    spf_comment: str
    dmarc: str
    dmarc_policy: str
    header_from: tuple[str, ...]
    aligned_spf: str
    aligned_dkim: str

    @property
    def dkim(self) -> str:
        """``"pass"`` if any signature passes, else the first one's result, or none."""
        results = [signature.result for signature in self.signatures] or ["none"]
        return "pass" if "pass" in results else results[0]

    @property
    def passes(self) -> bool:
        """Whether DKIM, SPF and DMARC all pass."""
        return self.dkim == self.spf == self.dmarc == "pass"


class Mailauth:
    """A running mailauth that asks one DNS server.

    ::

        with Mailauth(dns.address) as mailauth:
            assert mailauth.verify(receiver.mails[0]).passes
    """

    def __init__(self, dns_address: str):
        """Prepare the verifier; nothing runs before ``with``.

        :param dns_address: ``"127.0.0.1:PORT"``
        """
        self._dns_address = dns_address
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        """Start Node.js.

        :raise FileNotFoundError: when Node.js is not installed
        """
        self._process = self._resources.enter_context(
            subprocess.Popen(
                [program("node"), str(SCRIPT), self._dns_address],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={"NODE_PATH": str(NODE_PACKAGES), **os.environ},
                text=True,
            )
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop Node.js: it ends with its input."""
        self._resources.close()

    def verify(
        self, mail: ReceivedMail, client_ip: str = "", helo: str = ""
    ) -> Verdict:
        """Judge a message as a receiver at the other end would.

        :param mail: the message and its envelope
        :param client_ip: judge as if it came from there, instead of where it did
        :param helo: judge as if the client had given this name
        :raise RuntimeError: when mailauth is not installed or broke; it says why on
            the error output
        """
        question = {
            "content": base64.b64encode(mail.content).decode(),
            "ip": client_ip or mail.client_ip,
            "mail_from": mail.mail_from,
            "helo": helo or mail.helo,
        }
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise RuntimeError("mailauth ended") from None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("mailauth ended without an answer")
        answer = json.loads(line)
        return Verdict(
            **answer
            | {
                "signatures": tuple(Signature(**s) for s in answer["signatures"]),
                "header_from": tuple(answer["header_from"]),
            }
        )
