"""What is shipped in deploy/, run for real."""
