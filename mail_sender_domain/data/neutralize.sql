-- A copy must neither reach the real servers nor sign in the companies' names.
UPDATE mail_sender_platform
   SET mail_server_id = NULL,
       receives_relay_mail = FALSE,
       key_zone_server = NULL,
       key_zone_leftovers = NULL,
       domain_connect_secret = NULL,
       sender_password = NULL;
UPDATE mail_sender_dkim_key
   SET private_key = NULL,
       stage = 'retired';
-- Without proof no sender address is chosen: mail takes Odoo's own, neutralized road.
UPDATE mail_sender_domain
   SET state = 'draft',
       failing_since = NULL,
       verified_since = NULL,
       next_check = NULL,
       check_asked_on = NULL,
       mail_server_id = NULL;
UPDATE mail_sender_address
   SET is_mailbox_checked = FALSE,
       mailbox_proven_email = NULL,
       confirmed_email = NULL,
       asked_email = NULL;
UPDATE ir_mail_server
   SET sender_password = NULL,
       smtp_pass = NULL
 WHERE is_sender_managed
    OR sender_company_id IS NOT NULL;
-- Links that were mailed belong to the original, and so does what they proved.
DELETE FROM mail_sender_confirmation;
DELETE FROM mail_sender_handover;
UPDATE res_company
   SET sender_confirmed_email = NULL,
       sender_asked_email = NULL;
UPDATE mail_sender_setup
   SET sender_password = NULL;
