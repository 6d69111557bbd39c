package risk

import (
	"fmt"
	"slices"
	"strings"
)

// table is docs/RISKS.md.
func table(rules []Rule) string {
	var b strings.Builder
	b.WriteString(`# What Blindspot looks for, and what it weighs

This page is made from the rules in the package risk: ` + "`go test ./risk -update`" + ` writes it anew.

A photo's score is 100 for a photo in which nothing was found, and lower for each thing that helps an attacker. It is a ranking by the weights below. It is not a probability.

- Each finding serves one of four attacks (Liu et al., *When Machine Learning Meets Privacy: A Survey and Outlook*, ACM Computing Surveys 54(2), 2021): **identification** learns who this is, **re-identification** ties somebody to a place, **inference** learns what was not said, **linkage** joins the photo with other data about the same person.
- Each finding has a weight from 0 to 1, which depends on who will see the photo: anyone (*public*), somebody who buys from you (*buyer*), or people who know you (*family*).
- Each finding rests on a group of evidence. Within an attack only the largest weight of a group counts, so that the same evidence never counts twice. A group that ends in ":" is one group for each thing that was seen.
- An attack's score is 100 · Π (1 − weight) over its groups, rounded down. The photo's score is the lowest of the four.
- Weights of .40 and more are *high*, of .15 and more *medium*, others *low*.
- A weight's basis is a *paper* where a published figure stands behind it, and else a *judgement*, which is ours and can be argued with. The published figures were measured on other photos than yours.
- "Who" is whom the finding serves most: a *stranger* with the photo and a search engine, an *acquaintance* who knows the people or the place, a *company* with many photos.
- The fix *strip-metadata* removes hidden information, *cover* covers the thing in the picture, *rename* gives the copy a name that says nothing, *leave-out* means that only leaving the photo out helps.

What is not in this table is not looked for: landmarks, mountains and plants; reflections; how old somebody is, so a child's face weighs what any face weighs; uniforms, tattoos and school badges; keys, jewellery and brands; texts that are not in Latin letters. Above all: published methods place 24 % of ordinary photos within 1 km, and 55 % within 25 km, from the picture alone. Removing the position is never enough to hide a place.

`)
	for _, attack := range Attacks {
		fmt.Fprintf(&b, "## %s\n\n| rule | group | public | buyer | family | who | fix | basis |\n|---|---|---|---|---|---|---|---|\n", strings.ToUpper(string(attack[:1]))+string(attack[1:]))
		of := slices.DeleteFunc(slices.Clone(rules), func(r Rule) bool { return r.Attack != attack })
		slices.SortStableFunc(of, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
		for _, r := range of {
			fmt.Fprintf(&b, "| %s | %s | %.2f | %.2f | %.2f | %s | %s | %s: %s |\n",
				r.ID, r.Group, r.Weights.Public, r.Weights.Buyer, r.Weights.Family, r.Adversary, r.Fix, r.Basis.Kind, r.Basis.Reason)
		}
		b.WriteString("\n")
	}
	return strings.TrimSpace(b.String()) + "\n"
}
