from . import test_dkim_key
from . import test_dress
from . import test_mail_server
from . import test_screens
from . import test_sender_address
from . import test_sending_domain
from . import test_sending_platform
from . import test_texts
