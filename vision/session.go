package vision

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	ort "github.com/yalue/onnxruntime_go"

	"blindspot/models"
	"blindspot/vision/background"
)

// ONNX Runtime is one library and one environment for the whole process, whatever
// the number of engines: the first engine that needs it loads it, later ones use
// it, and it stays until the process ends. A failed load may be tried again, for
// the library can be installed while the program runs.
var loading sync.Mutex

func loadRuntime(store *models.Store) error {
	loading.Lock()
	defer loading.Unlock()
	if ort.IsInitialized() {
		return nil
	}
	path, err := store.Runtime()
	if err != nil {
		return err
	}
	if err := store.VerifyRuntime(path); err != nil {
		return err
	}
	ort.SetSharedLibraryPath(path)
	if err := ort.InitializeEnvironment(ort.WithLogLevelError()); err != nil {
		return fmt.Errorf("load ONNX Runtime from %s: %w", path, err)
	}
	if err := prepare(); err != nil {
		return errors.Join(err, ort.DestroyEnvironment()) // the next try begins anew
	}
	return nil
}

// prepare sets up the environment before the first session.
func prepare() error {
	// Windows builds report usage to the system by default.
	if err := ort.DisableTelemetry(); err != nil {
		return fmt.Errorf("switch off ONNX Runtime's telemetry: %w", err)
	}
	if err := shareArena(); err != nil {
		return fmt.Errorf("share memory between models: %w", err)
	}
	return nil
}

// shareArena makes one arena for all sessions, which grows by what is asked for:
// with one for each, which double, a look took half as much memory again.
func shareArena() error {
	memory, err := ort.GetMemoryInfo()
	if err != nil {
		return err
	}
	const sameAsRequested = 1
	arena, err := ort.NewArenaCfgV2(map[string]int{"arena_extend_strategy": sameAsRequested})
	if err != nil {
		return err
	}
	defer arena.Destroy()
	return ort.CreateAndRegisterAllocator(memory, arena)
}

// renewArena makes an arena for sessions to come in place of the one there is, whose
// memory the system gets back once no session uses it: an arena never shrinks by
// itself.
func renewArena() error {
	loading.Lock()
	defer loading.Unlock()
	if !ort.IsInitialized() {
		return nil
	}
	memory, err := ort.GetMemoryInfo()
	if err != nil {
		return err
	}
	if err := ort.UnregisterAllocator(memory); err != nil {
		return fmt.Errorf("give memory back: %w", err)
	}
	return shareArena()
}

// session is one loaded network. Any number of goroutines may run it.
type session struct {
	net     *models.Network
	planes  *planes
	s       *ort.DynamicAdvancedSession
	buffers sync.Pool // *[]float32 for inputs
	task    string
	meter   *meter
}

// meter tells benchmarks how long each stage of each model's runs took.
type meter struct {
	clock func() time.Duration // may be that of the thread
	spent func(task, stage string, d time.Duration)
}

// laps gives a function that tells how long the stage that ends took, and starts the
// next, and one that ends the last.
func (s *session) laps() (lap func(stage string), done func()) {
	if s.meter == nil {
		return func(string) {}, func() {}
	}
	runtime.LockOSThread()
	start := s.meter.clock()
	return func(stage string) {
		now := s.meter.clock()
		s.meter.spent(s.task, stage, now-start)
		start = now
	}, runtime.UnlockOSThread
}

// newSession loads the ONNX file that net describes.
func newSession(onnx []byte, net *models.Network) (*session, error) {
	so, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	defer so.Destroy()
	// One thread a run, as many runs at once as there are cores: measured at
	// nearly twice the throughput of runs that share threads.
	err = errors.Join(
		so.SetIntraOpNumThreads(1),
		so.SetInterOpNumThreads(1),
		so.SetExecutionMode(ort.ExecutionModeSequential),
		so.SetGraphOptimizationLevel(ort.GraphOptimizationLevelEnableAll),
		so.AddSessionConfigEntry("session.use_env_allocators", "1"),
		// Inputs change their size from photo to photo: a pattern for each would
		// be kept, and measured no faster.
		so.SetMemPattern(false),
		so.AddSessionConfigEntry("session.intra_op.allow_spinning", "0"),
	)
	if err != nil {
		return nil, err
	}
	s, err := ort.NewDynamicAdvancedSessionWithONNXData(onnx, []string{net.Input}, net.Outputs, so)
	if err != nil {
		return nil, err
	}
	return &session{net: net, planes: planesOf(net), s: s}, nil
}

// tensor is an output: float32, row-major. Its data is gone once the function
// given to [session.run] returns.
type tensor struct {
	shape []int
	data  []float32
}

// dim is the size along axis i from the end, -1 being the last.
func (t tensor) dim(i int) int {
	if i += len(t.shape); i < 0 || i >= len(t.shape) {
		return 0
	}
	return t.shape[i]
}

// run feeds the network with fill, which writes an input of shape [1,3,h,w] (all
// of it), and hands the outputs to read. It ends soon after ctx does.
func (s *session) run(ctx context.Context, w, h int, fill func(input []float32) error, read func(outputs []tensor) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	n := 3 * w * h
	buf, _ := s.buffers.Get().(*[]float32)
	if buf == nil || cap(*buf) < n {
		b := make([]float32, n)
		buf = &b
	}
	defer s.buffers.Put(buf)
	input := (*buf)[:n]
	lap, done := s.laps()
	defer done()
	if err := fill(input); err != nil {
		return err
	}
	lap("resize")

	in, err := ort.NewTensor(ort.NewShape(1, 3, int64(h), int64(w)), input)
	if err != nil {
		return err
	}
	// The tensor points into Go memory: it must be gone before buf is reused.
	defer in.Destroy()
	opts, err := ort.NewRunOptions()
	if err != nil {
		return err
	}
	defer opts.Destroy()
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		_ = opts.Terminate() // a run that cannot be stopped ends by itself
	})
	values := make([]ort.Value, len(s.net.Outputs))
	// What ONNX Runtime allocates the garbage collector never sees.
	defer func() {
		for _, v := range values {
			if v != nil {
				_ = v.Destroy()
			}
		}
	}()
	background.Do(ctx, func() { err = s.s.RunWithOptions([]ort.Value{in}, values, opts) })
	if !stop() {
		<-stopped // opts must outlive Terminate
	}
	runtime.KeepAlive(input)
	lap("model")
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return err
	}
	outputs := make([]tensor, len(values))
	for i, v := range values {
		t, ok := v.(*ort.Tensor[float32])
		if !ok {
			return fmt.Errorf("output %s is no tensor of float32", s.net.Outputs[i])
		}
		shape := make([]int, len(t.GetShape()))
		for j, d := range t.GetShape() {
			shape[j] = int(d)
		}
		outputs[i] = tensor{shape, t.GetData()}
	}
	defer lap("outputs")
	return read(outputs)
}

func (s *session) close() error { return s.s.Destroy() }
