"""Why a suspect was identified, or was not: everything that was found, weighed and left."""
