package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// progress is a bar on a terminal and silent otherwise. Its methods are called
// one at a time.
type progress struct {
	w           io.Writer // nil where it is silent
	done, total int
}

const barWidth = 30

func newProgress(w io.Writer, total int) *progress {
	if f, ok := w.(*os.File); !ok || !term.IsTerminal(int(f.Fd())) {
		w = nil
	}
	return &progress{w: w, total: total}
}

// step counts one more as done.
func (p *progress) step() {
	p.done++
	p.draw("")
}

// set draws a bar of done out of total, with a label.
func (p *progress) set(label string, done, total int) {
	p.done, p.total = done, total
	p.draw(label)
}

func (p *progress) draw(label string) {
	if p.w == nil || p.total <= 0 {
		return
	}
	n := barWidth * min(p.done, p.total) / p.total
	fmt.Fprintf(p.w, "\r[%s%s] %d/%d %s", strings.Repeat("#", n), strings.Repeat(" ", barWidth-n), p.done, p.total, label)
}

// clear takes the bar away.
func (p *progress) clear() {
	if p.w != nil {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
