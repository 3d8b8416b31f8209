package learn

import "testing"

// Behind the hash the content itself is read with the same distrust.
func FuzzDecode(f *testing.F) {
	keys := []uint64{3, 9}
	m := &Model{labels: []string{"a", "b"}, recipe: standard, lexicon: lexiconOf(map[string]int32{"路灯": 3}, 1, true),
		vocabulary: &vocabulary{keys: keys, worth: []float32{1, 2}, find: newTable(keys)}, weights: []int16{1, 2, 3, 4}, scale: []float32{1, 1},
		calibration: calibration{1, []float64{0, 0}}}
	content, _ := m.content()
	f.Add(content)
	f.Add(content[:len(content)-1])
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := decode(b)
		if err != nil {
			return
		}
		again, _ := m.content()
		if _, err := decode(again); err != nil {
			t.Fatal(err)
		}
		m.Predict(Text{Title: "路灯", Content: "不亮 123 abc"})
	})
}
