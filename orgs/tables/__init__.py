"""The list pages: what an address asks for, and what one row shows."""
