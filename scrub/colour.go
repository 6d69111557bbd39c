package scrub

import "blindspot/scrub/icc"

// neutralProfile is what stays of an ICC profile, nil for none. A profile that
// no decoder would use does not stay.
func neutralProfile(profile []byte) []byte {
	if profile == nil {
		return nil
	}
	neutral, err := icc.Neutralise(profile)
	if err != nil {
		return nil
	}
	return neutral
}
