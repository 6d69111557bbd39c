#!/usr/bin/env bash
# Writes the copyright file of a package: NOTICE, then the licences of all that is
# linked, each text once. Debian keeps the Apache License's text elsewhere.
set -euo pipefail
cd "$(dirname "$0")/.."

cat <<EOF
This package holds what NOTICE lists: the program, the libraries that are linked
into it, ONNX Runtime and the detectors. Each of them may be passed on.

EOF
cat NOTICE
cat <<EOF

ONNX Runtime, (c) Microsoft Corporation, and ultraface_RFB-640.onnx, (c) 2019 linzai,
stand under the text of the MIT License below. ONNX Runtime holds further works; its
sources (github.com/microsoft/onnxruntime) list them in ThirdPartyNotices.txt. The
detectors named Apache-2.0 above are passed on unchanged under the Apache License,
Version 2.0: on Debian /usr/share/common-licenses/Apache-2.0, else
https://www.apache.org/licenses/LICENSE-2.0.
EOF

declare -A names texts
order=()
# add NAME FILE notes whose text FILE is.
add() {
	local key
	key=$(tr -d '[:space:]' <"$2" | sha256sum | cut -d ' ' -f 1)
	if [ -z "${names[$key]:-}" ]; then
		order+=("$key")
		texts[$key]=$2
		names[$key]=$1
	else
		names[$key]+=", $1"
	fi
}

add Blindspot LICENSE
while read -r module dir; do
	while read -r file; do
		add "$module ${file#"$dir"/}" "$file"
	done < <(find "$dir" -maxdepth 3 -type f \( -iname 'licen[cs]e*' -o -iname 'copying*' \) ! -name '*.go' ! -path '*/testdata/*' | LC_ALL=C sort)
done < <(go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}' . | LC_ALL=C sort -u)
add "The Go standard library" "$(go env GOROOT)/LICENSE"
for package in "$@"; do
	add "$package" "/usr/share/doc/$package/copyright"
done

for key in "${order[@]}"; do
	printf '\n%s\n%s\n%s\n\n' "$(printf '=%.0s' {1..78})" "$(fold -s -w 78 <<<"${names[$key]}")" "$(printf -- '-%.0s' {1..78})"
	if grep -q 'Apache License' "${texts[$key]}" && grep -q 'TERMS AND CONDITIONS FOR USE, REPRODUCTION' "${texts[$key]}"; then
		echo "Apache License, Version 2.0"
	else
		# Some are written on Windows, or in Latin-1.
		text=$(tr -d '\r' <"${texts[$key]}" | { iconv -f UTF-8 -t UTF-8 2>/dev/null || iconv -f ISO-8859-1 -t UTF-8 "${texts[$key]}"; })
		printf '%s\n' "$text"
	fi
done
