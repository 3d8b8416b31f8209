package archive

import (
	"errors"
	"fmt"
	"time"

	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// Jobs of the archive.
const (
	jobDue     = "archive.due"     // marks what has reached the end of its period; once a day
	jobDestroy = "archive.destroy" // carries out an approved destruction list
	jobReclass = "archive.reclass" // gives the records of a class their new period
)

const chunk = 100

// dueAt is when the retention of a day is looked at: at night, when nobody waits.
const dueAt = 2 * time.Hour

// markDue marks the records whose period is over, a chunk at a time, and comes again the next day. A record under a hold
// is marked too: that it is due is a fact, that it may not go is another.
func (m *Module) markDue(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	today := tx.Now().Date()
	ids, err := store.Select[string](tx, "SELECT id FROM archive_record WHERE centre_id = $1 AND state = 'kept' AND keep_until <> '' AND keep_until < $2 ORDER BY keep_until, id LIMIT "+itoa(chunk), j.CentreID, today)
	if err != nil {
		return jobs.Done, err
	}
	for _, id := range ids {
		if err := tx.Queue("UPDATE archive_record SET state = 'due', version = version + 1 WHERE centre_id = $1 AND id = $2", j.CentreID, id); err != nil {
			return jobs.Done, err
		}
	}
	if len(ids) > 0 {
		err := audit.Record(tx, audit.Entry{Action: "archive.due", Kind: "archive", Object: j.CentreID, Detail: map[string]any{"records": len(ids), "day": today.String()}})
		if err != nil {
			return jobs.Done, err
		}
	}
	if len(ids) == chunk {
		return jobs.Snooze(tx.Now()), nil
	}
	return jobs.Snooze(nextNight(tx.Now())), nil
}

func nextNight(now clock.Instant) clock.Instant {
	at := now.Date().Start().Add(dueAt)
	if at <= now {
		at = (now.Date() + 1).Start().Add(dueAt)
	}
	return at
}

type destroyArgs struct {
	List string `json:"list"`
}

// destroyBatch is how many records one transaction destroys: each touches many tables.
const destroyBatch = 5

// destroySome destroys the next few records of an approved list: the module's redactor takes out what it keeps, the body
// goes, the catalogue's row stays. A record that has come under a hold since is taken off the list.
func (m *Module) destroySome(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var args destroyArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Done, err
	}
	l, err := listTx(tx, j.CentreID, args.List, tx.ForUpdate())
	if err != nil || l.State != ListApproved {
		return jobs.Done, err
	}
	list, err := store.Select[Record](tx, "SELECT "+recordColumns+" FROM archive_record WHERE centre_id = $1 AND list_id = $2 AND state = 'proposed' ORDER BY id LIMIT "+itoa(destroyBatch)+tx.ForUpdate(), j.CentreID, l.ID)
	if err != nil {
		return jobs.Done, err
	}
	for i := range list {
		r := &list[i]
		if r.Holds > 0 {
			r.State, r.ListID = Due, ""
			l.Spared++
		} else if err := m.destroy(tx, r); err != nil {
			return jobs.Done, fmt.Errorf("destroy %s: %w", r.No, err)
		} else {
			l.Destroyed++
		}
		if err := r.save(tx); err != nil {
			return jobs.Done, err
		}
	}
	if len(list) < destroyBatch {
		l.State, l.EndedAt = ListDone, tx.Now()
		err := audit.Record(tx, audit.Entry{Action: "archive.destroyed", Kind: "archive_list", Object: l.ID, Detail: map[string]any{"no": l.No, "destroyed": l.Destroyed, "spared": l.Spared}})
		if err != nil {
			return jobs.Done, err
		}
	}
	if err := l.save(tx); err != nil || l.State == ListDone {
		return jobs.Done, err
	}
	return jobs.Snooze(tx.Now()), nil
}

func (m *Module) destroy(tx *store.Tx, r *Record) error {
	redact := m.redact[r.Kind]
	if redact == nil {
		return errors.New("no redactor for " + r.Kind)
	}
	if err := redact(tx, r.Object); err != nil {
		return err
	}
	r.State, r.DestroyedAt = Destroyed, tx.Now()
	return tx.Queue("UPDATE archive_record SET body_enc = $3 WHERE centre_id = $1 AND id = $2", r.CentreID, r.ID, []byte{})
}

type reclassArgs struct {
	Class string `json:"class"`
	After string `json:"after,omitempty"`
}

// reclassSome gives the next records of a class their new period. What is on a list or destroyed stays as it is; what was
// due is looked at again.
func (m *Module) reclassSome(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var args reclassArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Done, err
	}
	c, err := classTx(tx, j.CentreID, args.Class)
	if err != nil {
		return jobs.Done, err
	}
	list, err := store.Select[Record](tx, "SELECT "+recordColumns+" FROM archive_record WHERE centre_id = $1 AND class = $2 AND id > $3 ORDER BY id LIMIT "+itoa(chunk)+tx.ForUpdate(), j.CentreID, args.Class, args.After)
	if err != nil {
		return jobs.Done, err
	}
	for i := range list {
		r := &list[i]
		if r.State != Kept && r.State != Due {
			continue
		}
		r.KeepUntil, r.State = c.KeepUntil(r.ArchivedAt), Kept
		if err := r.save(tx); err != nil {
			return jobs.Done, err
		}
	}
	if len(list) < chunk {
		return jobs.Done, Schedule(tx, j.CentreID)
	}
	next := reclassArgs{Class: args.Class, After: list[chunk-1].ID}
	return jobs.Done, jobs.Insert(tx, j.CentreID, jobReclass, args.Class+"/"+next.After, 0, next)
}
