# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How much CPU one DKIM signature costs, beside dkimpy doing the same.

    PYTHONPATH=mail_sender_domain python tests/benchmarks/bench_dkim_signing.py

Prints milliseconds of CPU a message (best of the rounds) and the factor between both,
and what the bare RSA operation costs: no signer can be faster than that. The key is
parsed once, as in a mail session; dkimpy can only parse it each time.
"""

import os
import time
from email.message import EmailMessage
from email.policy import SMTP

import dkim as dkimpy
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from tools.dkim import generate_private_key, load_private_key
from tools.dkim_signer import DkimSigner

ROUNDS = 7
SIZES = {"10 KB": 10_000, "1 MB": 1_000_000}


def invoice_mail(size: int) -> bytes:
    """A mail as Odoo sends it, about ``size`` bytes on the wire: HTML, text, a PDF."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Ann <invoices@example.com>"
    message["To"] = "Bob <bob@example.org>"
    message["Reply-To"] = "office@example.com"
    message["Subject"] = "Invoice INV/2026/00001 (Ref 1234567890)"
    message["Date"] = "Sun, 22 Nov 2026 10:00:00 +0000"
    message["Message-ID"] = "<1234567890.1234567890-openerp-1-account.move@host>"
    message.set_content("Dear Bob,\n\nHere is your invoice.\n" * 20)
    message.add_alternative(
        "<p style='margin: 0px;'>Here is   your invoice.</p>\n" * 40, subtype="html"
    )
    attached = max(0, size - len(message.as_bytes()) - 300) * 3 // 4
    message.add_attachment(os.urandom(attached), "application", "pdf", filename="a.pdf")
    return message.as_bytes()


def cpu_milliseconds(call, times: int) -> float:
    """CPU of this process for one ``call``: the best of several rounds."""
    rounds = []
    for _round in range(ROUNDS):
        start = time.process_time()
        for _time in range(times):
            call()
        rounds.append((time.process_time() - start) / times * 1000)
    return min(rounds)


def main() -> None:
    """Print one line a size and key type."""
    key = load_private_key(generate_private_key("rsa"))
    bare = cpu_milliseconds(
        lambda: key.sign(b"", padding.PKCS1v15(), hashes.SHA256()), 200
    )
    print(f"rsa      alone                  {bare:8.3f} ms")
    for algorithm in ("rsa", "ed25519"):
        pem = generate_private_key(algorithm)
        signer = DkimSigner("example.com", "s1", pem)
        for label, size in SIZES.items():
            message = invoice_mail(size)
            ours = cpu_milliseconds(lambda m=message, s=signer: s.sign(m), 50)
            line = f"{algorithm:8} {label:6} {len(message):8} bytes {ours:8.3f} ms"
            if algorithm == "rsa":
                secret = pem.encode()
                theirs = cpu_milliseconds(
                    lambda m=message, k=secret: dkimpy.sign(
                        m,
                        b"s1",
                        b"example.com",
                        k,
                        canonicalize=(b"relaxed", b"relaxed"),
                    ),
                    10,
                )
                line += f"   dkimpy {theirs:8.3f} ms ({theirs / ours:.1f} times)"
            print(line)


if __name__ == "__main__":
    main()
