package attest

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/chain"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// SheetTitle is what the weekly paper is called.
const SheetTitle = "周链头单"

// Sheet (周链头单) is the heads of all chains of a centre as they stood when a week was over, to be printed and filed by 政务监察股. After
// weeks in which the program did not run, one sheet stands for all of them.
type Sheet struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	No       string        `db:"no" json:"no"`
	Since    clock.Date    `db:"since" json:"since"` // Monday of the first week
	Until    clock.Date    `db:"until" json:"until"` // Sunday of the last
	Digest   []byte        `db:"digest" json:"digest"`
	MadeAt   clock.Instant `db:"made_at" json:"made_at"`
	FiledBy  string        `db:"filed_by" json:"filed_by,omitempty"`
	FiledAt  clock.Instant `db:"filed_at" json:"filed_at,omitzero"`
}

var sheetColumns = store.Columns[Sheet]("")

// Text is the digest of the whole sheet as paper has it: groups of sixteen.
func (s *Sheet) Text() string { return grouped(s.Digest) }

func grouped(hash []byte) string {
	text := hex.EncodeToString(hash)
	var parts []string
	for i := 0; i < len(text); i += 16 {
		parts = append(parts, text[i:min(i+16, len(text))])
	}
	return strings.Join(parts, " ")
}

// Head (链头) is one line of a sheet: the number and hash of the last record of a chain.
type Head struct {
	CentreID string `db:"centre_id" json:"-"`
	SheetID  string `db:"sheet_id" json:"-"`
	Pos      int64  `db:"pos" json:"pos"`
	Chain    string `db:"chain" json:"chain"`
	Label    string `db:"label" json:"label"`
	Seq      int64  `db:"seq" json:"seq"`
	Hash     []byte `db:"hash" json:"hash"`
}

// Text is the hash as paper has it.
func (h *Head) Text() string { return grouped(h.Hash) }

// Chain is a chain of a centre besides those of the audit log. Chains of single objects (tickets, cases, matters) need none: the digest
// of each of their events is in a line of the audit log.
type Chain struct {
	Name, Label string
	// Head gives the number and hash of the last record; 0 where there is none.
	Head func(tx *store.Tx, centre string) (seq int64, hash []byte, err error)
	// Walk proves the chain and gives the hash of a record, nil where there is no such record, and what does not hold.
	Walk func(tx *store.Tx, centre string, seq int64) (hash []byte, faults []string, err error)
}

// Use adds a chain to the sheets. Call it before jobs run.
func (m *Module) Use(c Chain) { m.chains = append(m.chains, c) }

const jobSheet = "attest.sheet"

// sheetAt is when the sheet of the week before is made: on Monday before the office opens.
const sheetAt = 6 * time.Hour

// monday is the first day of a day's week.
func monday(d clock.Date) clock.Date {
	for d.Weekday() != time.Monday {
		d--
	}
	return d
}

// makeWeekly makes the sheet of the weeks that are over and have none, and comes again on Monday.
func (m *Module) makeWeekly(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	week := monday(tx.Now().Date())
	at := week.Start().Add(sheetAt)
	if tx.Now() < at {
		return jobs.Snooze(at), nil
	}
	if err := m.makeSheet(tx, j.CentreID, week-1); err != nil {
		return jobs.Done, err
	}
	return jobs.Snooze((week + 7).Start().Add(sheetAt)), nil
}

// makeSheet makes the sheet of the weeks after the last one up to a Sunday; where that has one, or nothing was ever recorded, it makes none.
func (m *Module) makeSheet(tx *store.Tx, centre string, until clock.Date) error {
	last, err := store.Select[Sheet](tx, "SELECT "+sheetColumns+" FROM attest_sheet WHERE centre_id = $1 ORDER BY until DESC LIMIT 1", centre)
	if err != nil || len(last) == 1 && last[0].Until >= until {
		return err
	}
	s := Sheet{CentreID: centre, ID: tx.NewID(), Since: until - 6, Until: until, MadeAt: tx.Now()}
	if len(last) == 1 {
		s.Since = last[0].Until + 1
	}
	heads, err := m.heads(tx, centre)
	if err != nil || len(heads) == 0 {
		return err
	}
	n, err := store.Get[int64](tx, `INSERT INTO attest_number (centre_id, series, n) VALUES ($1, $2, 1)
		ON CONFLICT (centre_id, series) DO UPDATE SET n = attest_number.n + 1 RETURNING n`, centre, "政务链"+strconv.Itoa(until.Year()))
	if err != nil {
		return err
	}
	s.No, s.Digest = fmt.Sprintf("政务链〔%d〕%05d号", until.Year(), n), digest(heads)
	for i := range heads {
		heads[i].CentreID, heads[i].SheetID = centre, s.ID
		if err := store.Insert(tx, "attest_head", heads[i]); err != nil {
			return err
		}
	}
	if err := store.Insert(tx, "attest_sheet", s); err != nil {
		return err
	}
	return audit.RecordIn(tx, centre, audit.Entry{Action: "attest.make_sheet", Kind: "chain_sheet", Object: s.ID, Detail: map[string]any{"no": s.No, "until": s.Until.String()}, Digest: s.Digest})
}

// digest is the sum of a whole sheet: what somebody who holds the paper needs to type.
func digest(heads []Head) []byte {
	l := chain.After([]byte{})
	for i := range heads {
		l.Text(heads[i].Chain)
		l.Number(heads[i].Seq)
		l.Bytes(heads[i].Hash)
	}
	return l.Hash()
}

// auditChain is the name of a chain of the audit log.
func auditChain(stream int64) string { return "audit/" + strconv.FormatInt(stream, 10) }

// heads are the lines of a sheet as they stand now; chains without a record have none.
func (m *Module) heads(tx *store.Tx, centre string) (out []Head, err error) {
	add := func(name, label string, seq int64, hash []byte) {
		if seq > 0 {
			out = append(out, Head{Pos: int64(len(out) + 1), Chain: name, Label: label, Seq: seq, Hash: hash})
		}
	}
	streams, err := audit.HeadsTx(tx, centre)
	if err != nil {
		return nil, err
	}
	for _, h := range streams {
		add(auditChain(h.Stream), fmt.Sprintf("审计日志 %d", h.Stream+1), h.Seq, h.Hash)
	}
	for _, c := range m.chains {
		seq, hash, err := c.Head(tx, centre)
		if err != nil {
			return nil, err
		}
		add(c.Name, c.Label, seq, hash)
	}
	return out, nil
}

const listPage = 50

// Sheets gives a page of the centre's sheets, newest first, and the cursor of the next.
func (m *Module) Sheets(ctx context.Context, after string) (list []Sheet, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	if after != "" {
		w.And("id < ?", after)
	}
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = store.Select[Sheet](tx, "SELECT "+sheetColumns+" FROM attest_sheet"+w.SQL()+" ORDER BY id DESC LIMIT "+strconv.Itoa(listPage+1), w.Args...)
		return err
	})
	if len(list) > listPage {
		list, next = list[:listPage], list[listPage-1].ID
	}
	return list, next, err
}

// SheetView is a sheet with its lines and, as paper, its code.
type SheetView struct {
	Sheet
	Heads []Head `json:"heads"`
	Paper Paper  `json:"paper"`
}

// Find gives one sheet for print.
func (m *Module) Find(ctx context.Context, sheet string) (v SheetView, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return v, err
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if v, err = sheetTx(tx, a.CentreID, sheet); err != nil {
			return err
		}
		v.Paper, err = m.IssueTx(tx, Input{CentreID: a.CentreID, Kind: "attest.sheet", Object: v.ID, No: v.No, Title: SheetTitle, Day: v.MadeAt.Date(),
			Facts: []Fact{{"期间", v.Since.String() + " 至 " + v.Until.String()}, {"总校验值", v.Text()}}})
		return err
	})
	return v, err
}

func sheetTx(tx *store.Tx, centre, sheet string) (v SheetView, err error) {
	if v.Sheet, err = store.Get[Sheet](tx, "SELECT "+sheetColumns+" FROM attest_sheet WHERE centre_id = $1 AND id = $2", centre, sheet); errors.Is(err, store.ErrNotFound) {
		return v, ErrSheet
	}
	if err == nil {
		v.Heads, err = store.Select[Head](tx, "SELECT "+store.Columns[Head]("")+" FROM attest_head WHERE centre_id = $1 AND sheet_id = $2 ORDER BY pos", centre, sheet)
	}
	return v, err
}

// File notes that the printed sheet was signed and filed (备案), once.
func (m *Module) File(ctx context.Context, sheet string) error {
	a := actor.From(ctx)
	if err := a.Require(PermFile); err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		s, err := store.Get[Sheet](tx, "SELECT "+sheetColumns+" FROM attest_sheet WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), a.CentreID, sheet)
		if errors.Is(err, store.ErrNotFound) {
			return ErrSheet
		}
		if err != nil || s.FiledAt != 0 {
			return err
		}
		s.FiledBy, s.FiledAt = a.UserID, tx.Now()
		if err := store.Update(tx, "attest_sheet", s, "centre_id", "id"); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "attest.file_sheet", Permission: PermFile, Kind: "chain_sheet", Object: s.ID, Detail: map[string]any{"no": s.No}, Digest: s.Digest})
	})
}
