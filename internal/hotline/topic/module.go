// Package topic gathers the hot topics (热点话题) of a centre: groups of tickets about the same matter at the same place.
// They are gathered anew every hour beside the job queue (ADR 0048) from what package hotline records; of tickets nothing
// is changed but that a topic can be made a 督办 (Supervise).
package topic

import (
	"log/slog"
	"sync"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Module is the topics with what they need.
type Module struct {
	db        *store.DB
	clock     clock.Clock
	org       *org.Module
	hotline   *hotline.Module
	beside    *jobs.Beside
	gathering sync.Mutex // one run at a time
	log       *slog.Logger
}

// New makes the module.
func New(db *store.DB, o *org.Module, h *hotline.Module, beside *jobs.Beside, log *slog.Logger) *Module {
	return &Module{db: db, clock: db.Clock(), org: o, hotline: h, beside: beside, log: log}
}

// RegisterJobs adds the module's job handlers.
func (m *Module) RegisterJobs(r *jobs.Runner) {
	r.Handle(jobTopics, m.topicsJob)
}
