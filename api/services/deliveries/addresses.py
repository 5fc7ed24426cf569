"""Where webhooks may go: names are looked up once, here, and the connection is made to the address that was checked."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

_PORTS = {"https": 443, "http": 80}


class Forbidden(Exception):
    """An address that webhooks may not go to; the text is a code."""


@dataclass(frozen=True, slots=True)
class Place:
    """A checked address.

    Attributes:
        host: as the URL names it, for TLS and the Host header.
        url: the same URL with the address in place of the name.
    """

    host: str
    url: str


def check_url(url: str, *, private: bool) -> None:
    """Refuse a URL that can never be used, before any name is looked up.

    Raises:
        Forbidden: `url`, `https-only`.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise Forbidden("url") from fault
    if parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.password or port == 0:
        raise Forbidden("url")
    if any(letter.isspace() or ord(letter) < ord(" ") for letter in url):
        raise Forbidden("url")
    if parts.scheme != "https" and not private:
        raise Forbidden("https-only")


def find_place(url: str, *, private: bool) -> Place:
    """Look the name up and choose an address.

    Args:
        private: whether addresses of one's own network, and http, are allowed.

    Raises:
        Forbidden: `url`, `https-only`, or `private-address` where any address of the name is not public: a name that
            answers with both kinds is an attack.
        OSError: if the name cannot be looked up.
    """
    check_url(url, private=private)
    parts = urlsplit(url)
    host = str(parts.hostname)
    port = parts.port or _PORTS[parts.scheme]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    addresses = [ipaddress.ip_address(entry[4][0]) for entry in found]
    if not private and not all(_public(address) for address in addresses):
        raise Forbidden("private-address")
    chosen = addresses[0]
    literal = f"[{chosen}]" if chosen.version == 6 else str(chosen)
    shown = f"[{host}]" if ":" in host else host
    name = shown if port == _PORTS[parts.scheme] else f"{shown}:{port}"
    return Place(name, parts._replace(netloc=f"{literal}:{port}", fragment="").geturl())


def _public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Reachable by everybody; an IPv6 address that carries an IPv4 one is judged by that."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _public(inner)
    return address.is_global and not address.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
