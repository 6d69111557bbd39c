// Command evaluate measures what the detectors find in a folder of photos whose
// contents are known:
//
//	go run ./vision/cmd/evaluate [-setting fast,thorough] [-scale 1] [-all] FOLDER
//
// It prints for faces and plates precision, recall and average precision (AP), by
// size, how many small faces are found in large pictures, and for persons how well
// embeddings tell them apart. The truth is read
// from whatever FOLDER holds of truth.json (faces, plates and persons; see truth.go),
// wider_face_*_bbx_gt.txt (WIDER FACE), *ellipseList.txt (FDDB), *.coco.json and
// pairs.txt (LFW).
package main

import (
	"context"
	"flag"
	"fmt"
	"image"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/image/draw"

	"blindspot/models"
	"blindspot/scan"
	"blindspot/scan/pixels"
	"blindspot/vision"
)

func main() {
	var o options
	settings := flag.String("setting", "fast,thorough", "settings to measure: fast, thorough, second")
	scales := flag.String("scale", "1", "sizes to shrink the photos to first, for the recall of small faces")
	flag.BoolVar(&o.all, "all", false, "also look at every photo without truth and count what is found")
	flag.BoolVar(&o.verbose, "v", false, "print each miss and each false box")
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	for _, s := range strings.Split(*settings, ",") {
		i := slices.Index(settingNames, s)
		if i < 0 {
			fmt.Fprintf(os.Stderr, "evaluate: error: no setting %q\n", s)
			os.Exit(2)
		}
		o.settings = append(o.settings, vision.Setting(i))
	}
	for _, s := range strings.Split(*scales, ",") {
		k, err := strconv.ParseFloat(s, 64)
		if err != nil || k <= 0 || k > 1 {
			fmt.Fprintf(os.Stderr, "evaluate: error: scale %q is not between 0 and 1\n", s)
			os.Exit(2)
		}
		o.scales = append(o.scales, k)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, flag.Arg(0), o); err != nil {
		fmt.Fprintln(os.Stderr, "evaluate: error:", err)
		os.Exit(1)
	}
}

var settingNames = []string{"fast", "thorough", "second"} // by vision.Setting

type options struct {
	settings     []vision.Setting
	scales       []float64
	all, verbose bool
}

func run(ctx context.Context, w io.Writer, folder string, o options) error {
	truth, err := readTruth(folder)
	if err != nil {
		return err
	}
	store, err := models.Open()
	if err != nil {
		return err
	}
	e := vision.New(store)
	defer e.Close()
	for check, err := range e.Available() {
		if err != nil {
			return fmt.Errorf("%s cannot run: %w", check, err)
		}
	}
	for _, s := range o.settings {
		for _, k := range o.scales {
			fmt.Fprintf(w, "setting %s, photos at %.2f of their size\n", settingNames[s], k)
			m := &measure{engine: e, setting: s, scale: k, folder: folder, out: w, verbose: o.verbose}
			if err := m.boxes(ctx, vision.Face, vision.Faces, truth.Faces); err != nil {
				return err
			}
			if err := m.boxes(ctx, vision.Plate, vision.Plates, truth.Plates); err != nil {
				return err
			}
			if k == 1 && len(truth.Faces) > 0 {
				small, err := m.small(ctx, truth.Faces)
				if err != nil {
					return err
				}
				small.print(m)
			}
			if err := m.persons(ctx, truth.Persons); err != nil {
				return err
			}
			if err := m.pairs(ctx, truth.Pairs); err != nil {
				return err
			}
		}
		if o.all {
			m := &measure{engine: e, setting: s, scale: 1, folder: folder, out: w, verbose: o.verbose}
			if err := m.count(ctx, truth); err != nil {
				return err
			}
		}
	}
	return nil
}

// measure runs one setting over photos.
type measure struct {
	engine  *vision.Engine
	setting vision.Setting
	scale   float64
	folder  string
	out     io.Writer
	verbose bool
}

// load decodes a photo as the application does, shrunk by the measure's scale. done
// frees it.
func (m *measure) load(ctx context.Context, file string) (pic vision.Picture, done func(), err error) {
	p, err := scan.Open(ctx, filepath.Join(m.folder, file))
	if err != nil {
		return vision.Picture{}, nil, err
	}
	side, parts := m.engine.InputSide(m.setting)
	decode := pixels.Decode
	if m.scale < 1 {
		side = 0
	} else if parts {
		decode = pixels.DecodeParts
	}
	decoded, err := decode(ctx, p, side)
	if err != nil {
		return vision.Picture{}, nil, err
	}
	pic = vision.Picture{RGBA: decoded.RGBA, Width: decoded.Width, Height: decoded.Height}
	if decoded.HasParts() {
		pic.Part = decoded.Part
	}
	if m.scale < 1 {
		b := pic.RGBA.Rect
		small := image.NewRGBA(image.Rect(0, 0, max(int(float64(b.Dx())*m.scale), 1), max(int(float64(b.Dy())*m.scale), 1)))
		draw.CatmullRom.Scale(small, small.Rect, pic.RGBA, b, draw.Src, nil)
		pic = vision.Picture{RGBA: small, Width: small.Rect.Dx(), Height: small.Rect.Dy()}
	}
	return pic, decoded.Close, nil
}

func (m *measure) detect(ctx context.Context, pic vision.Picture, checks ...vision.Check) ([]vision.Detection, error) {
	res, err := m.engine.Detect(ctx, pic, vision.Options{Setting: m.setting, Only: checks})
	if err != nil {
		return nil, err
	}
	for check, err := range res.Failed {
		return nil, fmt.Errorf("%s: %w", check, err)
	}
	return res.Detections, nil
}

// boxes compares detections of one kind with the truth. Plates are also read by
// the text check.
func (m *measure) boxes(ctx context.Context, kind vision.Kind, check vision.Check, truth []boxesOf) error {
	if len(truth) == 0 {
		return nil
	}
	checks := []vision.Check{check}
	if kind == vision.Plate {
		checks = append(checks, vision.Texts)
	}
	var s score
	overlap := float32(.5)
	var spent time.Duration
	for _, t := range truth {
		pic, done, err := m.load(ctx, t.File)
		if err != nil {
			return fmt.Errorf("%s: %w", t.File, err)
		}
		start := time.Now()
		all, err := m.detect(ctx, pic, checks...)
		spent += time.Since(start)
		done()
		if err != nil {
			return fmt.Errorf("%s: %w", t.File, err)
		}
		overlap = .5
		if t.Square || kind == vision.Plate {
			overlap = .35
		}
		var want []vision.Box
		for _, b := range t.Boxes {
			k := float32(m.scale)
			want = append(want, vision.Box{X: b.X * k, Y: b.Y * k, W: b.W * k, H: b.H * k})
		}
		var got []vision.Detection
		for _, d := range all {
			if d.Kind == kind {
				got = append(got, d)
			}
		}
		missed, wrong := s.add(want, got, overlap)
		if m.verbose {
			for _, b := range missed {
				fmt.Fprintf(m.out, "  missed %s at %.0f in %s\n", kind, b, t.File)
			}
			for _, d := range wrong {
				fmt.Fprintf(m.out, "  false %s %.2f at %.0f in %s\n", kind, d.Confidence, d.Box, t.File)
			}
		}
	}
	fmt.Fprintf(m.out, "  %-6s %4d photos, %4d true, %4d found: precision %.3f, recall %.3f, AP %.3f at IoU %.2f; %.2f false a photo; %v a photo\n",
		kind, len(truth), s.truths(), len(s.hits), s.precision(), s.recall(), s.ap(), overlap,
		float64(s.falses())/float64(len(truth)), (spent / time.Duration(len(truth))).Round(time.Millisecond))
	for i, b := range s.sizes {
		if b.truth > 0 {
			fmt.Fprintf(m.out, "         %-12s %d of %d found (%.2f)\n", sizeName(i), b.hit, b.truth, float64(b.hit)/float64(b.truth))
		}
	}
	return nil
}

// embed is the embedding of a portrait's subject, its largest face; nil where no
// face is found.
func (m *measure) embed(ctx context.Context, file string) ([]float32, error) {
	pic, done, err := m.load(ctx, file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	defer done()
	found, err := m.detect(ctx, pic, vision.Faces)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var best *vision.Detection
	for i, d := range found {
		if len(d.Landmarks) == 5 && (best == nil || d.Box.W > best.Box.W) {
			best = &found[i]
		}
	}
	if best == nil {
		if m.verbose {
			fmt.Fprintf(m.out, "  no face in %s\n", file)
		}
		return nil, nil
	}
	v, err := m.engine.Embed(ctx, pic, *best)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return v, nil
}

// persons measures how well embeddings tell persons apart, on portraits.
func (m *measure) persons(ctx context.Context, truth []personOf) error {
	if len(truth) < 2 {
		return nil
	}
	var names []string
	var vectors [][]float32
	var photos [][][]float32
	for _, t := range truth {
		v, err := m.embed(ctx, t.File)
		if err != nil {
			return err
		}
		if v != nil {
			names, vectors, photos = append(names, t.Person), append(vectors, v), append(photos, [][]float32{v})
		}
	}
	p := pairs(names, vectors)
	fmt.Fprintf(m.out, "  person %d portraits, %d without a face; %d same and %d other pairs\n", len(truth), len(truth)-len(names), p.same(), p.other())
	m.verification(p)
	precision, recall := grouping(names, vision.Group(photos, vision.SamePerson))
	fmt.Fprintf(m.out, "         grouped: precision %.3f, recall %.3f over pairs\n", precision, recall)
	return nil
}

// pairs measures how well embeddings tell given pairs of portraits apart.
func (m *measure) pairs(ctx context.Context, truth []pairOf) error {
	if len(truth) == 0 {
		return nil
	}
	known := map[string][]float32{}
	var v verification
	without := 0
	for _, t := range truth {
		for _, file := range t.Files {
			if _, ok := known[file]; ok {
				continue
			}
			v, err := m.embed(ctx, file)
			if err != nil {
				return err
			}
			known[file] = v
		}
		a, b := known[t.Files[0]], known[t.Files[1]]
		if a == nil || b == nil {
			without++
			continue
		}
		v.add(vision.Similarity(a, b), t.Same)
	}
	fmt.Fprintf(m.out, "  pairs  %d given, %d with a portrait without a face; %d same and %d other pairs\n", len(truth), without, v.same(), v.other())
	m.verification(v)
	return nil
}

func (m *measure) verification(p verification) {
	limit, accuracy := p.best()
	fmt.Fprintf(m.out, "         at %.2f: same person %.3f, other person %.4f taken for the same; best balanced accuracy %.4f at %.2f\n",
		float32(vision.SamePerson), p.trueRate(vision.SamePerson), p.falseRate(vision.SamePerson), accuracy, limit)
}

// count looks at every photo of the folder.
func (m *measure) count(ctx context.Context, truth *truth) error {
	known := truth.files()
	kinds := map[string]int{}
	photos, failed := 0, 0
	var spent time.Duration
	err := filepath.WalkDir(m.folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		file, err := filepath.Rel(m.folder, path)
		if err != nil {
			return err
		}
		if known[filepath.ToSlash(file)] {
			return nil
		}
		pic, done, err := m.load(ctx, file)
		if err != nil {
			failed++
			return ctx.Err()
		}
		start := time.Now()
		found, err := m.detect(ctx, pic)
		done()
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		spent += time.Since(start)
		photos++
		for _, d := range found {
			kinds[string(d.Kind)]++
			if d.Personal != "" {
				kinds[string(d.Kind)+" ("+d.Personal+")"]++
			}
			if m.verbose {
				fmt.Fprintf(m.out, "  %s %s %.2f at %.0f in %s\n", d.Kind, d.Label, d.Confidence, d.Box, file)
			}
		}
		return nil
	})
	if err != nil || photos == 0 {
		return err
	}
	fmt.Fprintf(m.out, "  all    %d photos without truth (%d files are none or are not decoded), %v a photo\n", photos, failed, (spent / time.Duration(photos)).Round(time.Millisecond))
	names := make([]string, 0, len(kinds))
	for k := range kinds {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		fmt.Fprintf(m.out, "         %-24s %5d, %.2f a photo\n", k, kinds[k], float64(kinds[k])/float64(photos))
	}
	return nil
}
