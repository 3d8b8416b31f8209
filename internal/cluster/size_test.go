package cluster_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"yichuang/internal/cluster"
)

// What a centre gathers at most: 20,000 texts of 200 characters.
func BenchmarkGroupsOfAMonth(b *testing.B) {
	rnd := rand.New(rand.NewPCG(1, 2))
	items := make([]cluster.Item, 20_000)
	for i := range items {
		text := make([]rune, 200)
		for k := range text {
			text[k] = rune(0x4e00 + int(rnd.ExpFloat64()*300)%6000)
		}
		items[i] = cluster.Item{Key: fmt.Sprintf("%06d", i), Title: string(text[:20]), Body: string(text)}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		cluster.Groups(items, cluster.Options{})
	}
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.Sys-before.Sys)/1e6, "MB-held")
}
