"""What a case says, in the forms that others read: exchange formats, tables, draft notices."""
