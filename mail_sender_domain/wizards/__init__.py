from . import mail_sender_try
from . import mail_sender_finding
from . import mail_sender_explanation
