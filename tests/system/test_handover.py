# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Records go from Odoo to whoever keeps the DNS, into a DNS server and back."""

import csv
import io
import re
from base64 import b64encode
from email.message import EmailMessage

import dns.zone
from lxml import html
from openpyxl import load_workbook

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import file_open, mute_logger

from odoo.addons.mail_sender_domain.reader import Reader
from odoo.addons.mail_sender_domain.report.handover import Handover
from odoo.addons.mail_sender_domain.tools.record_checks import check_records

from .common import SystemCase
from .pdf_text import pdf_fonts, pdf_image_count, pdf_lines, pdf_links

#: What the zone of the company holds already.
ZONE_HEAD = """\
$ORIGIN acme.test.
@ 60 IN SOA ns1 hostmaster 7 3600 600 86400 60
@ 60 IN NS ns1
ns1 60 IN A 192.0.2.53
www 60 IN A 192.0.2.80
"""

#: Records of others that have to be mended, in the same zone.
MENDABLE = r"""
@ 60 IN TXT "v=spf1 ip:192.0.2.9 +all"
_dmarc 60 IN TXT "\"v=DMARC1; p=reject; adkim=s\""
"""

KEEPER = "it@dns.example"

#: What the page of the domain shows of a record.
SHOWN = ("type", "form_host", "host", "form_priority", "form_value")


class HandoverCase(SystemCase, HttpCase):
    """Acme hands the records of acme.test over to somebody at another company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_relay_domain("relay.test")
        cls.company = cls.make_company("Acme", "acme.test")
        cls.domain = cls.make_domain(cls.company, "acme.test")
        cls.manager = new_test_user(
            cls.env,
            "manager",
            groups="mail_sender_domain.group_sender_manager",
            name="Mira Manager",
            email="mira@acme.test",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        # Style sheets are made once, by whoever prints first.
        cls.enterClassContext(mute_logger("odoo.addons.base.models.ir_attachment"))
        cls.env.flush_all()

    def hand_over(self, domain=None, **values):
        """Send the records as the manager does; return the mail that arrived."""
        self.receiver.mails.clear()
        wizards = self.env["mail.sender.handover.wizard"].with_user(self.manager)
        wizard = wizards.with_context(force_report_rendering=True).create(
            {
                "domain_id": (domain or self.domain).id,
                "email_to": KEEPER,
                "lang": "en_US",
                **values,
            }
        )
        wizard.action_send()
        [mail] = self.receiver.mails
        self.assertEqual(mail.recipients, (KEEPER,))
        return mail

    @staticmethod
    def get_files(message: EmailMessage) -> dict[str, bytes]:
        """Return the attachments of a mail by the ends of their names."""
        return {
            part.get_filename().rpartition(".")[2]: part.get_payload(decode=True)
            for part in message.iter_attachments()
        }

    @staticmethod
    def get_link(message: EmailMessage) -> str:
        """Return the link to the live page that stands in a mail."""
        [link] = set(
            re.findall(
                r'href="([^"]+/mail-sender/records/\w+)"',
                message.get_body(("html",)).get_content(),
            )
        )
        return link

    def expect(self, domain):
        """What all documents have to say: type, host, full name, priority, value."""
        zone = "acme.test"
        rows = []
        for line in domain.record_ids:
            host = line.host.removesuffix(zone).removesuffix(".") or "@"
            priority, value = "", line.instead or line.value
            if line.type == "MX":
                priority, value = value.split(" ")
            rows.append((line.type, host, line.host, priority, value))
        self.assertGreater(len(rows), 3)
        return rows


@tagged("post_install", "-at_install")
class TestDocuments(HandoverCase):
    """All that is handed over says the same, record by record."""

    def check_documents(self, domain):
        expected = self.expect(domain)
        message = self.hand_over(domain).message
        files = self.get_files(message)
        self.assertEqual(set(files), {"pdf", "xlsx", "csv", "zone"})
        self.assertEqual(self.read_csv(files["csv"]), expected)
        self.assertEqual(self.read_xlsx(files["xlsx"]), expected)
        self.assertEqual(self.read_zone(files["zone"]), sorted(expected))
        self.assertEqual(self.read_page(self.get_link(message)), expected)
        self.check_pdf(files["pdf"], expected)
        checked = check_records(
            [record for record, _line in domain._get_expected_lines()],
            domain._get_resolver(),
            domain._prepare_network(),
        )
        self.assertEqual(
            [
                (result.record.type, result.record.host, result.record.value)
                for result in checked
            ],
            [
                (rdtype, name, f"{priority} {value}" if priority else value)
                for rdtype, _host, name, priority, value in expected
            ],
        )
        self.assertEqual(
            [tuple(map(line.__getitem__, SHOWN)) for line in domain.record_ids],
            expected,
        )

    def read_table(self, rows):
        head, *body = rows
        self.assertEqual(
            list(head),
            [
                "Purpose",
                "Requirement",
                "Type",
                "Host",
                "Full name",
                "Priority",
                "Value",
                "TTL",
            ],
        )
        self.assertEqual({row[7] for row in body}, {"3600"})
        return [tuple(cell or "" for cell in row[2:7]) for row in body]

    def read_csv(self, content):
        return self.read_table(csv.reader(io.StringIO(content.decode("utf-8-sig"))))

    def read_xlsx(self, content):
        [sheet] = load_workbook(io.BytesIO(content)).worksheets
        cells = list(sheet.iter_rows())
        self.assertEqual({cell.data_type for row in cells for cell in row}, {"s"})
        return self.read_table([[cell.value for cell in row] for row in cells])

    def read_zone(self, content):
        zone = dns.zone.from_text(ZONE_HEAD + content.decode(), "acme.test")
        found = []
        for name, node in zone.items():
            for rdataset in node:
                rdtype = rdataset.rdtype.name
                for rdata in rdataset:
                    if rdtype not in ("TXT", "MX", "CNAME"):
                        continue
                    host = name.to_text()
                    full = name.derelativize(zone.origin).to_text(True)
                    priority = ""
                    if rdtype == "TXT":
                        value = b"".join(rdata.strings).decode()
                    elif rdtype == "MX":
                        priority = str(rdata.preference)
                        value = rdata.exchange.to_text(True)
                    else:
                        value = rdata.target.to_text(True)
                    found.append((rdtype, host, full, priority, value))
        return sorted(found)

    def read_page(self, link):
        page = html.fromstring(self.url_open(link).text)
        rows = []
        for article in page.find_class("ms-record"):
            cells = {
                each.find("dt").text.strip(): each.find(".//code")
                for each in article.find("dl")
            }
            copied = {
                button.get("data-copy") for button in article.find_class("ms-copy")
            }
            host = cells["Host"]
            row = (
                cells["Type"].text,
                host.text,
                host.get("title") or host.text,
                cells["Priority"].text if "Priority" in cells else "",
                cells["Value"].text,
            )
            self.assertEqual(copied, {*row, "3600"} - {""})
            rows.append(row)
        return rows

    def check_pdf(self, content, expected):
        """What is copied from the PDF has nothing in it that the value has not."""
        lines = pdf_lines(content)
        for line in lines:
            self.assertEqual(line, line.strip())
        text = "".join(lines)
        at = 0
        for row in expected:
            for part in filter(None, (row[0], row[1], row[3], row[4], "3600")):
                at = text.find(part, at)
                self.assertGreaterEqual(at, 0, (part, lines))
                at += len(part)
        for row in expected:
            self.assertIn(row[4], lines, "in one line, to be copied as a whole")
        self.assertTrue(any("Mono" in font for font in pdf_fonts(content)))

    def test_alias(self):
        self.check_documents(self.domain)

    def test_the_pdf_has_the_logo_and_leads_to_the_control_panel(self):
        reader = Reader("en_US")
        domain = self.domain.with_context(force_report_rendering=True)
        plain = Handover(domain, reader).make("pdf").content
        self.assertFalse(pdf_image_count(plain))
        self.assertFalse(pdf_links(plain))
        with file_open("mail_sender_domain/static/description/icon.png", "rb") as file:
            self.company.logo = b64encode(file.read())
        domain.dns_servers = "ada.ns.cloudflare.com"
        rich = Handover(domain, reader).make("pdf").content
        self.assertEqual(pdf_image_count(rich), 1)
        self.assertEqual(pdf_links(rich), {domain.dns_panel})

    def test_own_mail_exchanger_in_a_zone_above(self):
        platform = self.env["mail.sender.platform"]._get_platform()
        platform.return_path_target = False
        self.check_documents(self.make_domain(self.company, "shop.acme.test"))

    def test_what_mends_the_records_that_are_there(self):
        """All documents keep what the domain publishes for others."""
        self.dns.set("_dmarc.acme.test", "TXT", '"v=DMARC1; p=reject; adkim=s"')
        self.dns.set("acme.test", "TXT", "v=spf1 ip:192.0.2.9 +all")
        self.addCleanup(self.dns.set, "_dmarc.acme.test", "TXT")
        self.addCleanup(self.dns.set, "acme.test", "TXT")
        self.domain.action_check()
        values = [row[4] for row in self.expect(self.domain)]
        self.assertIn("v=DMARC1; p=reject; adkim=s", values)
        [spf] = [value for value in values if value.startswith("v=spf1")]
        self.assertTrue(spf.endswith(" ip4:192.0.2.9 ~all"), spf)
        self.check_documents(self.domain)

    def test_what_would_be_cut_at_a_blank(self):
        self.domain.record_ids[-1].value = f"v=spf1{' a:host.acme.test' * 40} -all"
        self.check_documents(self.domain)


@tagged("post_install", "-at_install")
class TestZoneFile(HandoverCase):
    """A real name server takes the zone file, and then every check is green."""

    def check_zone_file(self, domain):
        content = Handover(domain, Reader("de_DE")).make("zone").content.decode()
        self.dns.load("acme.test", ZONE_HEAD + content)
        domain.action_check()
        self.assertEqual(
            domain.record_ids.mapped(lambda line: (line.status, line.reason)),
            [("ok", "")] * len(domain.record_ids),
        )
        self.assertEqual(domain.state, "verified")

    def test_alias(self):
        self.check_zone_file(self.domain)

    def test_what_mends_the_records_that_are_there(self):
        self.dns.load("acme.test", ZONE_HEAD + MENDABLE)
        self.domain.action_check()
        self.check_zone_file(self.domain)
        self.assertEqual(self.domain.dmarc_texts, "v=DMARC1; p=reject; adkim=s")

    def test_own_mail_exchanger_in_a_zone_above(self):
        platform = self.env["mail.sender.platform"]._get_platform()
        platform.return_path_target = False
        domains = self.env["mail.sender.domain"]
        self.check_zone_file(
            domains.create({"name": "shop.acme.test", "company_id": self.company.id})
        )


@tagged("post_install", "-at_install")
class TestWholeWay(HandoverCase):
    """From the mail to the verified domain."""

    def test_from_the_mail_to_the_verified_domain(self):
        mail = self.hand_over(note="Could you do this today?\n<b>Thanks</b>")
        self.assertEqual(mail.message["From"], "Acme <acme@relay.test>")
        self.assertEqual(mail.message["Reply-To"], "Mira Manager <mira@acme.test>")
        verdict = self.verify(mail)
        self.assertTrue(verdict.passes, verdict)
        body = mail.message.get_body(("html",)).get_content()
        self.assertIn("&lt;b&gt;Thanks", body)

        link = self.get_link(mail.message)
        page = self.url_open(link).text
        self.assertIn("0 of 3 required records are right", page)
        self.publish(self.domain)
        page = self.press(page, "records-check")
        self.assertIn("The check begins in a moment", page)
        cron = self.env.ref("mail_sender_domain.ir_cron_check_domains")
        cron.method_direct_trigger()
        self.env.invalidate_all()
        page = self.url_open(link).text
        self.assertIn("All required records are right", page)
        self.assertEqual(self.domain.state, "verified")

        page = self.press(page, "records-note", note="Done.")
        self.assertIn("Your note was sent", page)
        note = self.domain.message_ids[0]
        self.assertIn("Done.", note.body)
        self.assertIn(self.manager.partner_id, note.notified_partner_ids)

    def press(self, page, action, **values):
        """Press the button of a form on the page; return the next page."""
        [form] = html.fromstring(page).xpath(f"//form[contains(@action, '{action}')]")
        data = {
            field.get("name"): field.get("value") for field in form.iter("input")
        } | values
        response = self.url_open(form.get("action"), data=data)
        self.assertEqual(response.status_code, 200)
        return response.text

    def test_no_secret_and_no_document_is_kept(self):
        link = self.get_link(self.hand_over().message)
        secret = link.rpartition("/")[2]
        self.assertFalse(self.env["mail.mail"].search([("email_to", "like", KEEPER)]))
        self.assertFalse(self.env["mail.message"].search([("body", "like", secret)]))
        handover = self.env["mail.sender.handover"].search([])
        self.assertNotIn(secret, str(handover.sudo().read()))
        self.assertFalse(
            self.env["ir.attachment"].search([("name", "like", "dns-acme.test")])
        )
