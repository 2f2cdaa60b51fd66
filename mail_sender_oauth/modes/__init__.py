from .gmail import GmailMode
from .linked import LinkedMailboxMode
from .outlook import OutlookMode

#: The modes whose mail leaves from linked mailboxes.
LINKED_MODES = (GmailMode, OutlookMode)

#: Key of the mode by the key of its provider.
MODE_KEYS = {mode.provider: mode.key for mode in LINKED_MODES}

#: The other way round.
MODE_PROVIDERS = {mode.key: mode.provider for mode in LINKED_MODES}
