# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The red5pro service of a rehearsal host: a stream manager or a node, depending on its tree. Standard library only."""
