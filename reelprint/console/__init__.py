"""The pages that people open: HTML rendered here, with htmx where a page moves on by itself."""
