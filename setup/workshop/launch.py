# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The common beginning and end of every command.

Any Python from 3.6 on can read this file, and be told that it is the wrong one.
"""

import importlib
import os
import signal
import sys

from . import python_choice

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def launch(name):
    """Run a command of this package and end the process with its exit code.

    :param name: a module of this package with ``main(arguments) -> exit code``
    """
    refusal = python_choice.use_supported_python()
    if refusal:
        sys.exit(refusal)
    sys.path.insert(1, CHECKOUT)
    os.chdir(CHECKOUT)
    for end in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(end, _leave)
    problem = importlib.import_module(__package__ + ".problem")
    command = importlib.import_module(__package__ + "." + name)
    try:
        code = command.main(sys.argv[1:])
    except problem.SetupProblem as error:
        code = f"setup/{name}: {error}"
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    sys.exit(code)


def _leave(signal_number, frame):
    """Leave by an exception, so that everything started is stopped on the way."""
    sys.exit(128 + signal_number)
