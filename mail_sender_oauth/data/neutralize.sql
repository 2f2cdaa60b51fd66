-- A copy must not send from the mailboxes of the original.
UPDATE mail_sender_connection
   SET sender_password = NULL,
       status = 'new',
       connected_date = NULL;
UPDATE mail_sender_oauth_application
   SET sender_password = NULL;
DELETE FROM mail_sender_oauth_login;
