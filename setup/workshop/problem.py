# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The one error that a command shows to people."""


class SetupProblem(Exception):
    """Something that the person at the machine has to mend."""

    def __init__(self, what: str, mend: str):
        """Name the problem.

        :param what: what is wrong, one sentence
        :param mend: what to do about it
        """
        super().__init__(f"{what}\nMend: {mend}")
