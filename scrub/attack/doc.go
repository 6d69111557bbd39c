// Package attack holds the tests that attack redacted photos: they try to
// recognise covered faces and to read covered text, as somebody who gets a copy
// would. So that a failure to do so means something, each attack is also made on
// what other tools draw, where it must succeed. The package has no code of its
// own; -v prints the figures.
package attack
