from . import mail_sender_test
from . import mail_sender_try
from . import mail_sender_finding
from . import mail_sender_explanation
from . import mail_compose_message
from . import account_move_send_wizard
from . import account_move_send_batch_wizard
from . import mail_sender_setup
