#!/usr/bin/env bash
# Builds the Linux application out of this checkout: build/Blindspot-VERSION-ARCH.tar.xz,
# made by fyne package, and build/blindspot_VERSION_ARCH.deb. Both hold two programs,
#
#	bin/blindspot                       the command line, which needs libc only
#	lib/blindspot/blindspot-window      the window, which it opens
#	lib/blindspot/models, …/lib         detectors, place names, ONNX Runtime
#
# and all of the application that a desktop asks for. The same commit gives the same
# bytes on the same system.
set -euo pipefail
cd "$(dirname "$0")/.."

fyne=fyne.io/tools/cmd/fyne@v1.7.4
# How hard xz tries. Most of what is packed are numbers that hardly get smaller: the
# highest level takes five times as long and saves a tenth of what does.
level=1

export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export LC_ALL=C.UTF-8 TZ=UTC DPKG_DEB_THREADS_MAX=1
umask 022
field() { sed -n "s/^$1 *= *\"\(.*\)\"/\1/p" FyneApp.toml; }
version=$(field Version) id=$(field ID) arch=$(dpkg --print-architecture)
work=$PWD/build/package
rm -rf "$work" build/blindspot_*.deb build/Blindspot-*.tar.xz
mkdir -p "$work"/{static,bin,fyne/assets,have,debian}

# Libraries that a bare machine lacks are linked statically, wherever Debian has
# them so; those of libc and the display stay.
libraries() {
	go list -deps -tags headless -f '{{range .CgoLDFLAGS}}{{.}} {{end}}{{range .CgoPkgConfig}}@{{.}} {{end}}' . | tr -s ' ' '\n' | sort -u |
		while read -r word; do
			case $word in
			@*) pkg-config --static --libs-only-l "${word#@}" | tr ' ' '\n' ;;
			*) echo "$word" ;;
			esac
		done | sed -n 's/^-l//p' | sort -u | grep -vxE 'c|dl|m|pthread|resolv|rt'
}
static=()
for library in $(libraries); do
	archive=$(gcc -print-file-name="lib$library.a")
	[ -e "$archive" ] || { echo "there is no lib$library.a" >&2; exit 1; }
	ln -s "$archive" "$work/static/"
	static+=("$(dpkg -S "$(readlink -f "$(gcc -print-file-name="lib$library.so")")" | cut -d : -f 1)")
done

build() {
	go build -trimpath -buildvcs=false -buildmode=pie \
		-ldflags "-s -w -extldflags '-L$work/static -Wl,-z,relro,-z,now'" -tags "$1" -o "$2" .
}
echo "building $version" >&2
build headless "$work/bin/blindspot"
build release "$work/bin/blindspot-window"

needed() { objdump -p "$1" | sed -n 's/^ *NEEDED *//p'; }
if needed "$work/bin/blindspot" | grep -vE '^(libc\.so\.6|ld-linux.*|libm\.so\.6)$'; then
	echo "the command line needs more than libc" >&2
	exit 1
fi

# fyne package counts up the build number of the FyneApp.toml that it reads, so it
# gets one of its own.
cp FyneApp.toml go.mod main.go "$work/fyne"
cp assets/icon.png "$work/fyne/assets"
(cd "$work/fyne" && go run "$fyne" package --target linux --executable "$work/bin/blindspot")
tar -C "$work" -xJf "$work/fyne/Blindspot.tar.xz"
app=$work/blindspot
usr=$app/usr/local
[ -d "$usr" ] || { mkdir "$work/usr" && mv "$app/usr"/* "$work/usr" && mv "$work/usr" "$usr"; }

# What the machine has installed for itself is taken from there; what it has not is
# fetched. All of it is compared with its pin.
data=${BLINDSPOT_DATA:-${XDG_DATA_HOME:-$HOME/.local/share}/blindspot}
find "$data/models" "$data/lib" -type f -exec ln -s -t "$work/have" {} + 2>/dev/null || true
BLINDSPOT_DATA=$usr/lib/blindspot BLINDSPOT_ONNXRUNTIME='' "$work/bin/blindspot" models install --from "$work/have"
install -m 755 "$work/bin/blindspot-window" "$usr/lib/blindspot/"

desktop=$usr/share/applications/$id.desktop
sed -i -e '/^$/d' \
	-e '/^GenericName=/a GenericName[de]=Fotos auf Privates prüfen' \
	-e '/^Comment=/a Comment[de]=Sehen, was ein Foto über einen verrät, bevor man es veröffentlicht' \
	-e '/^Keywords=/a Keywords[de]=Foto;Privatsphäre;Metadaten;EXIF;GPS;Gesichter;schwärzen;' \
	-e '/^Exec=/i TryExec=blindspot' "$desktop"

for size in 16 24 32 48 64 128 256 512; do
	dir=$usr/share/icons/hicolor/${size}x$size/apps
	mkdir -p "$dir"
	rsvg-convert -w $size -h $size -o "$dir/$id.png" assets/icon.svg
done
install -Dm 644 assets/icon.svg "$usr/share/icons/hicolor/scalable/apps/$id.svg"
mkdir -p "$usr/share/metainfo" "$usr/share/man/man1" "$usr/share/doc/blindspot"
sed -e "s/@VERSION@/$version/" -e "s/@DATE@/$(date -d "@$SOURCE_DATE_EPOCH" +%F)/" "packaging/$id.metainfo.xml" >"$usr/share/metainfo/$id.metainfo.xml"
packaging/copyright.sh "${static[@]}" >"$usr/share/doc/blindspot/copyright"
{
	printf '.TH BLINDSPOT 1 "%s" "Blindspot %s"\n' "$(date -d "@$SOURCE_DATE_EPOCH" +%F)" "$version"
	printf '.SH NAME\nblindspot \\- %s\n.SH SYNOPSIS\n.nf\n.ft CW\n' "$(field Comment | sed 's/^S/s/')"
	"$work/bin/blindspot" help | sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^[.']/\\\\\&&/"
	printf '.ft\n.fi\n'
} | gzip -9n >"$usr/share/man/man1/blindspot.1.gz"

# The archive's own Makefile knows the program, the icon and the desktop file, and
# takes the program's parameter for a part of its name.
sed -i 's/^Exec := .*/Exec := "blindspot"/' "$app/Makefile"
cat >>"$app/Makefile" <<'EOF'

# What Blindspot needs besides the program: lib holds the window and the detectors.
REST := lib/blindspot share/icons/hicolor share/metainfo share/man share/doc/blindspot

rest = mkdir -p $(1) && (cd usr/local && tar -cf - $(REST)) | tar -C $(1) --no-same-owner -xf -
unrest = -cd usr/local && find $(REST) -type f | (cd $(1) && xargs rm -f) && rm -rf $(1)/lib/blindspot $(1)/share/doc/blindspot

install: install-rest
install-rest:
	$(call rest,$(DESTDIR)$(PREFIX))
uninstall: uninstall-rest
uninstall-rest:
	$(call unrest,$(DESTDIR)$(PREFIX))
user-install: user-install-rest
user-install-rest:
	$(call rest,$(DESTDIR)$(HOME)/.local)
user-uninstall: user-uninstall-rest
user-uninstall-rest:
	$(call unrest,$(DESTDIR)$(HOME)/.local)
EOF
tarball=build/Blindspot-$version-$arch.tar.xz
tar -C "$work" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -cf - blindspot | xz -T1 "-$level" -c >"$tarball"

# The Debian package is the same tree under /usr.
tree=$work/deb
mkdir -p "$tree/DEBIAN"
cp -a "$usr" "$tree/usr"
rm -r "$tree/usr/share/pixmaps"
install -Dm 644 packaging/lintian-overrides "$tree/usr/share/lintian/overrides/blindspot"
printf 'blindspot (%s) unstable; urgency=low\n\n  * Built from commit %s.\n\n -- %s  %s\n' "$version" "$(git log -1 --format=%H)" \
	'Blindspot authors <blindspot@localhost>' "$(date -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$tree/usr/share/doc/blindspot/changelog.gz"

printf 'Source: blindspot\n\nPackage: blindspot\nArchitecture: any\n' >"$work/debian/control"
substitutions=$(cd "$work" && dpkg-shlibdeps -O --warnings=0 -dDepends "$tree/usr/bin/blindspot" "$tree"/usr/lib/blindspot/lib/*.so \
	-dRecommends "$tree/usr/lib/blindspot/blindspot-window")
depends() { sed -n "s/^shlibs:$1=//p" <<<"$substitutions"; }
# GLFW loads the last five when the window opens, and works without.
cat >"$tree/DEBIAN/control" <<EOF
Package: blindspot
Version: $version
Architecture: $arch
Maintainer: Blindspot authors <blindspot@localhost>
Installed-Size: $(du -k -s --apparent-size "$tree/usr" | cut -f 1)
Depends: $(depends Depends)
Recommends: $(depends Recommends), libxcursor1, libxi6, libxinerama1, libxrandr2, libxxf86vm1, xdg-utils
Section: graphics
Priority: optional
Description: shows what a photo says about you before you post it
 Blindspot looks at photos as somebody would who wants to learn who you are,
 where you were, what else they tell, and what they can be tied to. It gives
 each a score and the reasons for it, and writes copies without hidden data,
 with the faces and places covered that you chose, which it checks again.
 .
 The detectors come with the package. Everything happens on your own computer;
 nothing is sent anywhere. The command line works on machines without a
 display; what the window needs is recommended.
EOF
(cd "$tree" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
deb=build/blindspot_${version}_$arch.deb
dpkg-deb --root-owner-group -Zxz "-z$level" --build "$tree" "$deb" >/dev/null
rm -r "$work"
ls -l "$tarball" "$deb"
