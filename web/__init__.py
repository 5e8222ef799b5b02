"""The web chat and the doors for programs, one server: a Collection -> HTTP.  Start at `server`."""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported: no call home
