package site

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/evidence"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// The states of a finding.
const (
	FindingOpen     = "open"     // 待整改
	FindingAnswered = "answered" // 待复查
	FindingClosed   = "closed"   // 已销号
)

// Finding (问题) is something that a site has to put right (整改).
type Finding struct {
	CentreID   string        `db:"centre_id" json:"-"`
	ID         string        `db:"id" json:"id"`
	VisitID    string        `db:"visit_id" json:"visit_id"`
	SiteID     string        `db:"site_id" json:"site_id"`
	Item       string        `db:"item" json:"item"`
	Text       string        `db:"text" json:"text"`
	Due        clock.Instant `db:"due_at" json:"due"`
	State      string        `db:"state" json:"state"`
	Answer     string        `db:"answer" json:"answer,omitempty"`
	Evidence   string        `db:"evidence" json:"evidence,omitempty"`
	AnsweredAt clock.Instant `db:"answered_at" json:"answered_at,omitzero"`
	AnsweredBy string        `db:"answered_by" json:"answered_by,omitempty"`
	Remark     string        `db:"remark" json:"remark,omitempty"`
	CheckedAt  clock.Instant `db:"checked_at" json:"checked_at,omitzero"`
	CheckedBy  string        `db:"checked_by" json:"checked_by,omitempty"`
	Turns      int64         `db:"turns" json:"turns"` // how often it was sent back
	Version    int64         `db:"version" json:"version"`
	// Files are photographs and papers of before and after, where a finding is shown with its visit.
	Files []evidence.File `db:"-" json:"files,omitempty"`
}

func (f *Finding) of() (org.Row, int64) {
	return org.Row{CentreID: f.CentreID, SiteID: f.SiteID}, f.Version
}

// FindingLabel is a state of a finding in Chinese.
func FindingLabel(state string) string {
	return map[string]string{FindingOpen: "待整改", FindingAnswered: "待复查", FindingClosed: "已销号"}[state]
}

// Late reports whether a finding was not answered by its end, or is past it now.
func (f *Finding) Late(now clock.Instant) bool {
	if f.State == FindingOpen {
		return now > f.Due
	}
	return f.AnsweredAt > f.Due
}

func (m *Module) moveFinding(ctx context.Context, action string, p actor.Permission, id string, version int64, from string, step func(tx *store.Tx, f *Finding) error) (Finding, error) {
	a := actor.From(ctx)
	if err := a.Require(p); err != nil {
		return Finding{}, err
	}
	var f Finding
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if f, err = load(tx, a, p, "site_finding", id, version, (*Finding).of); err != nil {
			return err
		}
		if f.State != from {
			return ErrState
		}
		if err := step(tx, &f); err != nil {
			return err
		}
		f.Version++
		if err := store.Update(tx, "site_finding", f, "centre_id", "id"); err != nil {
			return err
		}
		return record(tx, action, p, f.ID, map[string]any{"site": f.SiteID, "state": f.State})
	})
	return f, err
}

// Rectify says what the site has done about a finding (整改回告).
func (m *Module) Rectify(ctx context.Context, id string, version int64, answer, evidence string) (Finding, error) {
	e := ErrInput
	if !within(&answer, 1, 1000) {
		e = e.Field("answer", "请写明整改情况，1000 个字以内。")
	}
	if !within(&evidence, 1, 500) {
		e = e.Field("evidence", "请写明佐证材料（照片编号、台账、文号等），500 个字以内。")
	}
	if err := e.OrNil(); err != nil {
		return Finding{}, err
	}
	return m.moveFinding(ctx, "site.finding_rectify", PermRectify, id, version, FindingOpen, func(tx *store.Tx, f *Finding) error {
		f.State, f.Answer, f.Evidence, f.AnsweredAt, f.AnsweredBy = FindingAnswered, answer, evidence, tx.Now(), actor.From(ctx).UserID
		return nil
	})
}

// Recheck closes a finding that was put right (复查销号), or sends it back with a reason and a new end.
func (m *Module) Recheck(ctx context.Context, id string, version int64, done bool, remark string) (Finding, error) {
	if ok := within(&remark, 0, 500); !ok || !done && remark == "" {
		return Finding{}, ErrInput.Field("remark", "没有整改到位的，请写明还差什么，500 个字以内。")
	}
	return m.moveFinding(ctx, "site.finding_recheck", PermVisit, id, version, FindingAnswered, func(tx *store.Tx, f *Finding) (err error) {
		f.State, f.Remark, f.CheckedAt, f.CheckedBy = FindingClosed, remark, tx.Now(), actor.From(ctx).UserID
		if !done {
			f.State, f.Turns = FindingOpen, f.Turns+1
			f.Due, err = m.dueIn(tx, f.CentreID, sentBackDays)
		}
		return err
	})
}

// sentBackDays is how many working days a site has for what was not put right.
const sentBackDays = 5

// OpenFindings lists what is not closed and the actor may see, by its end.
func (m *Module) OpenFindings(ctx context.Context) ([]Finding, error) {
	a := actor.From(ctx)
	if err := a.Require(PermVisitRead); err != nil {
		return nil, err
	}
	cond, args := org.Filter(a, PermVisitRead, org.Columns{Centre: "centre_id", Site: "site_id"})
	w := (&store.Where{}).And("centre_id = ?", a.CentreID).And("state <> 'closed'").And(cond, args...)
	var out []Finding
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Finding](tx, "SELECT "+store.Columns[Finding]("")+" FROM site_finding"+w.SQL()+" ORDER BY due_at, id LIMIT 200", w.Args...)
		return err
	})
	return out, err
}
