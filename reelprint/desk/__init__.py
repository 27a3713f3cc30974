"""What a principal may do, one function an act: permission, whose it is, the audit log, the act.

The only way in for the service and the console.
"""
