from . import models
from . import modes
from .hooks import uninstall_hook
