from .gmail import GmailMode
from .linked import LinkedMailboxMode
from .outlook import OutlookMode
