"""A TCP proxy that does to idle flows what load balancers, NAT and firewalls do."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from poollint_lab.daemons import free_port


@dataclass(slots=True)
class Flow:
    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    mute: bool = False


@dataclass(slots=True)
class Proxy:
    port: int
    loop: asyncio.AbstractEventLoop
    flows: list[Flow] = field(default_factory=list)

    def close_flows(self) -> None:
        """Ends every flow with FIN."""
        self._each(_close)

    def reset_flows(self) -> None:
        """Ends every flow with RST."""
        self._each(_reset)

    def silence_flows(self) -> None:
        """Nothing passes any more on the flows there are, and nobody is told."""
        self._each(_silence)

    def _each(self, change: Callable[[Flow], None]) -> None:
        async def change_all() -> None:
            for flow in self.flows:
                change(flow)
            self.flows.clear()

        asyncio.run_coroutine_threadsafe(change_all(), self.loop).result(5)


def _close(flow: Flow) -> None:
    flow.client.close()
    flow.server.close()


def _reset(flow: Flow) -> None:
    client: socket.socket | None = flow.client.get_extra_info("socket")
    if client is not None and client.fileno() >= 0:
        # Lingering for zero seconds is how a socket is made to send RST.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    flow.client.transport.abort()
    flow.server.close()


def _silence(flow: Flow) -> None:
    flow.mute = True


async def _pump(flow: Flow, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            if not flow.mute:
                target.write(data)
                await target.drain()
    if not flow.mute:
        target.close()


@contextlib.contextmanager
def proxy(target: int) -> Iterator[Proxy]:
    """Listens on a free port and passes everything on to the port `target` of this machine."""
    middle = Proxy(free_port(), asyncio.new_event_loop())
    everything: dict[asyncio.Task[None], Flow] = {}

    async def carry(client: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server, requests = await asyncio.open_connection("127.0.0.1", target)
        flow = Flow(writer, requests)
        middle.flows.append(flow)
        pumps = asyncio.gather(_pump(flow, client, requests), _pump(flow, server, writer))
        everything[asyncio.ensure_future(_end(pumps, flow))] = flow

    async def serve(ready: threading.Event) -> None:
        listening = await asyncio.start_server(carry, "127.0.0.1", middle.port)
        ready.set()
        await stop.wait()
        listening.close()
        for flow in everything.values():
            _abort(flow)
        await asyncio.gather(*everything)

    stop = asyncio.Event()
    ready = threading.Event()
    thread = threading.Thread(target=lambda: middle.loop.run_until_complete(serve(ready)))
    thread.start()
    try:
        if not ready.wait(5):
            raise RuntimeError("the proxy did not start")
        yield middle
    finally:
        middle.loop.call_soon_threadsafe(stop.set)
        thread.join(5)
        middle.loop.close()


async def _end(pumps: asyncio.Future[tuple[None, None]], flow: Flow) -> None:
    await pumps
    _abort(flow)


def _abort(flow: Flow) -> None:
    flow.client.transport.abort()
    flow.server.transport.abort()
