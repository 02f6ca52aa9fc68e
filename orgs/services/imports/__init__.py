"""Files on their way into the registry: opened, staged, looked at, written, undone."""
