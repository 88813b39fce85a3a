"""HTTP connections that end after their next answer, once the process is to end."""

from uvicorn.server import ServerState

from webhook.server.bounded_head import BoundedHeadProtocol


class DrainingState(ServerState):
    """What the connections of one server share."""

    draining = False


class DrainingConnection(BoundedHeadProtocol):
    """Says ``Connection: close`` with every answer while its server drains: no client uses it again then."""

    server_state: DrainingState

    def on_headers_complete(self) -> None:
        """A request begins."""
        super().on_headers_complete()
        if self.server_state.draining:
            self.cycle.keep_alive = False

    def drain(self) -> None:
        """End after the answer to the request in flight, if there is one."""
        if self.in_request:
            self.cycle.keep_alive = False

    def shutdown(self) -> None:
        """Close it if it is idle. uvicorn would close it in the middle of a head, too."""
        if not self.in_head and not self.in_request:
            self.transport.close()

    @property
    def in_request(self) -> bool:
        """Whether a request was read, perhaps without its body, and is not answered yet."""
        cycle = self.cycle  # none before the first request, whatever its type says
        return cycle is not None and not cycle.response_complete  # type: ignore[redundant-expr]  # as above
