#!/usr/bin/env bash
# Compares the figures of a kundresa binary with DuckDB's and ClickHouse's on a generated log.
#
#   run.sh BINARY [EVENTS] [SEED]     1,000,000 events and seed 7 unless said
#
# Exit 0: every figure is equal, or the peers can't be installed here (said so). Exit 1: a figure differs.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
binary="${1:?usage: run.sh BINARY [EVENTS] [SEED]}"

python="$("$here/setup.sh")" || { status=$?; [[ "$status" == 75 ]] && exit 0; exit "$status"; }
exec "$python" -B "$here/peers.py" --kundresa "$binary" --events "${2:-1000000}" --seed "${3:-7}"
