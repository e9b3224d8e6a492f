"""The workspace's data model: what it needs (plan), making it step by step (apply), adding words, taking it back (undo)."""
