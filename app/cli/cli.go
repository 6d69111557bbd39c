// Package cli is Blindspot without a window: the verbs check, clean, verify, models,
// help and version. Results go to standard output, progress and warnings to standard
// error. Start with [Run].
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"strings"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/assets"
	"blindspot/models"
	"blindspot/vision"
)

// Exit statuses.
const (
	ExitOK        = 0 // all done
	ExitFailed    = 1 // some photo failed, or its copy still shows what a policy covers; the others were done
	ExitUsage     = 2 // wrong usage, nothing was done
	ExitFailBelow = 3 // --fail-below was met
)

// Streams are what a verb writes to.
type Streams struct {
	Out io.Writer // results
	Err io.Writer // progress and warnings
}

// verb is one command. It returns an exit status, or an error that is printed:
// status 2 for a [usageError], 1 otherwise.
type verb func(ctx context.Context, c *command, args []string) (int, error)

func verbs() map[string]verb {
	return map[string]verb{"check": runCheck, "clean": runClean, "verify": runVerify, "models": runModels, "help": runHelp, "version": runVersion}
}

// IsVerb says whether args start with a verb, or ask for help, rather than
// naming photos.
func IsVerb(args []string) bool {
	if len(args) == 0 {
		return false
	}
	_, ok := verbs()[args[0]]
	return ok || strings.HasPrefix(args[0], "-")
}

// usageError is an error of the user's, answered with status 2 and a hint.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// Run runs the verb that args start with and returns the exit status. The version
// is the program's.
func Run(ctx context.Context, version string, args []string, s Streams) int {
	catalogue, err := assets.English()
	if err != nil {
		fmt.Fprintf(s.Err, "blindspot: error: reading its own words: %v\n", err)
		return ExitFailed
	}
	c := &command{Streams: s, version: version, words: catalogue}
	if len(args) == 0 || args[0] == "-h" || args[0] == "--help" || args[0] == "-help" {
		args = []string{"help"}
	}
	if args[0] == "--version" || args[0] == "-version" {
		args = []string{"version"}
	}
	run, ok := verbs()[args[0]]
	status := ExitUsage
	if !ok {
		err = usagef("there is no verb %q", args[0])
	} else {
		status, err = run(ctx, c, args[1:])
	}
	var usage usageError
	switch {
	case err == nil:
		return status
	case errors.Is(err, flag.ErrHelp):
		_, _ = runHelp(ctx, c, nil)
		return ExitOK
	case errors.As(err, &usage):
		fmt.Fprintf(s.Err, "blindspot: error: %s\nblindspot: hint: blindspot help shows what can be said\n", printable(err.Error()))
		return ExitUsage
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(s.Err, "blindspot: stopped")
		return ExitFailed
	}
	for _, e := range parts(err) {
		fmt.Fprintf(s.Err, "blindspot: error: %s\n", printable(e.Error()))
	}
	return ExitFailed
}

// parts are the errors that [errors.Join] made err of, or err alone.
func parts(err error) []error {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		if all := several.Unwrap(); err.Error() == errors.Join(all...).Error() {
			return all
		}
	}
	return []error{err}
}

// command is what all verbs work with.
type command struct {
	Streams
	version string
	words   *assets.Catalogue
}

func (c *command) text(key string, data map[string]any) string { return c.words.Text(key, data) }

// checker makes a checker and, where it looks at pixels, its engine; done frees
// both.
func (c *command) checker(look bool) (checker *check.Checker, done func(), err error) {
	store, err := models.Open()
	if !look {
		checker = check.New(nil, c.words)
		if err == nil {
			checker.WithPlaces(store)
		}
		return checker, func() {}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	engine := vision.New(store)
	return check.New(engine, c.words).WithPlaces(store), func() {
		if err := engine.Close(); err != nil {
			c.warn("closing the detectors: %v", err)
		}
	}, nil
}

func (c *command) warn(format string, args ...any) {
	fmt.Fprintf(c.Err, "blindspot: warning: "+format+"\n", args...)
}

// parse reads flags wherever they stand among args and returns the rest; all
// that follows "--" is taken as it is.
func parse(f *flag.FlagSet, args []string) ([]string, error) {
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	var rest []string
	for len(args) > 0 {
		if err := f.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, badFlag(err)
		}
		left := f.Args()
		if used := len(args) - len(left); used > 0 && args[used-1] == "--" {
			return append(rest, left...), nil
		}
		if len(left) == 0 {
			break
		}
		rest, args = append(rest, left[0]), left[1:]
	}
	return rest, nil
}

// badFlag is what [flag.FlagSet.Parse] says of a flag, in the way flags are written here.
func badFlag(err error) error {
	text := err.Error()
	if name, unknown := strings.CutPrefix(text, "flag provided but not defined: -"); unknown {
		return usagef("there is no flag --%s", name)
	}
	return usageError{errors.New(oneDash.ReplaceAllString(text, " --$1"))}
}

// oneDash is a flag's name as package flag writes it.
var oneDash = regexp.MustCompile(` -([a-z])`)

func runVersion(_ context.Context, c *command, args []string) (int, error) {
	rest, err := parse(flag.NewFlagSet("version", flag.ContinueOnError), args)
	if err != nil {
		return 0, err
	}
	if len(rest) > 0 {
		return 0, usagef("version takes nothing")
	}
	_, err = fmt.Fprintln(c.Out, "blindspot", c.version)
	return ExitOK, err
}

func runHelp(_ context.Context, c *command, _ []string) (int, error) {
	_, err := fmt.Fprint(c.Out, c.text("cli.usage", map[string]any{"Kinds": strings.Join(export.Kinds(), ", ")}))
	return ExitOK, err
}
