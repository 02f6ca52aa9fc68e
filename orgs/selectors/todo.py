def registry_todo(*, user, today): return []
