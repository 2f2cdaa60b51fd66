# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Passing a received message on: its content stays as it is, down to the last byte.

What is passed on leaves from another address, so its headers are made anew; text,
attachments, pictures inside the text and signatures of people are taken over.
"""

from __future__ import annotations

import email.policy
from email.encoders import encode_base64
from email.message import EmailMessage, Message

#: Names the addresses that passed a message on, the first one first.
TRACE_HEADER = "X-Mail-Sender-Forwarded"

#: How a message is kept between receiving and passing on.
CONTENT_TYPE = "message/rfc822"

#: What tells one message from another, and what it answers (RFC 5322 section 3.6).
_IDENTITY = frozenset({"date", "message-id", "in-reply-to", "references"})

#: Leaves headers alone that other policies would parse, and perhaps not understand.
_AS_RECEIVED = email.policy.compat32.clone(linesep="\r\n")


def get_trace(message: Message) -> list[str]:
    """Name the addresses that passed a message on before, in lower case."""
    values = message.get_all(TRACE_HEADER, [])
    names = ",".join(str(value) for value in values).split(",")
    return [name.strip().lower() for name in names if name.strip()]


def is_machine_reply(message: Message) -> bool:
    """Tell whether a program answered, such as one for absences (RFC 3834 section 5).

    >>> message = EmailMessage()
    >>> message["Auto-Submitted"] = "auto-replied (vacation)"
    >>> is_machine_reply(message)
    True
    """
    value = str(message.get("Auto-Submitted") or "")
    return value.strip().lower().startswith("auto-replied")


def keep(message: Message) -> bytes:
    """Serialise a received message for :func:`take_over`."""
    return message.as_bytes(policy=_AS_RECEIVED)


def take_over(message: EmailMessage) -> bool:
    """Put the message that is attached to another one in the place of its content.

    From, To, Reply-To and Subject stay. The Message-ID becomes that of the attached
    message, and so do the headers around it: answers find what they answer.

    :param message: changed in place
    :return: whether a message was attached
    """
    kept = [
        part
        for part in message.iter_attachments()
        if part.get_content_type() == CONTENT_TYPE
    ]
    if not kept:
        return False
    original = kept[0].get_payload(0)
    _make_seven_bit(original)
    taken = [
        (name, value) for name, value in original.raw_items() if _is_taken(name, value)
    ]
    for name in {name.lower() for name, _value in taken} | _content_headers(message):
        del message[name]
    for name, value in taken:
        # As it was written: parsed, a header may be refused.
        message.set_raw(name, value)
    message.set_payload(original.get_payload())
    message.preamble, message.epilogue = original.preamble, original.epilogue
    message.policy = message.policy.clone(refold_source="none")
    return True


def _make_seven_bit(message: Message) -> None:
    """Encode parts with bytes beyond ASCII, which servers on the way may not take."""
    for part in message.walk():
        if not part.is_multipart() and not part.get_payload().isascii():
            content = part.get_payload(decode=True)
            del part["Content-Transfer-Encoding"]
            part.set_payload(content)
            encode_base64(part)


def _content_headers(message: Message) -> set[str]:
    return {name.lower() for name in message if _is_content(name)}


def _is_content(name: str) -> bool:
    """Whether a header is about the content (RFC 2045 section 9)."""
    return name.lower().startswith("content-") or name.lower() == "mime-version"


def _is_taken(name: str, value: str) -> bool:
    return _is_content(name) or (name.lower() in _IDENTITY and value.isascii())
