"""A DNS server on the loopback that answers from a table, by UDP."""

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Zone = Mapping[tuple[str, str], Sequence[str]]
"""Values by name and type, in the notation of zone files."""


@contextmanager
def answering(zone: Zone) -> Iterator[str]:
    """Serve until the block ends; gives the server's `ADDRESS:PORT`."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_serve, args=(server, zone), daemon=True)
        thread.start()
        yield "{}:{}".format(*server.getsockname())
        server.sendto(b"", server.getsockname())
        thread.join()


def _serve(server: socket.socket, zone: Zone) -> None:
    while True:
        packet, client = server.recvfrom(4096)
        if not packet:
            return
        server.sendto(_answer(dns.message.from_wire(packet), zone).to_wire(), client)


def _answer(query: dns.message.Message, zone: Zone) -> dns.message.Message:
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.RA
    (question,) = query.question
    name = question.name.to_text(omit_final_dot=True)
    kind = dns.rdatatype.to_text(question.rdtype)
    values = zone.get((name, kind))
    if values:
        answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *values))
    elif not any(each == name for each, _ in zone):
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer
