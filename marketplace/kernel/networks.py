"""Whom an address stands for when tries are counted."""

from ipaddress import IPv6Address, IPv6Network, ip_address

_ONE_SUBSCRIBER = 64  # bits: a line or a rented server gets at least so many addresses of its own


def counted_as(address: str) -> str:
    """The address itself, or for IPv6 its network: whoever has one address there has them all.

    An IPv4 address counts as the same one when it comes dressed as IPv6.
    """
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(IPv6Network((known, _ONE_SUBSCRIBER), strict=False))
