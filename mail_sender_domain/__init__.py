from . import models
from . import modes
