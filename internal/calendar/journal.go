package calendar

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// JournalEntry (时限重算记录) says what a change of the calendar did to one open limit.
type JournalEntry struct {
	Kind     string        `db:"kind" json:"kind"`     // what the object is: leg, case …
	Object   string        `db:"object" json:"object"` // its id
	OldDue   clock.Instant `db:"old_due" json:"old_due"`
	NewDue   clock.Instant `db:"new_due" json:"new_due"`
	Revision int64         `db:"revision" json:"revision"`
	Document string        `db:"document" json:"document"` // Document.String of the publication
}

// JournalLine is a stored entry.
type JournalLine struct {
	CentreID string `db:"centre_id" json:"-"`
	ID       string `db:"id" json:"id"`
	JournalEntry
	At clock.Instant `db:"at" json:"at"`
}

// Journal writes an entry for the actor's centre.
func Journal(tx *store.Tx, e JournalEntry) error {
	return store.Insert(tx, "calendar_journal", JournalLine{actor.From(tx.Context()).CentreID, tx.NewID(), e, tx.Now()})
}

// JournalOf lists the entries of one object of the actor's centre, oldest first.
func JournalOf(tx *store.Tx, kind, object string) ([]JournalLine, error) {
	return store.Select[JournalLine](tx, "SELECT "+store.Columns[JournalLine]("")+" FROM calendar_journal WHERE centre_id = $1 AND kind = $2 AND object = $3 ORDER BY id",
		actor.From(tx.Context()).CentreID, kind, object)
}

// JournalPage is the most that one page of the journal holds.
const JournalPage = 100

// JournalList lists the centre's entries, newest first, before the given id ("" from the newest), at most JournalPage.
// It needs calendar.day.read.
func (m *Module) JournalList(ctx context.Context, before string) ([]JournalLine, error) {
	a := actor.From(ctx)
	if err := a.Require(PermDayRead); err != nil {
		return nil, err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	if before != "" {
		w.And("id < ?", before)
	}
	var out []JournalLine
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[JournalLine](tx, "SELECT "+store.Columns[JournalLine]("")+" FROM calendar_journal"+w.SQL()+" ORDER BY id DESC LIMIT "+itoa(JournalPage), w.Args...)
		return err
	})
	return out, err
}
