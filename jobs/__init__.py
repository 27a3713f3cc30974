"""A durable queue of jobs: what waits, what runs under which lease, and how it ended."""
