"""The acts of the studio as tools of an assistant: `planner tools` speaks the Model Context Protocol on standard input and output."""
