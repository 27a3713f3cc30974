"""How the index grows: time, memory and bytes against other ways to keep codes and postings."""
