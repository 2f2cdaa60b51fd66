from . import test_invoice
from . import confirmation
from . import guide
from . import handover
from . import domain_check
