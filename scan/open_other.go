//go:build !unix

package scan

const openNonblock = 0
