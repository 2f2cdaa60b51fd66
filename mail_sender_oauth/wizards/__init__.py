from . import mail_sender_oauth_login
from . import mail_sender_setup
from . import mail_sender_test
