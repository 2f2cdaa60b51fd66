# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""All ways in one class, so that each setting is set up once."""

from .ways_of_documents import WaysOfDocuments
from .ways_of_gateway import WaysOfTheGateway
from .ways_of_lists import WaysOfLists
from .ways_of_mailings import WaysOfMailings
from .ways_of_meetings import WaysOfMeetings
from .ways_of_messages import WaysOfMessages
from .ways_of_the_office import WaysOfTheOffice
from .ways_to_people import WaysToPeople


class EveryWay(
    WaysOfDocuments,
    WaysOfTheGateway,
    WaysOfLists,
    WaysOfMailings,
    WaysOfMeetings,
    WaysOfMessages,
    WaysOfTheOffice,
    WaysToPeople,
):
    """What a setting inherits to send by every way."""
