from . import test_application
from . import test_connection
from . import test_guide
from . import test_rights
from . import test_secrets
