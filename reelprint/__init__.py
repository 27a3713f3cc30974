"""Wiring only: command line, workspace, pipeline, demo."""

__version__ = "0.1.0"
