package background

import "golang.org/x/sys/unix"

// lowest is the nice value of a thread that yields. The policy SCHED_IDLE, which
// yields at once, was measured to keep a window no quicker, and let it wait for
// seconds where other programs kept all cores busy.
const lowest = 19

// yield lowers the priority of the calling thread, which has one of its own on Linux.
func yield() {
	_ = unix.Setpriority(unix.PRIO_PROCESS, 0, lowest) // lowering is always allowed
}
