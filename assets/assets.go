// Package assets holds what Blindspot shows: its icon and its words.
//
// The words lie in lang/<theme>.<language>.json, in the form that Fyne's lang
// package reads: a key and a text/template, or a map of plural forms ("one",
// "other"). Theme risk holds the words for findings, gui those of the window, cli
// those of the command line, country the names of countries by their English ones.
// The window reads its own through lang, everything else through [In].
package assets

import "embed"

// Lang holds the catalogues, as lang/<theme>.<language>.json.
//
//go:embed lang
var Lang embed.FS

// Icon is the program's icon, a PNG of 512×512 pixels drawn from icon.svg.
//
//go:embed icon.png
var Icon []byte
