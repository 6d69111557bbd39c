package gui

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPicturesFolder(t *testing.T) {
	for in, want := range map[string]string{
		"XDG_PICTURES_DIR=\"$HOME/Bilder\"\n":                          "/home/me/Bilder",
		"# a note\nXDG_MUSIC_DIR=\"/m\"\n XDG_PICTURES_DIR=\"/big/p\"": "/big/p",
		"XDG_PICTURES_DIR=\"relative\"\n":                              "",
		"":                                                             "",
	} {
		if got := picturesFolder(bufio.NewScanner(strings.NewReader(in)), "/home/me"); got != want {
			t.Errorf("picturesFolder(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDefaultExportFolder(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, ".config"))
	if got, want := defaultExportFolder(), filepath.Join(home, "Pictures", "Blindspot"); got != want {
		t.Errorf("without user-dirs.dirs %q, want %q", got, want)
	}
	if err := os.MkdirAll(filepath.Join(home, ".config"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, ".config", "user-dirs.dirs"), []byte(`XDG_PICTURES_DIR="$HOME/Bilder"`), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := defaultExportFolder(), filepath.Join(home, "Bilder", "Blindspot"); got != want {
		t.Errorf("with user-dirs.dirs %q, want %q", got, want)
	}
}

func TestTilde(t *testing.T) {
	t.Setenv("HOME", "/home/me")
	for in, want := range map[string]string{
		"/home/me/Pictures": "~/Pictures", "/home/me": "~", "/home/megan/x": "/home/megan/x", "/tmp": "/tmp",
	} {
		if got := tilde(in); got != want {
			t.Errorf("tilde(%q) = %q, want %q", in, got, want)
		}
	}
}
