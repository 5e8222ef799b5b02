"""The doors for programs: JSON, OpenAI's form, MCP.  Start at `routes`."""
