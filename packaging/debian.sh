#!/bin/sh
# Make sure that a program of Debian is there for what uses it: debian.sh PROGRAM PACKAGE...
set -eu
program=$1
shift
# Where servers are, which is not on the path of everybody.
PATH=$PATH:/usr/sbin:/sbin
if command -v "$program" >/dev/null 2>&1; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Debian's $* …"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    exit 0
fi
echo "This needs $program. Install it: sudo apt-get install $*" >&2
exit 1
