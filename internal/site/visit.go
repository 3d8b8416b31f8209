package site

import (
	"context"
	"encoding/json"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// VisitKind is what sort of look at a site it is.
type VisitKind string

// The kinds of visit.
const (
	Guidance VisitKind = "guidance" // 业务指导
	Check    VisitKind = "check"    // 检查
	SelfMade VisitKind = "self"     // 自评
)

// Label is the kind in Chinese.
func (k VisitKind) Label() string {
	return map[VisitKind]string{Guidance: "业务指导", Check: "检查", SelfMade: "自评"}[k]
}

// Mark is what an item was found to be.
type Mark string

// The marks of an item.
const (
	Met    Mark = "met"    // 符合
	Partly Mark = "partly" // 部分符合，得一半
	Unmet  Mark = "unmet"  // 不符合
	Absent Mark = "na"     // 不涉及，不计分
)

// Label is the mark in Chinese.
func (k Mark) Label() string {
	return map[Mark]string{Met: "符合", Partly: "部分符合", Unmet: "不符合", Absent: "不涉及"}[k]
}

// Result (检查结果) is what was found of one item.
type Result struct {
	Mark Mark   `json:"mark" enum:"met,partly,unmet,na" doc:"符合、部分符合、不符合、不涉及"`
	Note string `json:"note,omitempty" maxLength:"500" doc:"问题或说明"`
}

// The states of a visit.
const (
	VisitNoted   = "noted"   // 已登记
	VisitWaiting = "waiting" // 自评待评定
	VisitStarred = "starred" // 已评星级
)

// Visit (指导检查) is one look at a site by the checklist of its day.
type Visit struct {
	CentreID  string            `db:"centre_id" json:"-"`
	ID        string            `db:"id" json:"id"`
	SiteID    string            `db:"site_id" json:"site_id"`
	Kind      VisitKind         `db:"kind" json:"kind"`
	Day       clock.Date        `db:"day" json:"day"`
	Visitors  string            `db:"visitors" json:"visitors"`
	Summary   string            `db:"summary" json:"summary,omitempty"`
	Evidence  string            `db:"evidence" json:"evidence,omitempty"`
	ListText  string            `db:"checklist" json:"-"`
	Checklist Checklist         `db:"-" json:"checklist"`
	Marks     string            `db:"results" json:"-"`
	Results   map[string]Result `db:"-" json:"results"`
	Got       int64             `db:"got" json:"got"`   // in halves of a point
	Most      int64             `db:"most" json:"most"` // in halves of a point
	State     string            `db:"state" json:"state"`
	Stars     int64             `db:"stars" json:"stars"`
	StarredAt clock.Instant     `db:"starred_at" json:"starred_at,omitzero"`
	StarredBy string            `db:"starred_by" json:"starred_by,omitempty"`
	Remark    string            `db:"remark" json:"remark,omitempty"`
	At        clock.Instant     `db:"at" json:"at"`
	ByUser    string            `db:"by_user" json:"by_user"`
	Version   int64             `db:"version" json:"version"`
}

func (v *Visit) of() (org.Row, int64) {
	return org.Row{CentreID: v.CentreID, SiteID: v.SiteID}, v.Version
}

func (v *Visit) read() error {
	if err := json.Unmarshal([]byte(v.ListText), &v.Checklist); err != nil {
		return err
	}
	return json.Unmarshal([]byte(v.Marks), &v.Results)
}

// VisitInput is what was found on a visit, or what a site says of itself.
type VisitInput struct {
	SiteID   string            `json:"site_id" maxLength:"40" doc:"站点；自评时不用写"`
	Kind     VisitKind         `json:"kind" enum:"guidance,check,self" doc:"业务指导、检查或自评"`
	Day      clock.Date        `json:"day"`
	Visitors string            `json:"visitors,omitempty" maxLength:"100" doc:"检查人员"`
	Summary  string            `json:"summary,omitempty" maxLength:"2000" doc:"总体情况"`
	Evidence string            `json:"evidence,omitempty" maxLength:"500" doc:"佐证材料的名称和编号；自评必写"`
	Results  map[string]Result `json:"results" doc:"每个检查项的结果，按编号"`
	// Key is the idempotency key (幂等键) of the request; "" for none.
	Key string `json:"-"`
}

func (in *VisitInput) validate(today clock.Date) error {
	e := ErrInput
	if in.Kind.Label() == "" {
		e = e.Field("kind", "请选择业务指导、检查或自评。")
	}
	if in.Day.IsZero() || in.Day > today {
		e = e.Field("day", "请填写日期，不能晚于今天。")
	}
	if !within(&in.Visitors, 1, 100) && in.Kind != SelfMade {
		e = e.Field("visitors", "请填写检查人员，100 个字以内。")
	}
	if !within(&in.Summary, 0, 2000) {
		e = e.Field("summary", "总体情况最多 2000 个字。")
	}
	if ok := within(&in.Evidence, 0, 500); !ok || in.Kind == SelfMade && in.Evidence == "" {
		e = e.Field("evidence", "请写明佐证材料（照片编号、台账、文号等），500 个字以内。")
	}
	return e.OrNil()
}

// Points adds up a visit in halves of a point: a partly met item gets half, what does not apply is left out of both sums.
// It fails where an item has no mark, or one that is not met says no reason.
func (l *Checklist) Points(results map[string]Result) (got, most int64, err error) {
	e := ErrInput
	for _, x := range l.Items {
		r := results[x.Code]
		if r.Mark.Label() == "" {
			e = e.Field("mark."+x.Code, "请选择“%s”的结果。", x.Text)
		}
		if ok := within(&r.Note, 0, 500); !ok || (r.Mark == Partly || r.Mark == Unmet) && r.Note == "" {
			e = e.Field("note."+x.Code, "请写明“%s”的问题，500 个字以内。", x.Text)
		}
		if r.Mark != Absent {
			most += 2 * x.Points
		}
		switch r.Mark {
		case Met:
			got += 2 * x.Points
		case Partly:
			got += x.Points
		}
	}
	return got, most, e.OrNil()
}

// MakeVisit enters a visit (指导检查): every item that is not met becomes a finding with a day by which it is put right. A
// self-assessment (自评) makes no findings; it waits for its stars.
func (m *Module) MakeVisit(ctx context.Context, in VisitInput) (Visit, error) {
	a := actor.From(ctx)
	p := PermVisit
	if in.Kind == SelfMade {
		p = PermSelfAssess
		if a.SiteID != "" && in.SiteID == "" {
			in.SiteID = a.SiteID
		}
	}
	if err := a.Require(p); err != nil {
		return Visit{}, err
	}
	if err := in.validate(m.db.Clock().Now().Date()); err != nil {
		return Visit{}, err
	}
	var v Visit
	var prior string
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		id := tx.NewID()
		var repeated bool
		var err error
		if prior, repeated, err = once.ClaimContent(tx, in.Key, "site.visit_make", in, id); err != nil || repeated {
			return err
		}
		prior = ""
		if _, err := m.org.SiteTx(tx, a.CentreID, in.SiteID); err != nil || !org.Sees(a, p, org.Row{CentreID: a.CentreID, SiteID: in.SiteID}) {
			return ErrInput.Field("site_id", "请选择站点。")
		}
		l, err := currentChecklist(tx, a.CentreID)
		if err != nil {
			return err
		}
		got, most, err := l.Points(in.Results)
		if err != nil {
			return err
		}
		v = Visit{CentreID: a.CentreID, ID: id, SiteID: in.SiteID, Kind: in.Kind, Day: in.Day, Visitors: in.Visitors, Summary: in.Summary, Evidence: in.Evidence, Checklist: l, Results: in.Results,
			Got: got, Most: most, State: VisitNoted, At: tx.Now(), ByUser: a.UserID, Version: 1}
		if in.Kind == SelfMade {
			v.State = VisitWaiting
		}
		if err := v.insert(tx); err != nil {
			return err
		}
		found, err := m.findings(tx, &v)
		if err != nil {
			return err
		}
		return record(tx, "site.visit_make", p, v.ID, map[string]any{"site": v.SiteID, "kind": v.Kind, "got": got, "most": most, "findings": found})
	})
	if prior != "" {
		sheet, err := m.Visit(ctx, prior)
		return sheet.Visit, err
	}
	return v, err
}

func (v *Visit) insert(tx *store.Tx) error {
	list, err := json.Marshal(v.Checklist)
	if err != nil {
		return err
	}
	marks, err := json.Marshal(v.Results)
	if err != nil {
		return err
	}
	v.ListText, v.Marks = string(list), string(marks)
	return store.Insert(tx, "site_visit", v)
}

// findings makes the findings of a visit.
func (m *Module) findings(tx *store.Tx, v *Visit) (int, error) {
	if v.Kind == SelfMade {
		return 0, nil
	}
	due, err := m.dueIn(tx, v.CentreID, v.Checklist.RectifyDays)
	n := 0
	for _, x := range v.Checklist.Items {
		r := v.Results[x.Code]
		if err != nil || r.Mark != Partly && r.Mark != Unmet {
			continue
		}
		n++
		err = store.Insert(tx, "site_finding", Finding{CentreID: v.CentreID, ID: tx.NewID(), VisitID: v.ID, SiteID: v.SiteID, Item: x.Text, Text: r.Note, Due: due, State: FindingOpen, Version: 1})
	}
	return n, err
}

// Star rates a self-assessment (评定星级): by the points of the checklist, or lower with a reason.
func (m *Module) Star(ctx context.Context, id string, version, stars int64, remark string) (Visit, error) {
	a := actor.From(ctx)
	if err := a.Require(PermStar); err != nil {
		return Visit{}, err
	}
	var v Visit
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if v, err = load(tx, a, PermStar, "site_visit", id, version, (*Visit).of); err != nil {
			return err
		}
		if err := v.read(); err != nil {
			return err
		}
		if v.State != VisitWaiting {
			return ErrState
		}
		if most := v.Checklist.StarsFor(v.Got, v.Most); stars < 0 || stars > most {
			return ErrInput.Field("stars", "按得分最多评 %d 星。", most)
		} else if ok := within(&remark, 0, 500); !ok || stars < most && remark == "" {
			return ErrInput.Field("remark", "低于得分对应的星级时，请写明理由，500 个字以内。")
		}
		v.State, v.Stars, v.Remark, v.StarredAt, v.StarredBy, v.Version = VisitStarred, stars, remark, tx.Now(), a.UserID, v.Version+1
		if err := store.Update(tx, "site_visit", v, "centre_id", "id"); err != nil {
			return err
		}
		return record(tx, "site.visit_star", PermStar, v.ID, map[string]any{"site": v.SiteID, "stars": stars})
	})
	return v, err
}

// Visits lists the visits that the actor may see, the newest first; site restricts them where not empty.
func (m *Module) Visits(ctx context.Context, site, before string) ([]Visit, string, error) {
	w := &store.Where{}
	if site != "" {
		w.And("site_id = ?", site)
	}
	out, next, err := list(ctx, m.db, PermVisitRead, "site_visit", org.Columns{Centre: "centre_id", Site: "site_id"}, w, before, func(v *Visit) string { return v.ID })
	for i := range out {
		if err == nil {
			err = out[i].read()
		}
	}
	return out, next, err
}

// VisitSheet (检查全貌) is a visit with its findings.
type VisitSheet struct {
	Visit
	Site     string    `json:"site_name"`
	Findings []Finding `json:"findings"`
}

// Visit gives one visit.
func (m *Module) Visit(ctx context.Context, id string) (VisitSheet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermVisitRead); err != nil {
		return VisitSheet{}, err
	}
	var s VisitSheet
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		v, err := find(tx, a, PermVisitRead, "site_visit", id, "", (*Visit).of)
		if err != nil {
			return err
		}
		s = VisitSheet{Visit: v}
		if err := s.read(); err != nil {
			return err
		}
		at, err := m.org.SiteTx(tx, a.CentreID, v.SiteID)
		if err != nil {
			return err
		}
		s.Site = at.Name
		s.Findings, err = store.Select[Finding](tx, "SELECT "+store.Columns[Finding]("")+" FROM site_finding WHERE centre_id = $1 AND visit_id = $2 ORDER BY id", a.CentreID, id)
		if err != nil {
			return err
		}
		return withFiles(tx, a.CentreID, s.Findings)
	})
	return s, err
}
