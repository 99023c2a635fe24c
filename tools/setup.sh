#!/bin/sh
# Makes .venv with everything the project needs, from what a bare Debian with Python 3.11 and pip has.
# Usage: tools/setup.sh [extra options of `uv sync`]
set -eu
cd "$(dirname "$0")/.."
export UV_PYTHON_DOWNLOADS=never UV_LINK_MODE="${UV_LINK_MODE:-copy}"

python="${PYTHON:-python3}"
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Sayso needs Python 3.11 or newer, and '$python' is not. Mend: apt-get install python3, or make … PYTHON=/path/to/python" >&2
    exit 1
fi

if command -v uv >/dev/null; then
    uv=uv
elif [ -x .venv/bin/uv ]; then
    uv=.venv/bin/uv
else
    echo "Setting up: uv, which fetches packages, from PyPI …" >&2
    if "$python" -m venv .venv 2>/dev/null; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
        uv=.venv/bin/uv
    else
        # Debian's Python without python3-venv: uv makes the environment itself, and needs only pip to come by.
        rm -rf .venv
        if ! "$python" -m pip install --quiet --disable-pip-version-check --target build/uv uv; then
            echo "Neither venv nor pip works with '$python'. Mend: apt-get install python3-venv" >&2
            exit 1
        fi
        uv=build/uv/bin/uv
    fi
fi

echo "Setting up: the locked packages into .venv …" >&2
"$uv" sync --quiet --frozen --inexact --python "$python" "$@"
touch .venv/ready
