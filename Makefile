# make run    installs what is missing, builds, opens the window
# make test   runs every test, without a display
# The others stand below, each with what it does.

# What the program is built with.
PACKAGES = gcc libc6-dev pkg-config libturbojpeg0-dev \
	libgl1-mesa-dev libgl1-mesa-dri libx11-dev libxcursor-dev libxrandr-dev \
	libxinerama-dev libxi-dev libxxf86vm-dev

# What the tests judge with, and the display that they open the window on.
TEST_PACKAGES = fonts-dejavu-core imagemagick libimage-exiftool-perl exiv2 libjpeg-turbo-progs xvfb

# The programs that make peers compares with.
PEER_PACKAGES = libimage-exiftool-perl mat2 libjpeg-turbo-progs imagemagick

# What make package builds with, and make package-test judges with.
PACKAGING = binutils dpkg-dev librsvg2-bin xz-utils
PACKAGE_JUDGES = appstream desktop-file-utils lintian mmdebstrap

# How long make fuzz runs each target.
FUZZTIME ?= 30s

TESTED = $$(go list ./... | grep -vE '/(e2e|internal/archtest)$$')

.DELETE_ON_ERROR:
.PHONY: all run build headless deps packages detectors test-deps test check race fuzz bench window-bench peers window-300 screenshots styles package package-test clean

all: build

# run opens the window. A second run installs nothing.
run: build detectors
	./build/blindspot

# build makes build/blindspot, the window and the command line in one.
build: packages
	go build -o build/blindspot .

# headless makes build/blindspot-headless, the command line alone: no GL, no X11.
headless: packages
	go build -tags headless -o build/blindspot-headless .

# deps installs what is missing to build and to detect.
deps: packages detectors

packages:
	@scripts/packages.sh $(PACKAGES)

detectors: packages
	@scripts/detectors.sh

# test-deps installs the programs that the tests judge with. Without them the
# tests that need them are skipped; where CI is true they fail.
test-deps:
	@scripts/packages.sh $(TEST_PACKAGES) || [ "$$CI" != true ]

# test runs everything that has to hold: the whole program last, the packages
# before it, in full and once more with the race detector, where -short thins what
# repeats one thing over many photos. Go keeps the results of the packages whose
# code did not change; it cannot see what the tests of the whole program build.
test: deps test-deps check
	go test -timeout 30m $(TESTED)
	go test -race -short -timeout 30m $(TESTED)
	go test -count 1 -timeout 30m ./internal/archtest ./e2e

# check is what can be told without running a test.
check: packages
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { echo "gofmt would change: $$unformatted"; exit 1; }
	go vet ./...
	go vet -tags headless .

# race runs all tests in full with the race detector: half an hour and more.
race: packages
	go test -race -count 1 -timeout 60m ./...

# fuzz runs every fuzz target for FUZZTIME.
fuzz: packages
	scripts/fuzz.sh $(FUZZTIME)

# bench measures the packages and the whole program.
bench: deps test-deps
	go test -run '^$$' -bench . -benchmem ./...

# peers cleans the same photos with this program, exiftool, mat2 and jpegtran, and
# prints what each refused or spoilt: some minutes.
peers: packages
	@scripts/packages.sh $(PEER_PACKAGES)
	PEERS=1 go test ./scrub -run '^TestPeers$$' -count 1 -v -timeout 30m

# window-bench measures the window alone: its start, its answers while 300 photos are
# checked, the frames of a list of 5000, and its memory.
window-bench: deps test-deps
	go test ./e2e -run '^$$' -bench '^BenchmarkWindow' -benchtime 1x -count 1 -v -timeout 60m

# window-300 checks and cleans 300 photos in the real window, which takes minutes.
window-300: deps test-deps
	go test ./e2e -run '^TestWindowOf300$$' -count 1 -v -timeout 60m -300

# screenshots takes docs/screenshots anew from the real window.
screenshots: deps test-deps
	mkdir -p build/screenshots docs/screenshots
	go test ./e2e -run '^TestScreenshots$$' -count 1 -v -screenshots "$(CURDIR)/build/screenshots"
	for f in build/screenshots/*.png; do \
		convert $$f +dither -colors 64 -define png:compression-level=9 PNG8:docs/screenshots/$${f##*/} || exit 1; \
	done

# package builds the Linux application: build/blindspot_VERSION_ARCH.deb and
# build/Blindspot-VERSION-ARCH.tar.xz, with the detectors in them.
package: deps
	@scripts/packages.sh $(PACKAGING)
	packaging/package.sh

# package-test builds them and tries them: on a bare Debian and on one with a
# display, both made of Debian's packages and without a network. It needs root.
package-test: package
	@scripts/packages.sh $(PACKAGE_JUDGES)
	go test ./e2e -run '^Test(Package|Archive)' -count 1 -v -timeout 30m -packages "$(CURDIR)/build"

# styles draws docs/styles.jpg anew: the styles of covering on five photos.
styles: packages
	go run ./scrub/cmd/sheet -o docs/styles.jpg \
		../shared/photos/orientation/Landscape_6.jpg@1150,120,560,760 \
		../shared/photos/go-exif-dsoprea/assets/gps.jpg@330,150,250,330 \
		../shared/photos/imagemeta-evan/assets/a2.jpg@300,380,420,560 \
		../shared/photos/sharp/test/fixtures/Landscape_1.jpg@180,160,170,220

clean:
	rm -rf build
