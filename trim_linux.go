//go:build !headless

package main

/*
#include <malloc.h>

static void trim(void) {
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}
*/
import "C"

// trim gives back what the C library keeps of memory that was freed.
func trim() { C.trim() }
