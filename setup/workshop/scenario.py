# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A company sets up its domain and sends an invoice, by the web client's buttons."""

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.peers.nsd import Nsd
from tests.peers.ports import LOOPBACK

from .odoo_client import OdooClient

PLATFORM = "platform.test"
RETURN_PATH = f"return.{PLATFORM}"
DOMAIN = "acme.test"
SENDER = f"invoices@{DOMAIN}"

#: What the platform publishes about its mail server, which is this machine.
PLATFORM_RECORDS = {
    f"spf.{PLATFORM}": {"TXT": [f"v=spf1 ip4:{LOOPBACK} -all"]},
    RETURN_PATH: {
        "TXT": [f"v=spf1 include:spf.{PLATFORM} -all"],
        "MX": [f"10 mx.{PLATFORM}"],
    },
    f"mx.{PLATFORM}": {"A": [LOOPBACK]},
}

Say = Callable[[str], None]


class Scenario:
    """One company of the demo data, from nothing to an invoice under way.

    :ivar invoice: the id of the invoice that it is going to send
    :ivar domain: the id of its sending domain, once it was set up
    """

    def __init__(self, odoo: OdooClient, dns: Nsd, smtp_port: int, say: Say):
        """Prepare; nothing happens yet.

        :param odoo: the session of an administrator
        :param dns: the DNS server of the whole world
        :param smtp_port: the port of the receiver
        :param say: tells people what is done
        """
        self._odoo = odoo
        self._dns = dns
        self._smtp_port = smtp_port
        self._say = say
        self._context: dict[str, object] = {}
        self.invoice = 0
        self.domain = 0

    def choose_company(self) -> None:
        """Work for a company that has an invoice to send."""
        [invoice] = self._odoo.call(
            "account.move",
            "search_read",
            [
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("partner_id.email", "!=", False),
            ],
            ["company_id"],
            limit=1,
        )
        company, name = invoice["company_id"]
        self.invoice = invoice["id"]
        self._context = {"allowed_company_ids": [company]}
        self._say(f"the company is {name}")

    def set_up_platform(self) -> None:
        """Tell Odoo what this database sends with, and which DNS server it asks."""
        self._odoo.call(
            "ir.config_parameter",
            "set_param",
            "mail_sender_domain.dns_servers",
            self._dns.address,
        )
        server = self._create(
            "ir.mail_server",
            name="Receiver of the demo",
            smtp_host=LOOPBACK,
            smtp_port=self._smtp_port,
            smtp_encryption="none",
        )
        [platform] = self._odoo.call("mail.sender.platform", "search", [])
        self._odoo.call(
            "mail.sender.platform",
            "write",
            [platform],
            {
                "mail_server_id": server,
                "spf_include": f"spf.{PLATFORM}",
                "return_path_target": RETURN_PATH,
                "bounce_host": f"mx.{PLATFORM}",
            },
        )
        self._say(f"platform: sends to the receiver, returns to {RETURN_PATH}")

    def set_up_domain(self) -> None:
        """Create the domain, publish what it asks for, check it, send from it."""
        self.domain = self._create("mail.sender.domain", name=DOMAIN)
        self._dns.add_zone(DOMAIN)
        for record in self._records():
            if record["requirement"] != "optional":
                self._dns.set(record["host"], record["type"], record["value"])
                self._say(f"published: {record['host']} {record['type']}")
        self._press("mail.sender.domain", "action_check", self.domain)
        state = self._read("mail.sender.domain", self.domain, "state")
        self._say(f"{DOMAIN} was checked: {state}")
        address = self._create("mail.sender.address", name="Acme", email=SENDER)
        self._press("mail.sender.address", "action_set_default", address)
        self._say(f"{SENDER} is the company's default sender")

    def spoil(self, what: str) -> None:
        """Spoil something in DNS.

        :param what: a key of :data:`.breaks.BREAKS`
        """
        [key] = [r["host"] for r in self._records() if r["purpose"] == "dkim"]
        if what == "spf":
            self._dns.set(RETURN_PATH, "TXT", "v=spf1 -all")
        elif what == "dkim":
            self._dns.set(key, "TXT", f"v=DKIM1; k=rsa; p={_foreign_key()}")
        elif what == "revoked-key":
            self._dns.set(key, "TXT", "v=DKIM1; k=rsa; p=")
        else:
            self._dns.remove(f"_dmarc.{DOMAIN}")
        self._say(f"spoiled in DNS: {what}")

    def send_invoice(self) -> str:
        """Send a posted invoice by Odoo's own "Send".

        :return: its number
        """
        moves = {"active_model": "account.move", "active_ids": [self.invoice]}
        wizard = self._create("account.move.send.wizard", moves)
        self._press("account.move.send.wizard", "action_send_and_print", wizard)
        return self._read("account.move", self.invoice, "name")

    def _records(self) -> list[dict[str, str]]:
        return self._odoo.call(
            "mail.sender.dns.record",
            "search_read",
            [("domain_id", "=", self.domain)],
            ["purpose", "host", "type", "value", "requirement"],
        )

    def _create(
        self, model: str, more: dict[str, object] | None = None, **values: object
    ) -> int:
        context = {**self._context, **(more or {})}
        [record] = self._odoo.call(model, "create", [values], context=context)
        return record

    def _press(self, model: str, button: str, record: int) -> None:
        self._odoo.call(model, button, [record], context=self._context)

    def _read(self, model: str, record: int, field: str) -> str:
        [values] = self._odoo.call(model, "read", [record], [field])
        return values[field]


def _foreign_key() -> str:
    """Make a public key that nobody signs with, in base64 (RFC 6376, section 3.6.1)."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    return "".join(pem.decode().splitlines()[1:-1])
