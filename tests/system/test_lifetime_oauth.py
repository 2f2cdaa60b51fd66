# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The addon of linked mailboxes is removed from a real server while they are in use."""

import json
import re

from providers.base import Grant
from workshop import snapshots

from tests.peers.ports import LOOPBACK, free_port

from .test_lifetime import Server, serving

ADDON = "mail_sender_oauth"
EMAIL = "ann@acme.test"

#: What a login at the provider would store.
LINKED = """
UPDATE mail_sender_connection
   SET account_email = '{email}',
       status = 'connected',
       connected_date = now(),
       mail_server_id = {server},
       application_id = {application},
       sender_password = '{secrets}'
 WHERE id = {connection}
"""


def make_rules(server: Server, model: str, address: int) -> list[int]:
    """Make rules for what an addon brings: a document type, and a template for it."""
    [document_type] = server.find("ir.model", ("model", "=", model))
    template = server.create("mail.template", name="Mine", model_id=document_type)
    rule = {"company_id": 1, "sender_address_id": address}
    return [
        server.create("mail.sender.rule", **rule, model_ids=[document_type]),
        server.create("mail.sender.rule", **rule, template_ids=[template]),
    ]


def test_mail_of_linked_mailboxes_waits():
    # There is no Google behind this proxy.
    proxy = f"http://{LOOPBACK}:{free_port()}"
    with serving(
        snapshots.WITH_OURS, "lifetime-oauth", HTTPS_PROXY=proxy, https_proxy=proxy
    ) as server:
        mail_server = server.create(
            "ir.mail_server",
            name="Linked",
            smtp_host="smtp.gmail.com",
            smtp_port=587,
            smtp_encryption="starttls_strict",
            smtp_authentication="google_oauth",
            is_sender_managed=True,
            sender_company_id=1,
            from_filter=EMAIL,
        )
        connection = server.create(
            "mail.sender.connection", provider="google", login_email=EMAIL, company_id=1
        )
        [application] = server.find(
            "mail.sender.oauth.application", ("provider", "=", "google")
        )
        grant = Grant(EMAIL, "", frozenset(), "refresh-token")
        server.query(
            LINKED.format(
                application=application,
                connection=connection,
                email=EMAIL,
                secrets=json.dumps({"grant": grant.to_json()}),
                server=mail_server,
            )
        )
        address = server.create(
            "mail.sender.address",
            name="Acme",
            email=EMAIL,
            company_id=1,
            mode="gmail",
            connection_id=connection,
        )
        server.write("res.company", 1, sender_blocked_policy="hold")
        assert server.read("mail.sender.address", address, "state") == {
            "state": "ready"
        }
        server.odoo.call("mail.sender.address", "action_set_default", [address])
        rules = make_rules(server, "mail.sender.connection", address)

        [module] = server.find("ir.module.module", ("name", "=", ADDON))
        server.odoo.call("ir.module.module", "button_immediate_uninstall", [module])
        server.log_in()

        assert server.read(
            "ir.mail_server", mail_server, "active", "smtp_authentication"
        ) == {"active": False, "smtp_authentication": "login"}
        assert server.read("mail.sender.address", address, "mode", "state") == {
            "mode": "smtp",
            "state": "blocked",
        }
        mail = server.send()
        assert server.read("mail.mail", mail, "state") == {"state": "held"}
        assert server.query("SELECT to_regclass('mail_sender_connection')") == [""]
        assert not server.find("mail.sender.rule", ("id", "in", rules))
        # The permission could not be given back, which somebody has to do now.
        to_withdraw = rf"WARNING.* {EMAIL} \(Google\) has to be withdrawn by hand"
        assert re.search(to_withdraw, server.log.read_text())
        server.assert_clean_log(to_withdraw)

        # It may come again, by the button on the cards of the settings.
        cards = server.read("mail.sender.settings", 1, "mode_cards")["mode_cards"]
        assert [card["addon"] for card in cards if card["addon"]] == [ADDON, ADDON]
        server.odoo.call("mail.sender.settings", "action_install", ADDON)
        server.log_in()
        cards = server.read("mail.sender.settings", 1, "mode_cards")["mode_cards"]
        assert not any(card["addon"] for card in cards)
        server.write("mail.sender.address", address, mode="gmail")
