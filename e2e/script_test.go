package e2e

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"blindspot/internal/testenv"
)

// The scripts say what the command line does. Their own commands:
//
//	photo FILE...                     write a photo that says nothing, its format by its name
//	status N blindspot ARG...         run the program and expect exit status N
//	fields check|clean|verify FILE    the names in a --json document are those that are promised
//	append FILE TEXT                  add bytes to the end of a file
//
// Detectors are looked for in a folder that has none.
func TestScripts(t *testing.T) {
	testenv.Program(t, "exiftool")
	testscript.Run(t, testscript.Params{
		Dir:                filepath.Join("testdata", "script"),
		RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", filepath.Dir(program)+string(os.PathListSeparator)+os.Getenv("PATH"))
			env.Setenv("BLINDSPOT_DATA", filepath.Join(env.WorkDir, ".data"))
			env.Setenv("BLINDSPOT_ONNXRUNTIME", "")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"photo":  cmdPhoto,
			"status": cmdStatus,
			"fields": cmdFields,
			"append": cmdAppend,
		},
	})
}

func cmdPhoto(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: photo FILE...")
	}
	for _, name := range args {
		path := ts.MkAbs(name)
		ts.Check(os.MkdirAll(filepath.Dir(path), 0o755))
		ts.Check(writePhoto(path))
	}
}

// writePhoto writes a picture of 320 × 240 pixels in the format of path's
// extension. Two of different names differ.
func writePhoto(path string) error {
	const w, h = 320, 240
	picture := image.NewRGBA(image.Rect(0, 0, w, h))
	var seed uint64
	for _, r := range filepath.Base(path) {
		seed = seed*31 + uint64(r)
	}
	random := rand.New(rand.NewPCG(seed, 0))
	for y := range h {
		for x := range w {
			picture.SetRGBA(x, y, color.RGBA{
				R: uint8(x*200/w + random.IntN(30)), G: uint8(y*200/h + random.IntN(30)), B: uint8((x ^ y) & 0xff), A: 0xff,
			})
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".jpg", ".jpeg":
		err = jpeg.Encode(f, picture, &jpeg.Options{Quality: 90})
	case ".png":
		err = png.Encode(f, picture)
	case ".gif":
		err = gif.Encode(f, picture, nil)
	default:
		err = fmt.Errorf("no photo can be written as %s", path)
	}
	return errors.Join(err, f.Close())
}

func cmdStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N PROGRAM ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	got := 0
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func cmdFields(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 || documents[args[0]] == nil {
		ts.Fatalf("usage: fields check|clean|verify FILE")
	}
	if err := conforms([]byte(ts.ReadFile(args[1])), documents[args[0]]); err != nil {
		ts.Fatalf("%s: %v", args[1], err)
	}
}

func cmdAppend(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: append FILE TEXT")
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_WRONLY, 0)
	ts.Check(err)
	_, err = f.WriteString(args[1])
	ts.Check(errors.Join(err, f.Close()))
}
