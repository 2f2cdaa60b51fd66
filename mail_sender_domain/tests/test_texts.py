# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo.tests import BaseCase, tagged

from .. import texts
from ..tools import alignment, dmarc_steps
from ..tools.dkim_import import KeyImportError
from ..tools.dns_update import DnsUpdateError
from ..tools.domain_connect import DomainConnectError
from ..tools.email_address import EmailAddressError
from ..tools.errors import DomainNameError, SmtpServerError, SpfMergeError
from ..tools.record_checks import CODES
from ..tools.smtp_dialogue import CODES as SMTP_CODES


@tagged("post_install", "-at_install")
class TestTexts(BaseCase):
    def test_every_code_has_a_sentence_with_its_parameters(self):
        tables = [
            (CODES, texts.REASON_TEXTS),
            (alignment.CODES, texts.ALIGNMENT_TEXTS),
            (SMTP_CODES, texts.SMTP_TEXTS),
            (DomainNameError.sentences, texts.DOMAIN_NAME_TEXTS),
            (EmailAddressError.sentences, texts.EMAIL_ADDRESS_TEXTS),
            (SmtpServerError.sentences, texts.SMTP_SERVER_TEXTS),
            (SpfMergeError.sentences, texts.SPF_MERGE_TEXTS),
            (KeyImportError.sentences, texts.KEY_IMPORT_TEXTS),
            (DnsUpdateError.sentences, texts.DNS_UPDATE_TEXTS),
            (dmarc_steps.CODES, texts.DMARC_STEP_TEXTS),
            (DomainConnectError.sentences, texts.DOMAIN_CONNECT_TEXTS),
        ]
        for sentences, translatable in tables:
            for code, sentence in filter(lambda item: item[1], sentences.items()):
                with self.subTest(code):
                    self.assertLessEqual(
                        set(re.findall(r"%\((\w+)\)", translatable[code]._source)),
                        set(re.findall(r"{(\w+)}", sentence)),
                    )

    def test_no_sentence_on_alignment_is_left_over(self):
        self.assertEqual(set(texts.ALIGNMENT_TEXTS), set(alignment.CODES))
        self.assertEqual(
            texts.alignment_text(_English(), alignment.Outcome.PASSES, {}),
            "Passes at Gmail, Outlook and others.",
        )

    def test_a_refusal_in_plain_words(self):
        self.assertEqual(set(texts.SMTP_TEXTS), set(SMTP_CODES))
        reply = "535 5.7.8 Bad\x07credentials"
        text = texts.smtp_text(_English(), "login_later", {"reply": reply})
        self.assertEqual(
            text,
            "The server cannot check the login now: 535 5.7.8 Bad␇credentials. Try "
            "again later.",
        )

    def test_the_next_step_of_a_dmarc_policy(self):
        step = dmarc_steps.DmarcStep("wait", params={"days": 3})
        self.assertEqual(
            texts.dmarc_step_text(_English(), step),
            "Wait until all mail has passed for 3 more days before the next step.",
        )

    def test_control_characters_are_shown(self):
        error = DomainNameError("bad_character", character="\r", text="a\r\nb")
        self.assertEqual(
            texts.error_text(_English(), error),
            "“a␍␊b” contains “␍”, which no domain may contain. Remove it.",
        )


class _English:
    """As much of an environment as translating into the source language takes."""

    def _(self, lazy):
        return lazy._source
