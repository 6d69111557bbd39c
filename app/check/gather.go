package check

import (
	"slices"
	"strconv"
	"strings"
)

// ByRule gathers findings by rule, in their order: those of one rule are told together.
func ByRule(findings []Finding) [][]*Finding {
	var all [][]*Finding
	for i := range findings {
		f := &findings[i]
		n := slices.IndexFunc(all, func(same []*Finding) bool { return same[0].Rule == f.Rule })
		if n < 0 {
			n = len(all)
			all = append(all, nil)
		}
		all[n] = append(all[n], f)
	}
	return all
}

// Gathered is the evidence of findings that are told together: a line for each kind of
// it, "name: value", with all its values; of percentages the lowest and the highest.
func Gathered(same []*Finding) []string {
	var names []string
	found := map[string][]string{}
	for _, f := range same {
		for _, e := range f.Evidence {
			name, value, _ := strings.Cut(e, ": ")
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
			if !slices.Contains(found[name], value) {
				found[name] = append(found[name], value)
			}
		}
	}
	lines := make([]string, len(names))
	for i, name := range names {
		lines[i] = name
		if all := strings.Join(spread(found[name]), "; "); all != "" {
			lines[i] += ": " + all
		}
	}
	return lines
}

// spread is the lowest and the highest of values that are percentages; else values.
func spread(values []string) []string {
	const percent = " %"
	numbers := make([]int, len(values))
	for i, v := range values {
		n, err := strconv.Atoi(strings.TrimSuffix(v, percent))
		if err != nil || !strings.HasSuffix(v, percent) {
			return values
		}
		numbers[i] = n
	}
	if len(numbers) < 2 {
		return values
	}
	return []string{strconv.Itoa(slices.Min(numbers)) + "–" + strconv.Itoa(slices.Max(numbers)) + percent}
}
