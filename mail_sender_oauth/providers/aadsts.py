# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Microsoft's login service means when it refuses.

OAuth has one word, ``invalid_grant``, for a password that was changed and for a consent
that was withdrawn; Microsoft's numbers tell them apart. It warns that they may change,
so a number that is not known here still has its word.

https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from .errors import (
    ApplicationError,
    Cause,
    ConnectError,
    GrantError,
    ProviderError,
    RefusedError,
    TemporaryError,
)

_CAUSES: Mapping[Cause, Collection[int]] = {
    (GrantError, "grant_expired"): (70008, 700081, 700082, 700084),
    (GrantError, "password_changed"): (50055, 50132, 50133, 50144, 50173),
    (GrantError, "consent_revoked"): (65001,),
    (GrantError, "conditional_access"): (
        *(50072, 50074, 50076, 50078, 50079, 50097, 50158, 70043, 70044),
        *(53000, 53001, 53002, 53003, 53004, 53010, 53011, 530032, 530034, 530035),
    ),
    (GrantError, "account_disabled"): (50034, 50057, 51004, 70046),
    (ConnectError, "consent_denied"): (65004,),
    (ConnectError, "code_rejected"): (54005, 501481, 70000),
    (ApplicationError, "admin_consent_missing"): (50105, 90093, 90094, 90095, 7000229),
    (ApplicationError, "wrong_client"): (7000215, 7000216, 700016, 700027, 7000112),
    (ApplicationError, "secret_expired"): (7000222,),
    (ApplicationError, "wrong_tenant"): (
        *(50020, 50059, 50128, 50194, 90002, 900023, 9002331, 9002332, 9002346),
    ),
    (ApplicationError, "redirect_mismatch"): (50011,),
    (ApplicationError, "clock_skew"): (700024, 500133),
    (RefusedError, "no_mailbox"): (500011,),
    (TemporaryError, "server_error"): (90033, 90055, 50001),
}
_NUMBERS = {number: cause for cause, numbers in _CAUSES.items() for number in numbers}

_SUBERRORS: Mapping[str, Cause] = {
    "additional_action": (GrantError, "conditional_access"),
    "basic_action": (GrantError, "conditional_access"),
    "message_only": (GrantError, "conditional_access"),
    "consent_required": (GrantError, "consent_revoked"),
    "user_password_expired": (GrantError, "password_changed"),
}

_ERRORS: Mapping[str, Cause] = {
    "access_denied": (ConnectError, "consent_denied"),
    "consent_required": (GrantError, "consent_revoked"),
    "interaction_required": (GrantError, "conditional_access"),
    "invalid_client": (ApplicationError, "wrong_client"),
    "invalid_grant": (GrantError, "invalid_grant"),
    "invalid_scope": (GrantError, "scope_missing"),
    "login_required": (GrantError, "invalid_grant"),
    "server_error": (TemporaryError, "server_error"),
    "temporarily_unavailable": (TemporaryError, "server_error"),
    "unauthorized_client": (ApplicationError, "wrong_client"),
}

_NUMBER = re.compile(r"AADSTS(\d+)")


def explain(answer: Mapping[str, Any], scopes: Collection[str] = ()) -> ProviderError:
    """Tell what a refusal means.

    >>> explain({"error": "invalid_grant", "error_codes": [50173]}).code
    'password_changed'

    :param answer: with ``error`` and whatever else there is
    :param scopes: what was asked for
    """
    detail = str(answer.get("error_description") or "")
    kind, code = next(_causes(answer, detail), (ApplicationError, "rejected"))
    if code == "scope_missing":
        return kind(code, scopes=", ".join(scopes), detail=detail)
    if code == "rejected":
        detail = f"{answer.get('error')} {detail}"
    return kind(code, detail=detail)


def _causes(answer: Mapping[str, Any], detail: str) -> Iterator[Cause]:
    """What the answer may mean, the most precise first."""
    numbers = [*(answer.get("error_codes") or ()), *_NUMBER.findall(detail)]
    yield from (_NUMBERS[n] for n in map(int, numbers) if n in _NUMBERS)
    for table, word in ((_SUBERRORS, "suberror"), (_ERRORS, "error")):
        if cause := table.get(str(answer.get(word))):
            yield cause
