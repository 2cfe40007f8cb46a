package synctest

import (
	"os"
	"syscall"
)

// memoryFolder is a folder in memory with room for a server of tests, or "" where there
// is none. Who names a folder for temporary files gets that.
func memoryFolder() string {
	const dir, room = "/dev/shm", 2 << 30
	if os.Getenv("TMPDIR") != "" {
		return ""
	}
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil || s.Bavail*uint64(s.Bsize) < room { //nolint:gosec // a size
		return ""
	}
	return dir
}
