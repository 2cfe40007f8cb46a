//go:build !linux

package synctest

// memoryFolder is a folder in memory: none that every system of this kind has.
func memoryFolder() string { return "" }
