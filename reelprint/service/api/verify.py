"""/v1/verify: does this evidence package hold? For anybody; nothing is kept."""

from __future__ import annotations

import errno
from contextlib import aclosing
from pathlib import Path
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request

from reelprint.desk import checking, readiness
from reelprint.desk.checking import Busy, PackageChecked
from reelprint.service import streams
from reelprint.service.limits import said_length
from reelprint.service.problems import Refused, responses
from reelprint.service.security import Anyone, DeskOf

router = APIRouter(tags=["verify"], responses=responses(422, 429, 503))
Sha256 = Annotated[str, Query(pattern=r"^([0-9a-f]{64})?$")]
SLOWEST = 64 * 1024  # bytes a second: who is slower keeps others waiting
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The bytes of the package.",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post(
    "/verify",
    operation_id="verify_package",
    dependencies=[Anyone],
    openapi_extra=BODY,
    responses=responses(400, 408, 413, 507),
)
async def verify_package(
    request: Request, desk: DeskOf, signer: Sha256 = "", head: Sha256 = ""
) -> PackageChecked:
    """Check an evidence package: from its own bytes, with the engine of this service. `signer` is
    the fingerprint of the key that must have signed it, as its signer gave it to you by another
    route; `head` one of the custody log that you noted down."""
    most = min(checking.MOST_BYTES, desk.config.max_upload_bytes)
    free = readiness.free_bytes(desk)
    # It is unpacked beside itself, so it takes twice its size.
    if said_length(request.scope) > most:
        raise Refused(413, f"at most {most} bytes")
    if free < 2 * said_length(request.scope):
        raise Refused(507)
    try:
        with checking.place_for(desk) as package:
            await _received(request, package, min(most, free // 2))
            return await to_thread.run_sync(checking.check, desk, package, signer, head)
    except Busy as error:
        raise Refused(503, str(error), {"Retry-After": "60"}) from error


async def _received(request: Request, package: Path, most: int) -> None:
    """Have the body of a request on the disk. Raises Refused."""
    body = streams.body(request, most, SLOWEST)
    try:
        with package.open("xb") as file:
            async with aclosing(body):
                async for chunk in body:
                    await to_thread.run_sync(file.write, chunk)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise Refused(507) from error
        raise
