package cputime

import (
	"runtime"
	"syscall"
	"time"
)

// rusageThread asks for the calling thread alone; package syscall has no name
// for it.
const rusageThread = 1

// Of is the processor time that f takes in its own goroutine; of goroutines that
// f starts nothing is counted. Tests that run beside it do not disturb it.
func Of(f func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := used()
	f()
	return used() - before
}

func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(rusageThread, &u); err != nil {
		return time.Duration(time.Now().UnixNano()) // the wall's clock: never less than the thread's
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
