from . import mail_sender_vault
from . import mail_sender_oauth_application
from . import mail_sender_connection
from . import mail_sender_connection_tokens
from . import mail_sender_connection_link
from . import mail_sender_address
from . import ir_mail_server
