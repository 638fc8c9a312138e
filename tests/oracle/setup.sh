#!/usr/bin/env bash
# Prints the Python that has the peers, after installing them from PyPI where that has not been done yet.
#
#   setup.sh          install if need be, then print; exit 75 if they can't be installed here
#   setup.sh --path   print if installed, else exit 1; installs nothing
#
# They live outside the checkout, in ${KUNDRESA_CACHE:-~/.cache/kundresa}/venv-HASH, one folder per set of pins.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cannot=75

command -v python3 >/dev/null || { echo "skipped: there is no python3" >&2; exit "$cannot"; }
pins="$(python3 - "$here/requirements.txt" <<'PYTHON'
import hashlib, pathlib, sys
pins = pathlib.Path(sys.argv[1]).read_bytes() + sys.version.encode()
print(hashlib.sha256(pins).hexdigest()[:16])
PYTHON
)"
venv="${KUNDRESA_CACHE:-$HOME/.cache/kundresa}/venv-$pins"

if [[ ! -f "$venv/complete" ]]; then
    [[ "${1:-}" == --path ]] && exit 1
    mkdir -p "$(dirname "$venv")"
    python3 -m venv --clear "$venv" >&2 \
        || { echo "skipped: python3 can't make a virtual environment (Debian: apt-get install python3-venv)" >&2; exit "$cannot"; }
    "$venv/bin/pip" install --quiet --disable-pip-version-check --retries 2 --timeout 30 \
        --no-deps --requirement "$here/requirements.txt" >&2 \
        || { echo "skipped: the peers can't be installed from PyPI" >&2; exit "$cannot"; }
    touch "$venv/complete"
fi
echo "$venv/bin/python"
