// Package archtest holds the tests of what may import what. It has no code of
// its own.
package archtest
