"""Reports of cases for people: one document, in two languages, as a page and as a PDF."""
