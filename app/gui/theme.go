package gui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// look is Fyne's theme with calmer colours, in light and dark, as the user wants
// it.
type look struct {
	fyne.Theme
	shade shade
	scale float32 // of text and symbols; 0 means 1
}

// shade is whether the window is light or dark.
type shade string

const (
	asSystem shade = "system"
	light    shade = "light"
	dark     shade = "dark"
)

// dark says that l is dark where the system asks for variant.
func (l look) dark(variant fyne.ThemeVariant) bool {
	switch l.shade {
	case light:
		return false
	case dark:
		return true
	}
	return variant != theme.VariantLight
}

// pair is a colour in its light and its dark form.
type pair struct{ light, dark color.NRGBA }

// colorNameOnPhoto is for symbols that lie on a dark patch over a photo.
const colorNameOnPhoto fyne.ThemeColorName = "blindspot-on-photo"

// palette holds what differs from Fyne's theme. Text on each colour of level
// keeps a contrast of 4.5 to 1 or more.
var palette = map[fyne.ThemeColorName]pair{
	theme.ColorNameBackground:          {rgb(0xf5f6f8), rgb(0x17191d)},
	theme.ColorNameOverlayBackground:   {rgb(0xffffff), rgb(0x202329)},
	theme.ColorNameMenuBackground:      {rgb(0xffffff), rgb(0x262a31)},
	theme.ColorNameHeaderBackground:    {rgb(0xffffff), rgb(0x1d2025)},
	theme.ColorNameInputBackground:     {rgb(0xebeef2), rgb(0x2a2f37)},
	theme.ColorNameInputBorder:         {rgb(0xc9ced6), rgb(0x3a4049)},
	theme.ColorNameButton:              {rgb(0xe4e7ec), rgb(0x2b3038)},
	theme.ColorNameForeground:          {rgb(0x1c2127), rgb(0xe8eaed)},
	theme.ColorNameDisabled:            {rgb(0x626b78), rgb(0x939ba7)},
	theme.ColorNameShadow:              {rgba(0x000000, 0x1c), rgba(0x000000, 0x60)},
	theme.ColorNamePlaceHolder:         {rgb(0x5b6472), rgb(0xa2aab6)},
	theme.ColorNameSeparator:           {rgb(0xdfe3e8), rgb(0x2d323a)},
	theme.ColorNamePrimary:             {rgb(0x2257a8), rgb(0x7ab0ff)},
	theme.ColorNameForegroundOnPrimary: {rgb(0xffffff), rgb(0x0d1b30)},
	theme.ColorNameHyperlink:           {rgb(0x2257a8), rgb(0x7ab0ff)},
	theme.ColorNameFocus:               {rgba(0x2257a8, 0x50), rgba(0x7ab0ff, 0x60)},
	theme.ColorNameSelection:           {rgba(0x2257a8, 0x28), rgba(0x7ab0ff, 0x38)},
	theme.ColorNameSuccess:             {rgb(0x1c7a43), rgb(0x5fc98a)},
	theme.ColorNameForegroundOnSuccess: {rgb(0xffffff), rgb(0x0b2416)},
	theme.ColorNameWarning:             {rgb(0xa65b00), rgb(0xf0b04c)},
	theme.ColorNameForegroundOnWarning: {rgb(0xffffff), rgb(0x2b1c00)},
	theme.ColorNameError:               {rgb(0xb3261e), rgb(0xff8a80)},
	colorNameOnPhoto:                   {rgb(0xffffff), rgb(0xffffff)},
	theme.ColorNameForegroundOnError:   {rgb(0xffffff), rgb(0x3a0906)},
}

// Color implements [fyne.Theme].
func (l look) Color(name fyne.ThemeColorName, asked fyne.ThemeVariant) color.Color {
	variant := theme.VariantLight
	if l.dark(asked) {
		variant = theme.VariantDark
	}
	p, ok := palette[name]
	switch {
	case !ok:
		return l.Theme.Color(name, variant)
	case variant == theme.VariantLight:
		return p.light
	default:
		return p.dark
	}
}

// Size implements [fyne.Theme].
func (l look) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius:
		return 6
	case theme.SizeNameInnerPadding:
		return 7
	case theme.SizeNameLineSpacing:
		return 3
	}
	size := l.Theme.Size(name)
	switch name {
	case theme.SizeNameText, theme.SizeNameHeadingText, theme.SizeNameSubHeadingText, theme.SizeNameCaptionText, theme.SizeNameInlineIcon:
		size *= max(1, l.scale)
	}
	return size
}

func rgb(v uint32) color.NRGBA { return rgba(v, 0xff) }

func rgba(v uint32, alpha uint8) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: alpha}
}

// colour and symbol of a level. The symbol makes sure that colour is never alone.
func (l level) colour() fyne.ThemeColorName {
	switch l {
	case little:
		return theme.ColorNameSuccess
	case some:
		return theme.ColorNameWarning
	case lots:
		return theme.ColorNameError
	default:
		return theme.ColorNamePlaceHolder
	}
}

func (l level) symbol() fyne.Resource {
	switch l {
	case little:
		return theme.NewColoredResource(theme.ConfirmIcon(), theme.ColorNameSuccess)
	case some:
		return theme.NewColoredResource(theme.InfoIcon(), theme.ColorNameWarning)
	case lots:
		return theme.NewColoredResource(theme.WarningIcon(), theme.ColorNameError)
	default:
		return theme.NewColoredResource(theme.QuestionIcon(), theme.ColorNamePlaceHolder)
	}
}
