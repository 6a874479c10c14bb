"""Recognition of loopback addresses."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Tell whether a host, as given to a server, is `localhost` or a loopback address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
