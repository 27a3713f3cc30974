"""The demo: real works, hostile copies of some of them, and a page that shows what was found."""
