package cli

import (
	"context"
	"flag"
	"fmt"
	"slices"

	"blindspot/models"
)

func runModels(ctx context.Context, c *command, args []string) (int, error) {
	f := flag.NewFlagSet("models", flag.ContinueOnError)
	from := f.String("from", "", "")
	rest, err := parse(f, args)
	if err != nil {
		return 0, err
	}
	if len(rest) != 1 || (*from != "" && rest[0] != "install") {
		return 0, usagef("models takes list, install [--from DIR] or verify")
	}
	store, err := models.Open()
	if err != nil {
		return 0, err
	}
	switch rest[0] {
	case "list":
		for _, m := range store.List() {
			state := c.text("cli.model-missing", nil)
			if m.Installed {
				state = printable(m.Path)
			}
			if _, err := fmt.Fprintf(c.Out, "%-17s %-38s %9d  %-28s %s\n", m.Task, m.File, m.Size, m.Licence, state); err != nil {
				return 0, fmt.Errorf("writing the result: %w", err)
			}
		}
		return ExitOK, nil
	case "install":
		bar := newProgress(c.Err, 0)
		err := store.Install(ctx, models.InstallOptions{From: *from, Progress: func(name string, done, total int64) {
			bar.set(name, int(done), int(total))
		}})
		bar.clear()
		if err != nil {
			return 0, err
		}
	case "verify":
		if !slices.ContainsFunc(store.List(), func(m models.Status) bool { return m.Installed }) {
			return 0, fmt.Errorf("checking the detectors: %w", models.ErrMissing)
		}
		if err := store.Verify(ctx); err != nil {
			return 0, err
		}
	default:
		return 0, usagef("models takes list, install [--from DIR] or verify, not %q", rest[0])
	}
	_, err = fmt.Fprintln(c.Out, c.text("cli.models-"+rest[0]+"-done", nil))
	return ExitOK, err
}
