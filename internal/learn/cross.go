package learn

import "context"

// Cross measures how models of these examples do on texts that they have not seen (交叉验证): in each of n parts in turn,
// a model of all the others, with its own lexicon and vocabulary. Near-duplicates are in one part. each, where it is not
// nil, is told of every finished part.
func Cross(ctx context.Context, examples []Example, n int, o Options, each func(part int, m Measure)) (Measure, error) {
	part := apart(examples, n, o.Seed+1)
	whole := NewTally()
	for f := range n {
		var taught []Example
		for i := range examples {
			if part[i] != f {
				taught = append(taught, examples[i])
			}
		}
		m, err := Train(ctx, taught, o)
		if err != nil {
			return Measure{}, err
		}
		own := NewTally()
		for i := range examples {
			if part[i] == f {
				p := m.Predict(examples[i].Text)
				whole.Add(examples[i].Label, p)
				own.Add(examples[i].Label, p)
			}
		}
		if each != nil {
			each(f+1, own.Measure())
		}
	}
	return whole.Measure(), nil
}

// apart deals examples out over n parts, near-duplicates together.
func apart(examples []Example, n int, seed uint64) []int {
	l := learnLexicon(examples)
	texts, given, labels := make([]cutText, len(examples)), make([]string, len(examples)), make([]int, len(examples))
	number := map[string]int{}
	for i := range examples {
		e := &examples[i]
		texts[i], given[i] = l.cutText(&e.Text, standard), e.Group
		if _, ok := number[e.Label]; !ok {
			number[e.Label] = len(number)
		}
		labels[i] = number[e.Label]
	}
	return folds(labels, alike(texts, given), n, seed)
}
