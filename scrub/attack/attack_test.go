package attack

import (
	"fmt"
	"math"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/models"
	"blindspot/vision"
)

func engine(t *testing.T, checks ...vision.Check) *vision.Engine {
	t.Helper()
	store, err := models.Open()
	if err != nil {
		t.Fatal(err)
	}
	e := vision.New(store)
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	available := e.Available()
	for _, c := range checks {
		if err := available[c]; err != nil {
			testenv.Missing(t, fmt.Sprintf("detectors are not installed (make deps): %s: %v", c, err))
		}
	}
	return e
}

// rate is how often an attack succeeded, and how often it would by chance.
type rate struct {
	hits, trials int
	chance       float64 // 0 to 1
}

// interval is the 95 % confidence interval of Wilson (1927).
func (r rate) interval() (low, high float64) {
	if r.trials == 0 {
		return 0, 1
	}
	const z = 1.96
	n, p := float64(r.trials), float64(r.hits)/float64(r.trials)
	middle := p + z*z/(2*n)
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, (middle-half)/(1+z*z/n)), min(1, (middle+half)/(1+z*z/n))
}

// aboveChance says that twice what chance gives is below the interval. Twice, as
// many attacks are made, of which some come above chance by chance.
func (r rate) aboveChance() bool {
	low, _ := r.interval()
	return low > 2*r.chance
}

func (r rate) String() string {
	if r.trials == 0 {
		return "–"
	}
	low, high := r.interval()
	text := fmt.Sprintf("%.1f %% (%.1f–%.1f)", 100*float64(r.hits)/float64(r.trials), 100*low, 100*high)
	if r.chance > 0 {
		text += fmt.Sprintf(", chance %.1f", 100*r.chance)
	}
	return text
}

func TestInterval(t *testing.T) {
	for _, c := range []struct{ hits, trials, low, high int }{{0, 10, 0, 278}, {5, 10, 237, 763}, {10, 10, 722, 1000}, {1, 100, 2, 54}} {
		low, high := rate{hits: c.hits, trials: c.trials}.interval()
		if math.Round(1000*low) != float64(c.low) || math.Round(1000*high) != float64(c.high) {
			t.Errorf("%d of %d: %.4f to %.4f, want %d to %d thousandths", c.hits, c.trials, low, high, c.low, c.high)
		}
	}
}
