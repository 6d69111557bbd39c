// Package gui is the window: photos are dropped on it, shown with what they give
// away, and cleaned. It drives [blindspot/app/check] and [blindspot/app/export]
// and decides nothing itself. Start with [New] and [Window.Run].
//
// # Goroutines
//
// All state of the window belongs to Fyne's goroutine. Long work runs in
// goroutines that touch nothing but their own values and hand results over
// through fyne.Do.
package gui

import (
	"context"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/models"
	"blindspot/vision"
)

// Checker checks photos, as [check.Checker] does.
type Checker interface {
	Run(ctx context.Context, list *check.List, o check.Options, on func(check.Event)) (*check.Report, error)
}

// Exporter cleans photos, as [export.Exporter] does.
type Exporter interface {
	Run(ctx context.Context, jobs []export.Job, o export.Options, on func(export.Event)) ([]*export.Result, error)
}

// Installer installs detectors and maps and removes them, as [models.Store] does.
type Installer interface {
	List() []models.Status
	Install(ctx context.Context, o models.InstallOptions) error
	Path(task string) (string, error)
	Dir() string
	Own(st models.Status) bool
	Remove(name string) error
}

// Detectors says which checks can run, as [vision.Engine] does. It may block.
type Detectors interface {
	Available() map[vision.Check]error
}

// Config is what a window drives. Speak is needed; Installer and Detectors may be
// nil, the window then offers no installation.
type Config struct {
	// Speak gives what checks and cleans, with its findings in a language, named by
	// its ISO 639 code.
	Speak     func(language string) (Checker, Exporter)
	Installer Installer
	Detectors Detectors
	// Idle gives back memory that only work needs. It is called when none was done for
	// a while, and may be nil.
	Idle func() error
}
