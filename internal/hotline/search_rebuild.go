package hotline

import (
	"context"
	"errors"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/id"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// IndexRun (补建查找索引) is the filling of a centre's full-text index with the tickets and replies that are there: after an
// upgrade that changed what is indexed, or at the administrator's wish. It goes from the newest ticket to the oldest, batch
// by batch, each in a transaction of its own with the place where it stopped; tickets that come meanwhile index themselves.
type IndexRun struct {
	CentreID   string        `db:"centre_id" json:"-"`
	Below      TicketID      `db:"below" json:"-"` // tickets from here on are done
	Done       int64         `db:"done" json:"done"`
	Total      int64         `db:"total" json:"total"`
	Cause      string        `db:"cause" json:"cause"` // upgrade, asked
	StartedAt  clock.Instant `db:"started_at" json:"started_at,omitzero"`
	FinishedAt clock.Instant `db:"finished_at" json:"finished_at,omitzero"`
}

// Running reports whether older tickets are still missing from the index.
func (r IndexRun) Running() bool { return r.Total > 0 && r.FinishedAt == 0 }

// Percent is how far it is, below 100 while it runs.
func (r IndexRun) Percent() int64 {
	if !r.Running() {
		return 100
	}
	return min(r.Done*100/r.Total, 99)
}

const (
	jobIndex   = "hotline.index"
	indexBatch = 200           // tickets that one transaction indexes
	indexTop   = TicketID("~") // above every id
	indexQuery = " FROM hotline_index_run WHERE centre_id = $1"
)

// ErrIndexing refuses to fill the index while that goes on already.
var ErrIndexing = errs.New(errs.Conflict, "hotline.indexing", "查找索引正在补建，完成以后再重新建立。")

// ScheduleIndexing makes sure that a run that is not over goes on.
func ScheduleIndexing(tx *store.Tx, centre string) error {
	r, err := indexRun(tx, centre, "")
	if err != nil || !r.Running() {
		return err
	}
	return jobs.Ensure(tx, centre, jobIndex, jobIndex)
}

// indexRun reads the run of a centre; the zero value where there never was one.
func indexRun(tx *store.Tx, centre, lock string) (IndexRun, error) {
	r, err := store.Get[IndexRun](tx, "SELECT "+store.Columns[IndexRun]("")+indexQuery+lock, centre)
	if errors.Is(err, store.ErrNotFound) {
		return IndexRun{}, nil
	}
	return r, err
}

// IndexState says how far the index is, to everybody who may search, so that nobody takes a search for complete that is not.
func (m *Module) IndexState(ctx context.Context) (IndexRun, error) {
	a := actor.From(ctx)
	if !a.Can(PermPolicy) {
		if err := a.Require(PermRead); err != nil {
			return IndexRun{}, err
		}
	}
	var r IndexRun
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		r, err = indexRun(tx, a.CentreID, "")
		return err
	})
	return r, err
}

// RebuildIndex fills the index anew (重新建立查找索引). Searches go on meanwhile.
func (m *Module) RebuildIndex(ctx context.Context) (IndexRun, error) {
	a := actor.From(ctx)
	if err := a.Require(PermPolicy); err != nil {
		return IndexRun{}, err
	}
	var r IndexRun
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		old, err := indexRun(tx, a.CentreID, tx.ForUpdate())
		if err != nil {
			return err
		}
		if old.Running() {
			return ErrIndexing
		}
		r = IndexRun{CentreID: a.CentreID, Below: indexTop, Cause: "asked", StartedAt: tx.Now()}
		if r.Total, err = store.Get[int64](tx, "SELECT COUNT(*) FROM hotline_ticket WHERE centre_id = $1", a.CentreID); err != nil {
			return err
		}
		if r.Total == 0 {
			r.FinishedAt = tx.Now()
		}
		if _, err := tx.Exec(`INSERT INTO hotline_index_run (centre_id, below, done, total, cause, started_at, finished_at) VALUES ($1, $2, 0, $3, $4, $5, $6)
			ON CONFLICT (centre_id) DO UPDATE SET below = excluded.below, done = 0, total = excluded.total, cause = excluded.cause, started_at = excluded.started_at, finished_at = excluded.finished_at`,
			a.CentreID, r.Below, r.Total, r.Cause, r.StartedAt, r.FinishedAt); err != nil {
			return err
		}
		tx.AfterCommit(m.wake)
		if err := ScheduleIndexing(tx, a.CentreID); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.index_rebuild", Permission: PermPolicy, Kind: "centre", Object: a.CentreID, Detail: map[string]any{"tickets": r.Total}})
	})
	return r, err
}

// indexedTicket is a ticket as far as the index is concerned.
type indexedTicket struct {
	ID           TicketID      `db:"id"`
	Title        string        `db:"title"`
	Content      string        `db:"content"`
	Address      string        `db:"address"`
	Confidential string        `db:"confidential"`
	DestroyedAt  clock.Instant `db:"destroyed_at"`
}

// hidden tickets are in no index.
func (t *indexedTicket) hidden() bool { return t.Confidential == ConfidentialAll || t.DestroyedAt != 0 }

// indexJob indexes the next batch and comes again until all are done. The tickets are locked, so that a correction cannot
// be overtaken by the text of before.
func (m *Module) indexJob(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	r, err := indexRun(tx, j.CentreID, tx.ForUpdate())
	if err != nil || !r.Running() {
		return jobs.Done, err
	}
	list, err := store.Select[indexedTicket](tx, "SELECT "+store.Columns[indexedTicket]("")+" FROM hotline_ticket WHERE centre_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"+tx.ForUpdate(), j.CentreID, r.Below, indexBatch)
	if err != nil {
		return jobs.Done, err
	}
	for i := range list {
		if err := m.indexAgain(tx, j.CentreID, &list[i]); err != nil {
			return jobs.Done, err
		}
	}
	if len(list) > 0 {
		r.Below = list[len(list)-1].ID
		if err := m.indexRepliesOf(tx, j.CentreID, list); err != nil {
			return jobs.Done, err
		}
	}
	r.Done += int64(len(list))
	if len(list) < indexBatch {
		r.FinishedAt = tx.Now()
	}
	if err := store.Update(tx, "hotline_index_run", r, "centre_id"); err != nil || r.FinishedAt != 0 {
		return jobs.Done, err
	}
	return jobs.Snooze(tx.Now()), nil
}

func (m *Module) indexAgain(tx *store.Tx, centre string, t *indexedTicket) error {
	doc, err := id.Parse(string(t.ID))
	if err != nil {
		return err
	}
	if t.hidden() {
		return m.index.Delete(tx, centre, doc)
	}
	return m.index.Put(tx, centre, doc, nil, SearchTokens(t.Title, t.Content, t.Address))
}

// indexRepliesOf indexes the public replies of a batch of tickets, in every round.
func (m *Module) indexRepliesOf(tx *store.Tx, centre string, list []indexedTicket) error {
	type reply struct {
		ID     LegID    `db:"id"`
		Ticket TicketID `db:"ticket_id"`
		Public string   `db:"reply_public"`
	}
	hidden := map[TicketID]bool{}
	for i := range list {
		hidden[list[i].ID] = list[i].hidden()
	}
	replies, err := store.Select[reply](tx, "SELECT id, ticket_id, reply_public FROM hotline_leg WHERE centre_id = $1 AND ticket_id >= $2 AND ticket_id <= $3 AND submitted_at <> 0",
		centre, list[len(list)-1].ID, list[0].ID)
	if err != nil {
		return err
	}
	for _, l := range replies {
		doc, err := id.Parse(string(l.ID))
		if err != nil {
			return err
		}
		if hidden[l.Ticket] || l.Public == "" {
			err = m.replies.Delete(tx, centre, doc)
		} else {
			err = m.replies.Put(tx, centre, doc, nil, m.replies.Document(l.Public))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
