"""An API server that answers reviews, or does not, as a test says."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Scripted:
    """An API server that does what it is told: the next of these, and then it answers 201 with ``status``."""

    status: Any = None
    next: list[web.Response | str] = field(default_factory=list)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.asked.append((request.method, request.path, await request.json()))
        match self.next.pop(0) if self.next else "answer":
            case "answer":
                return web.json_response({"status": self.status}, status=201)
            case "hang up":
                assert request.transport
                request.transport.abort()
            case "say nothing":
                await asyncio.sleep(60)
            case web.Response() as response:
                return response
        return web.Response()
