"""An identifier that is kept open from one job to the next."""

from __future__ import annotations

from reelprint.identification import Identifier
from reelprint.workspace import Settings, Workspace


class Warm:
    """The identifier of one workspace, made when it is first asked for and brought up to date each
    time: what is registered, excluded or removed counts from the next job on."""

    def __init__(self) -> None:
        self._identifier: Identifier | None = None
        self._settings: Settings | None = None

    def get(self, workspace: Workspace, fast: bool) -> Identifier:
        """An identifier under the workspace's settings as they are now, until the next call."""
        if self._identifier is None or self._settings != workspace.settings:
            self.close()
            self._identifier, self._settings = Identifier(workspace), workspace.settings
        else:
            self._identifier.refresh()
        return self._identifier.reading(fast)

    def close(self) -> None:
        """Let go of it."""
        if self._identifier is not None:
            self._identifier.close()
        self._identifier = None
