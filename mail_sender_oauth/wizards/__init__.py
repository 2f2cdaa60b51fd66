from . import mail_sender_setup
