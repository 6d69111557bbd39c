package main

import (
	"os"
	"testing"
)

func TestNameLocale(t *testing.T) {
	if !x11() {
		t.Skip("X11 only")
	}
	tests := []struct{ all, messages, lang, want string }{
		{"", "", "", "en_US.UTF-8"},
		{"", "", "C.UTF-8", "en_US.UTF-8"},
		{"", "POSIX", "de_DE.UTF-8", "en_US.UTF-8"},
		{"", "", "de_DE.UTF-8", ""},
		{"fr_FR", "", "C", "fr_FR"},
	}
	for _, tt := range tests {
		t.Setenv("LC_ALL", tt.all)
		t.Setenv("LC_MESSAGES", tt.messages)
		t.Setenv("LANG", tt.lang)
		nameLocale()
		if got := os.Getenv("LC_ALL"); got != tt.want {
			t.Errorf("%+v: LC_ALL is %q", tt, got)
		}
	}
}
