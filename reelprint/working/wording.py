"""What is said of a failure to people who are not to know where things lie on this machine."""

from __future__ import annotations

from reelprint.workspace import Workspace


def without_paths(workspace: Workspace, said: object) -> str:
    """A sentence in which the workspace's folder is not named."""
    places = {str(workspace.home), str(workspace.home.resolve())}
    text = str(said)
    for place in sorted(places, key=len, reverse=True):
        text = text.replace(place, "…")
    return text
