// Package advice tells people what a text that is being typed reminds the program of (智能建议): categories and units that
// the models in use hold for likely, what the catalogue says, tickets that may be about the same, entries of the knowledge
// base. It also trains the models from closed tickets, beside the job queue, and keeps what became of its advice. It never
// decides: people choose, and automatic dispatch only asks how sure the model is (SureTx).
package advice

import (
	"log/slog"

	"yichuang/internal/hotline"
	"yichuang/internal/jobs"
	"yichuang/internal/knowledge"
	"yichuang/internal/org"
	"yichuang/internal/store"
	"yichuang/internal/text"
)

// Module is the advice with what it needs.
type Module struct {
	db        *store.DB
	org       *org.Module
	knowledge *knowledge.Module
	hotline   *hotline.Module
	index     text.Index
	shelf     modelShelf
	beside    *jobs.Beside
	log       *slog.Logger
	wake      func()
}

// Deps are what the composition root gives the module.
type Deps struct {
	DB        *store.DB
	Org       *org.Module
	Knowledge *knowledge.Module
	Hotline   *hotline.Module
	Beside    *jobs.Beside
	Log       *slog.Logger
	Wake      func() // wakes the job runner after a commit
}

// New makes the module.
func New(d Deps) *Module {
	if d.Wake == nil {
		d.Wake = func() {}
	}
	return &Module{db: d.DB, org: d.Org, knowledge: d.Knowledge, hotline: d.Hotline, index: hotline.TicketIndex(), shelf: modelShelf{held: map[string]*shelved{}}, beside: d.Beside, log: d.Log, wake: d.Wake}
}

// RegisterJobs adds the module's job handlers.
func (m *Module) RegisterJobs(r *jobs.Runner) {
	r.Handle(jobTrain, m.trainJob)
}
