"""What jobs do, and the processes that do them."""
