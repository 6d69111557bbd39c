package gui

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// luminance is the relative luminance of WCAG 2.2.
func luminance(c color.Color) float64 {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= .04045 {
			return s / 12.92
		}
		return math.Pow((s+.055)/1.055, 2.4)
	}
	return .2126*linear(n.R) + .7152*linear(n.G) + .0722*linear(n.B)
}

func contrast(a, b color.Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + .05) / (min(la, lb) + .05)
}

// Every text can be read, in light and dark: 4.5 to 1 is what WCAG 2.2 asks for.
func TestContrast(t *testing.T) {
	newTrial(t)
	l := look{Theme: theme.DefaultTheme()}
	surfaces := []fyne.ThemeColorName{theme.ColorNameBackground, theme.ColorNameOverlayBackground}
	on := map[fyne.ThemeColorName][]fyne.ThemeColorName{
		theme.ColorNameForeground:          append(surfaces, theme.ColorNameInputBackground, theme.ColorNameButton),
		theme.ColorNameDisabled:            surfaces,
		theme.ColorNamePlaceHolder:         surfaces,
		theme.ColorNameError:               surfaces,
		theme.ColorNameSuccess:             surfaces,
		theme.ColorNameWarning:             surfaces,
		theme.ColorNamePrimary:             surfaces,
		theme.ColorNameForegroundOnPrimary: {theme.ColorNamePrimary},
		theme.ColorNameForegroundOnError:   {theme.ColorNameError},
		theme.ColorNameForegroundOnSuccess: {theme.ColorNameSuccess},
		theme.ColorNameForegroundOnWarning: {theme.ColorNameWarning},
	}
	for name, variant := range map[string]fyne.ThemeVariant{"light": theme.VariantLight, "dark": theme.VariantDark} {
		for text, backs := range on {
			for _, back := range backs {
				if c := contrast(l.Color(text, variant), l.Color(back, variant)); c < 4.5 {
					t.Errorf("%s: %s on %s has a contrast of %.2f", name, text, back, c)
				}
			}
		}
	}
}
