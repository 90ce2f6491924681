"""`python -m tests.offline COMMAND…`: run a command that can reach loopback and nothing else.

Needs root, to make a network namespace; anybody else's command simply runs, and tests themselves refuse to connect.
"""

import ctypes
import fcntl
import os
import socket
import struct
import sys

CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def leave_the_network() -> bool:
    """Move this process into a network of its own. Return whether that was allowed."""
    if sys.platform != "linux" or ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(probe, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(probe, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))
    return True


if __name__ == "__main__":
    if not leave_the_network():
        print("The network could not be left: only the tests themselves are kept from it.", file=sys.stderr)
    os.execvp(sys.argv[1], sys.argv[1:])
