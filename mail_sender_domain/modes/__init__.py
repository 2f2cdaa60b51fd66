from .base import Fit, Rank, SenderMode
from .own_domain import OwnDomainMode
from .relay import RelayMode
from .smtp_mailbox import SmtpMailboxMode
