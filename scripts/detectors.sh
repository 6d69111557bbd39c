#!/usr/bin/env bash
# Installs the detectors and ONNX Runtime where they are missing. It never fails:
# without them Blindspot works and says what it did not look at.
set -uo pipefail

install() { go run -tags headless . models install; }

if problems=$(install 2>&1 >/dev/null); then
	exit 0
fi
# ONNX Runtime comes out of an npm package.
if [[ $problems == *onnxruntime* ]] && ! command -v npm >/dev/null && scripts/packages.sh npm; then
	problems=$(install 2>&1 >/dev/null) && exit 0
fi
cat >&2 <<EOF
$problems
Blindspot works without what could not be installed, and says what it does not
look at. To try again: make detectors
EOF
exit 0
