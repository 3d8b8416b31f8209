package app

import "github.com/prometheus/client_golang/prometheus"

// meter publishes the counts of store and jobs at /metrics.
func (a *App) meter() {
	count := func(name, help string, value func() int64) {
		a.Metrics.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "yichuang", Name: name, Help: help}, func() float64 { return float64(value()) }))
	}
	count("store_writes_total", "Write transactions that committed.", a.DB.Stat.Writes.Load)
	count("store_failed_total", "Write transactions that did not commit.", a.DB.Stat.Failed.Load)
	count("store_reads_total", "Read snapshots.", a.DB.Stat.Reads.Load)
	count("store_commits_total", "Durable commits; writes per commit is the size of a group.", a.DB.Stat.Batches.Load)
	count("jobs_finished_total", "Jobs done.", a.Jobs.Finished.Load)
	count("jobs_failed_total", "Job attempts that failed.", a.Jobs.Failed.Load)
	count("jobs_dead_total", "Jobs given up.", a.Jobs.Died.Load)
}
