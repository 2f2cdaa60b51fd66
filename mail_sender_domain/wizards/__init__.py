from . import mail_sender_try
