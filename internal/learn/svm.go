package learn

import "math/rand/v2"

// separate trains one linear support vector machine with squared hinge loss by dual coordinate descent (Hsieh et al.,
// ICML 2008): it gives the weights that tell the rows where positive holds from the others. cost bounds how much each
// row may pull; shuffling comes from rnd.
func separate(rows [][]entry, positive []bool, cost []float32, features, rounds int, rnd *rand.Rand) []float32 {
	w := make([]float32, features)
	alpha := make([]float32, len(rows))
	length := make([]float32, len(rows))
	order := make([]int, len(rows))
	for i, row := range rows {
		order[i] = i
		for _, e := range row {
			length[i] += e.value * e.value
		}
	}
	for range rounds {
		worst := float32(0)
		rnd.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		kept := order[:0]
		for _, i := range order {
			y := float32(-1)
			if positive[i] {
				y = 1
			}
			g := -float32(1)
			g += y * dot(w, rows[i])
			damp := 1 / (2 * cost[i])
			g += alpha[i] * damp
			if alpha[i] == 0 && g > 0.5 { // far on the right side: not looked at again
				continue
			}
			kept = append(kept, i)
			if alpha[i] == 0 && g >= 0 {
				continue
			}
			worst = max(worst, g, -g)
			was := alpha[i]
			alpha[i] = max(was-g/(length[i]+damp), 0)
			if step := (alpha[i] - was) * y; step != 0 {
				for _, e := range rows[i] {
					w[e.at] += step * e.value
				}
			}
		}
		order = kept
		if worst < 0.05 {
			break
		}
	}
	return w
}

func dot(w []float32, row []entry) float32 {
	var s float32
	for _, e := range row {
		s += w[e.at] * e.value
	}
	return s
}
