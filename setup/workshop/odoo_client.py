# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A user at Odoo's web client: logs in and presses buttons over HTTP."""

import http.cookiejar
import json
import time
import urllib.error
import urllib.request
from typing import Any

#: Seconds that one call may take: the first one builds a PDF and assets.
PATIENCE = 120.0


class OdooError(Exception):
    """Odoo refused a call; the text is what the user would read."""


class OdooClient:
    """A session of one user.

    ::

        odoo = OdooClient("http://127.0.0.1:8069")
        odoo.wait_until_ready()
        odoo.log_in("odoo", "admin", "admin")
        odoo.call("res.company", "read", [1], ["name"])
    """

    def __init__(self, address: str):
        """Prepare a session; nothing is asked yet.

        :param address: such as ``"http://127.0.0.1:8069"``
        """
        self.address = address
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        # Straight to Odoo, whatever proxy the machine has.
        direct = urllib.request.ProxyHandler({})
        self._opener = urllib.request.build_opener(cookies, direct)

    def wait_until_ready(self) -> None:
        """Wait until Odoo answers.

        :raise TimeoutError: when it does not in time
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                self._opener.open(f"{self.address}/web/health", timeout=5)
                return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError(f"Odoo does not answer at {self.address}")

    def log_in(self, database: str, login: str, password: str) -> None:
        """Log in.

        :raise OdooError: when Odoo does not accept that
        """
        self._post(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": password},
        )

    def call(self, model: str, method: str, *arguments: Any, **options: Any) -> Any:
        """Call a public method, as a button or a view does.

        :param arguments: the records' ids first, if the method works on records
        :param options: keyword arguments, ``context`` among them
        :return: what the method returns
        :raise OdooError: when Odoo refuses
        """
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": arguments, "kwargs": options},
        )

    def _post(self, path: str, parameters: dict[str, Any]) -> Any:
        body = {"jsonrpc": "2.0", "method": "call", "params": parameters}
        request = urllib.request.Request(
            self.address + path,
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with self._opener.open(request, timeout=PATIENCE) as response:
            answer = json.load(response)
        if error := answer.get("error"):
            raise OdooError(error["data"]["message"])
        # Odoo leaves a result out that is nothing.
        return answer.get("result")
