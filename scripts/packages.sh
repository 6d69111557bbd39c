#!/usr/bin/env bash
# Installs those of the named Debian packages that are missing. Where none is, it
# asks nobody and ends at once.
set -euo pipefail

if ! command -v dpkg-query >/dev/null; then
	cat >&2 <<-EOF
		This is no Debian system, so nothing was installed. Blindspot needs Go, a C
		compiler, pkg-config, libjpeg-turbo's TurboJPEG 2.x or newer with its headers
		(Fedora: turbojpeg-devel, Arch: libjpeg-turbo, Homebrew: jpeg-turbo) and, on
		Linux, the headers of GL, X11, Xcursor, Xrandr, Xinerama, Xi and Xxf86vm.
		In Debian's names: $*
	EOF
	exit 0
fi

installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' || true)
missing=()
for package in "$@"; do
	grep -qxF "$package" <<<"$installed" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ]; then
	as_root=()
elif command -v sudo >/dev/null; then
	as_root=(sudo)
else
	echo "not installed: ${missing[*]}" >&2
	echo "as root: apt-get install ${missing[*]}" >&2
	exit 1
fi
echo "installing: ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q >&2 || echo "the list of packages could not be renewed; trying with the one at hand" >&2
"${as_root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}" >&2
