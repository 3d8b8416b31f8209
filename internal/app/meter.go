package app

import (
	"io"

	vm "github.com/VictoriaMetrics/metrics"
)

// meter publishes the counts of store and jobs at /metrics.
func (a *App) meter() {
	counts := []struct {
		name  string
		value func() int64
	}{
		{"store_writes_total", a.DB.Stat.Writes.Load},   // write transactions that committed
		{"store_failed_total", a.DB.Stat.Failed.Load},   // write transactions that did not commit
		{"store_reads_total", a.DB.Stat.Reads.Load},     // read snapshots
		{"store_commits_total", a.DB.Stat.Batches.Load}, // durable commits; writes per commit is the size of a group
		{"jobs_finished_total", a.Jobs.Finished.Load},   // jobs done
		{"jobs_failed_total", a.Jobs.Failed.Load},       // job attempts that failed
		{"jobs_dead_total", a.Jobs.Died.Load},           // jobs given up
	}
	a.Metrics.RegisterMetricsWriter(func(w io.Writer) {
		for _, c := range counts {
			vm.WriteCounterUint64(w, "yichuang_"+c.name, uint64(c.value()))
		}
	})
}
