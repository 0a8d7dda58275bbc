#!/bin/sh
# Stops Red5 Pro.
exec service red5pro stop
