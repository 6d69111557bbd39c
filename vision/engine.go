package vision

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"

	"blindspot/models"
)

// errClosed is why nothing runs after [Engine.Close].
var errClosed = errors.New("the engine is closed")

// Engine owns the ONNX Runtime sessions. It is safe for concurrent use.
//
// The parts of one picture run at the same time, as many as there are cores over
// all calls; calling [Engine.Detect] from more goroutines than that gains nothing.
type Engine struct {
	store *models.Store
	slots chan struct{} // one for each core that may be busy

	mu       sync.Mutex
	sessions map[string]*loaded // by task

	meter *meter // for benchmarks; nil

	use    sync.RWMutex // held for reading by each call, for writing by Close
	closed bool
}

// loaded is a session that is made by whoever needs it first.
type loaded struct {
	mu sync.Mutex
	s  *session
}

// New returns an engine that takes its models and the ONNX Runtime library from
// store. Sessions are created when first needed. It never fails for a missing
// model: [Engine.Available] and [Result.Failed] say so.
func New(store *models.Store) *Engine {
	return &Engine{
		store:    store,
		slots:    make(chan struct{}, runtime.GOMAXPROCS(0)),
		sessions: map[string]*loaded{},
	}
}

// checks lists all checks and the models without which they do not run.
var checks = []struct {
	check Check
	tasks []string
	run   func(*look) error
}{
	{Faces, []string{"faces"}, (*look).faces},
	{Objects, []string{"objects"}, (*look).objects},
	{Plates, []string{"plates"}, (*look).plates},
	{Texts, []string{"text-regions", "text-reading"}, (*look).texts},
	{Codes, nil, (*look).codes},
	{People, []string{"face-embedding"}, nil},
}

// Available says for each check whether it can run, nil meaning yes. It loads
// the runtime library, but no model.
func (e *Engine) Available() map[Check]error {
	rt := loadRuntime(e.store)
	all := map[Check]error{}
	for _, c := range checks {
		all[c.check] = nil
		if len(c.tasks) == 0 {
			continue
		}
		if rt != nil {
			all[c.check] = rt
			continue
		}
		for _, task := range c.tasks {
			if _, err := e.store.Path(task); err != nil {
				all[c.check] = err
			}
		}
	}
	return all
}

// InputSide is the longer side in pixels below which a picture should not be
// scaled down before [Engine.Detect], and whether the setting also looks at parts
// of the photo at full size, which [Picture.Part] draws.
func (e *Engine) InputSide(s Setting) (side int, parts bool) {
	switch s {
	case Second:
		return secondSide, false
	case Thorough:
		return fastSide, true
	}
	return fastSide, false
}

// Smallest is the width in pixels from which a setting finds 9 of 10 faces of a
// photo of width × height, and how many of 10 it finds that are narrower, down to
// six tenths of that. The figures are those of cmd/evaluate, for faces that look at
// the camera.
func (e *Engine) Smallest(s Setting, width, height int) (side, below int) {
	if s == Thorough {
		return smallestFaceTile, smallestBelowTile
	}
	most := float64(fastSide)
	if s == Second {
		most = secondSide
	}
	scale := min(most/float64(max(width, height, 1)), maxUpscale)
	return int(math.Ceil(smallestFace / scale)), smallestBelow
}

// session is the loaded model for task. A failure is not remembered: the model
// can be installed while the program runs.
func (e *Engine) session(task string) (*session, error) {
	e.mu.Lock()
	l := e.sessions[task]
	if l == nil {
		l = &loaded{}
		e.sessions[task] = l
	}
	e.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.s != nil {
		return l.s, nil
	}
	onnx, err := e.store.Read(task)
	if err != nil {
		return nil, err
	}
	if err := loadRuntime(e.store); err != nil {
		return nil, err
	}
	m, _ := e.store.Model(task)
	if m.Network == nil {
		return nil, fmt.Errorf("%s is no network", m.Name)
	}
	s, err := newSession(onnx, m.Network)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", m.Name, err)
	}
	s.task, s.meter = task, e.meter
	l.s = s
	return s, nil
}

// enter lets a call use the sessions until it calls leave.
func (e *Engine) enter() (leave func(), err error) {
	e.use.RLock()
	if e.closed {
		e.use.RUnlock()
		return nil, errClosed
	}
	return e.use.RUnlock, nil
}

// work runs f on one of the cores.
func (e *Engine) work(ctx context.Context, f func() error) error {
	select {
	case e.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-e.slots }()
	if err := ctx.Err(); err != nil {
		return err
	}
	return f()
}

// Detect runs the detectors. It returns an error only when ctx ends; whatever
// else fails turns off its own check and is named in [Result.Failed].
func (e *Engine) Detect(ctx context.Context, pic Picture, o Options) (*Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	res := &Result{Ran: map[Check]bool{}, Failed: map[Check]error{}}
	wanted := func(c Check) bool {
		return c != People && (o.Only == nil || slices.Contains(o.Only, c))
	}
	refuse := func(err error) (*Result, error) {
		for _, c := range checks {
			if wanted(c.check) {
				res.Failed[c.check] = err
			}
		}
		return res, nil
	}
	leave, err := e.enter()
	if err != nil {
		return refuse(err)
	}
	defer leave()
	if err := pic.valid(); err != nil {
		return refuse(err)
	}
	l := newLook(ctx, e, pic, o.Setting)
	var wg sync.WaitGroup
	errs := make([]error, len(checks))
	for i, c := range checks {
		if !wanted(c.check) {
			continue
		}
		wg.Go(func() {
			errs[i] = guard(func() error { return c.run(l) })
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for i, c := range checks {
		if !wanted(c.check) {
			continue
		}
		if errs[i] != nil {
			res.Failed[c.check] = errs[i]
		} else {
			res.Ran[c.check] = true
		}
		// What was found before a failure is there all the same.
		res.Detections = append(res.Detections, l.found[c.check]...)
	}
	res.Detections = mergePlates(append(res.Detections, l.seenDocuments()...))
	return res, nil
}

// guard turns a panic of f, which looks at pictures that come from anywhere,
// into an error.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("internal error: %v", p)
		}
	}()
	return f()
}

// Rest gives back the memory that only work needs: the models, which the next call
// loads anew, and what ONNX Runtime keeps to work in, hundreds of megabytes. It does
// nothing while a call is under way.
func (e *Engine) Rest() error {
	if !e.use.TryLock() {
		return nil
	}
	defer e.use.Unlock()
	if len(e.sessions) == 0 {
		return nil
	}
	return errors.Join(e.free(), renewArena())
}

// free frees all sessions. No call may be under way.
func (e *Engine) free() error {
	var errs []error
	for task, l := range e.sessions {
		if l.s != nil {
			errs = append(errs, l.s.close())
		}
		delete(e.sessions, task)
	}
	return errors.Join(errs...)
}

// Close frees all sessions, after the calls that are under way. The runtime
// library stays loaded, for other engines.
func (e *Engine) Close() error {
	e.use.Lock()
	defer e.use.Unlock()
	e.closed = true
	return e.free()
}
