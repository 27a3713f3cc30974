"""The HTTP service: parses, asks the desk, answers. What anybody may do is decided at the desk."""
