#!/bin/sh
# Starts Red5 Pro in the foreground; the service does this at boot.
RED5_HOME=$(cd "$(dirname "$0")" && pwd)
export RED5_HOME
cd "$RED5_HOME/lib" && exec /usr/bin/python3 -S -B -m red5pro
