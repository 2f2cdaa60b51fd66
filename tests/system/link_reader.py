# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whoever reads an address: opens the links that are mailed to it, logged out."""

import re

import requests

from odoo.tests.common import TEST_CURSOR_COOKIE_NAME

from tests.peers.smtp_receiver import ReceivedMail

#: Seconds that a page may take; others use Odoo at the same time.
PATIENCE = 60


class LinkReader:
    """Somebody without an account, and a browser of its own.

    :param test: the ``HttpCase`` whose Odoo mailed the link
    """

    def __init__(self, test) -> None:
        """Open the browser."""
        self._test = test
        self._browser = requests.Session()

    def press(self, mail: ReceivedMail, purpose: str) -> str:
        """Open a link of a received mail and press the button of its page.

        :param purpose: ``"confirm"`` or ``"withdraw"``
        :return: what the page says then
        :raise ValueError: when the mail has no such link, or the page no button
        """
        html = mail.message.get_body(("html",)).get_content()
        [link] = re.findall(rf'href="([^"]+/mail-sender/{purpose}/\w+)"', html)
        page = self._ask("GET", link)
        [action] = re.findall(r'<form[^>]*action="([^"]*)"', page)
        fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
        return self._ask("POST", f"{self._test.base_url()}{action}", data=fields)

    def _ask(self, method: str, url: str, **options) -> str:
        # Odoo's tests answer only those who know of the one that is running.
        key = {TEST_CURSOR_COOKIE_NAME: self._test.http_request_key}
        answer = self._browser.request(
            method, url, cookies=key, timeout=PATIENCE, **options
        )
        answer.raise_for_status()
        return answer.text
