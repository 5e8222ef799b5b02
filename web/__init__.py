"""The server: the chat and the doors for programs as one site.  Start at `server.serve_chat`."""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported: no call home
