"""Work on files from outside in a process of its own, with limits of memory and time: whatever a file does, the portal lives."""
