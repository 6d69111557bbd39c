// Package e2e holds the tests of the whole program: the built binary is run as a
// user runs it, over real photos and in a real window, and what it writes is
// judged by programs that it has no part in. It has no code of its own.
package e2e
