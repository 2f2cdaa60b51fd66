# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The key of a service account, as Google gives it to an administrator."""

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

#: Who asks for tokens with it.
ISSUER = "odoo@project.example"


def make_private_key() -> rsa.RSAPrivateKey:
    """Make what the account signs with."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def make_key_file(private_key: rsa.RSAPrivateKey, token_uri: str) -> dict[str, str]:
    """Write the content of the key file, which is JSON.

    :param token_uri: where tokens are fetched
    """
    pem = private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return {
        "type": "service_account",
        "client_email": ISSUER,
        "private_key": pem.decode(),
        "private_key_id": "1",
        "token_uri": token_uri,
    }
