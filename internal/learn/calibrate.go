package learn

// calibration turns margins into probabilities: the softmax of heat times margin plus bias (matrix of Platt's method kept
// to its diagonal, so that few held-back texts suffice).
type calibration struct {
	heat float64
	bias []float64
}

// calibrate fits the probabilities to texts that were held back: it minimises their logarithmic loss by gradient descent
// with momentum, the biases held near 0 by a prior worth a few texts.
func calibrate(margins [][]float32, labels []int, n int) calibration {
	c := calibration{heat: 3, bias: make([]float64, n)}
	if len(margins) == 0 {
		return c
	}
	step := make([]float64, n+1)
	grad := make([]float64, n+1)
	p := make([]float64, n)
	for range 300 {
		clear(grad)
		for i, m := range margins {
			c.probabilities(m, p)
			for k := range p {
				d := p[k]
				if k == labels[i] {
					d--
				}
				grad[k] += d
				grad[n] += d * float64(m[k])
			}
		}
		scale := 1 / float64(len(margins))
		for k := range c.bias {
			step[k] = 0.9*step[k] - 1.5*(grad[k]*scale+c.bias[k]*5*scale)
			c.bias[k] += step[k]
		}
		step[n] = 0.9*step[n] - 1.5*grad[n]*scale
		c.heat = min(max(c.heat+step[n], 0.05), 50)
	}
	return c
}

// probabilities gives one probability a label; they sum to 1.
func (c *calibration) probabilities(margins []float32, out []float64) {
	for k, m := range margins {
		out[k] = c.heat*float64(m) + c.bias[k]
	}
	softmax(out)
}
