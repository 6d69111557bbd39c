//go:build !headless && !linux

package main

// trim does nothing: no other C library is known to keep much.
func trim() {}
