from . import test_invoice
from . import confirmation
