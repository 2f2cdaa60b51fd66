from .base import SenderMode
from .own_domain import OwnDomainMode
