"""Fingerprint packages: works registered elsewhere without their media. See
`docs/fingerprint-package.md`."""
