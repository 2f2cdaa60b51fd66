# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Each way has a test, and each test of a way a row."""

from . import (
    test_ways_documents,
    test_ways_gateway,
    test_ways_messages,
    test_ways_people,
)
from .ways import LEAVING

CASES = (
    test_ways_documents.TestWaysOfDocuments,
    test_ways_gateway.TestWaysOfTheGateway,
    test_ways_messages.TestWaysOfMessages,
    test_ways_people.TestWaysToPeople,
)


def test_ways_are_complete():
    tested = [
        name.removeprefix("test_")
        for case in CASES
        for name, member in vars(case).items()
        if name.startswith("test_") and callable(member)
    ]
    assert sorted(tested) == sorted(LEAVING)
