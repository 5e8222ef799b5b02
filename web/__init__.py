"""What the web chat shows: its HTML, its style and its script."""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported: no call home
