# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How the demo tells what the receiver saw."""

import pytest
from workshop import stage

from tests.peers.smtp_receiver import ReceivedMail
from tests.peers.verify import Signature, Verdict

CONTENT = b"""\
From: Acme <invoices@acme.test>\r
Subject: Invoice\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=x\r
\r
--x\r
Content-Type: text/plain\r
\r
Pay.\r
--x\r
Content-Type: application/pdf\r
Content-Disposition: attachment; filename=invoice.pdf\r
Content-Transfer-Encoding: base64\r
\r
JVBERi0=\r
--x--\r
"""

MAIL = ReceivedMail(
    content=CONTENT,
    mail_from="bounce@bounce.acme.test",
    recipients=("customer@example.com",),
    helo="odoo",
    client_ip="127.0.0.1",
    client_port=1,
    encrypted=False,
    login="",
)


def verdict(dkim="pass", spf="pass", dmarc="pass"):
    """Make a verdict with these results."""
    return Verdict(
        signatures=(Signature("acme.test", "odoo1", "rsa-sha256", dkim, ""),),
        spf=spf,
        spf_domain="bounce.acme.test",
        spf_comment="",
        dmarc=dmarc,
        dmarc_policy="none",
        header_from=("invoices@acme.test",),
        aligned_spf="",
        aligned_dkim="",
    )


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ({}, "DKIM, SPF and DMARC pass."),
        ({"spf": "fail"}, "Not passing: SPF (fail)"),
        ({"dkim": "neutral"}, "Not passing: DKIM (neutral)"),
        (
            {"dkim": "fail", "spf": "softfail", "dmarc": "fail"},
            "Not passing: DKIM (fail), SPF (softfail), DMARC (fail)",
        ),
    ],
)
def test_the_conclusion_names_what_does_not_pass(results, expected):
    assert stage.conclusion(verdict(**results)) == expected


@pytest.mark.parametrize(
    "line",
    [
        "  From        Acme <invoices@acme.test>\n",
        "  Reply-To    none\n",
        "  Envelope    bounce@bounce.acme.test -> customer@example.com\n",
        "  Attachment  invoice.pdf, 5 bytes\n",
        "  DKIM        pass      acme.test rsa-sha256\n",
        "  SPF         pass      bounce.acme.test\n",
        "  DMARC       pass      policy: none\n",
    ],
)
def test_the_description_tells(line):
    assert line in stage.describe(MAIL, verdict())
