#!/usr/bin/env bash
# Runs every fuzz target of the project in turn, each for the time given.
set -euo pipefail
time=${1:-30s}

grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sort | while IFS=: read -r file declaration; do
	echo "== ${declaration#func } ($(dirname "$file"))"
	go test -run '^$' -fuzz "^${declaration#func }\$" -fuzztime "$time" -fuzzminimizetime 10x "$(dirname "$file")" </dev/null
done
