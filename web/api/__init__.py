"""The doors for programs (JSON, OpenAI's form, MCP): a request -> an Answer as JSON.  Start at `routes`."""
