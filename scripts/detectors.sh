#!/usr/bin/env bash
# Installs the detectors and ONNX Runtime where they are missing. It never fails:
# without them Blindspot works and says what it did not look at.
set -uo pipefail

install() { go run -tags headless . models install; }

install && exit 0
# ONNX Runtime comes out of an npm package; its own archive was tried as well.
if ! command -v npm >/dev/null && scripts/packages.sh npm && install; then
	exit 0
fi
echo "Blindspot works without what could not be installed, and says what it does not look at." >&2
echo "To try again: make deps" >&2
