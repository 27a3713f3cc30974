"""A durable queue of work to be done, and what became of it; it does not know what the work is."""
