package gui

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"blindspot/app/gui/portal"
)

// Photos and folders are asked for with the desktop's dialog, several at once; where
// there is none, or it fails, Fyne's opens.
func TestDesktopDialog(t *testing.T) {
	for name, test := range map[string]struct {
		paths  []string
		err    error
		listed []string
		fynes  bool
	}{
		"several":       {[]string{"/photos/a.jpg", "/photos/b.jpg"}, nil, []string{"a.jpg", "b.jpg"}, false},
		"cancelled":     {nil, nil, nil, false},
		"no desktop":    {nil, portal.ErrUnavailable, nil, true},
		"broken off":    {nil, errors.New("gone"), nil, true},
		"window closed": {nil, context.Canceled, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			tr := newTrial(t)
			tr.checker.photos["a.jpg"], tr.checker.photos["b.jpg"] = plain(), plain()
			var asked portal.Options
			tr.portal = func(_ context.Context, o portal.Options) ([]string, error) {
				asked = o
				if tr.dialog != nil {
					t.Error("another dialog is open")
				}
				tr.askFolder() // one at a time
				if errors.Is(test.err, context.Canceled) {
					tr.end()
				}
				return test.paths, test.err
			}
			tr.askPhoto()
			var listed []string
			for _, it := range tr.items {
				listed = append(listed, filepath.Base(it.path))
			}
			if !slices.Equal(listed, test.listed) || (tr.dialog != nil) != test.fynes || tr.choosing {
				t.Errorf("listed %q, Fyne's dialog %t", listed, tr.dialog != nil)
			}
			if !asked.Multiple || asked.Folder || asked.Title == "" || asked.Kind == "" {
				t.Errorf("asked for %+v", asked)
			}
		})
	}
}

func TestDesktopDialogForTheExportFolder(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.jpg"] = plain()
	tr.add("a.jpg")
	tr.portal = func(_ context.Context, o portal.Options) ([]string, error) {
		if !o.Folder || o.Multiple {
			t.Errorf("asked for %+v", o)
		}
		return []string{"/other"}, nil
	}
	tr.askExportFolder()
	if tr.folder != "/other" {
		t.Errorf("the folder is %s", tr.folder)
	}
}
