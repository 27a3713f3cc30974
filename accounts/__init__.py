"""Who may do what: organisations, people and programs, their roles and keys, and the audit log."""
