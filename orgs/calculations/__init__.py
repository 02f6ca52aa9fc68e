"""Plain calculations of the registry, without Django."""
