# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where the real providers answer."""

from dataclasses import astuple

import pytest
from providers.google import ENDPOINTS, GoogleProvider
from providers.microsoft import CLOUDS, MicrosoftProvider


@pytest.mark.parametrize("organization", ["", "acme.test"])
def test_gmail_has_one_mail_server(organization):
    server = GoogleProvider().get_smtp_server(organization)
    assert (server.host, server.port) == ("smtp.gmail.com", 587)


@pytest.mark.parametrize(
    ("organization", "host"),
    [("", "smtp-mail.outlook.com"), ("a-tenant", "smtp.office365.com")],
)
def test_microsoft_has_a_mail_server_of_its_own_for_persons(organization, host):
    server = MicrosoftProvider("client").get_smtp_server(organization)
    assert (server.host, server.port) == (host, 587)


@pytest.mark.parametrize("cloud", CLOUDS.values(), ids=CLOUDS)
def test_a_cloud_is_asked_for_its_own_resources(cloud):
    scopes = MicrosoftProvider("client", cloud=cloud).scopes
    places = {scope.rpartition("/")[0] for group in scopes.values() for scope in group}
    assert places == {cloud.graph, cloud.outlook}


@pytest.mark.parametrize("places", [ENDPOINTS, *CLOUDS.values()])
def test_everything_is_asked_over_tls(places):
    addresses = [place for place in astuple(places) if isinstance(place, str)]
    assert len(addresses) >= 4
    assert all(address.startswith("https://") for address in addresses)
