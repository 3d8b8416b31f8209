package workforce

import (
	"cmp"
	"slices"
)

// EntryKind is whether an event takes or gives points.
type EntryKind string

// The kinds of event.
const (
	Deduct EntryKind = "deduct" // 扣分
	Bonus  EntryKind = "bonus"  // 加分
	Refund EntryKind = "refund" // 更正返还: of points that a locked sheet took wrongly
)

// Label is the kind's Chinese name.
func (k EntryKind) Label() string {
	return map[EntryKind]string{Deduct: "扣分", Bonus: "加分", Refund: "更正返还"}[k]
}

// Entry is an event as the sheet counts it. One without a person is of the whole window.
type Entry struct {
	ID     string    `json:"id"`
	UserID string    `json:"user_id"`
	UnitID string    `json:"unit_id"`
	Kind   EntryKind `json:"kind"`
	Code   string    `json:"code"`
	Points int64     `json:"points"` // hundredths, not negative
}

// Subject is who is on a sheet.
type Subject struct {
	UserID string `json:"user_id"` // "" for the window of the unit
	Name   string `json:"name"`
	UnitID string `json:"unit_id"`
	Unit   string `json:"unit"`
	SiteID string `json:"site_id"`
	Chief  bool   `json:"chief"`
}

// ItemSum is what an item loses on a row.
type ItemSum struct {
	Code string `json:"code"`
	Lost int64  `json:"lost"`
}

// ScoreRow (考核结果) is what a sheet says about one person or one window. Raw = Base + Bonus + Refund − Lost − Share; Score
// is Raw, or 0 below it where the rules have a floor.
type ScoreRow struct {
	Subject
	Base       int64     `json:"base"`
	Items      []ItemSum `json:"items"`
	Lost       int64     `json:"lost"`
	BonusAsked int64     `json:"bonus_asked"` // before the cap
	Bonus      int64     `json:"bonus"`
	Refund     int64     `json:"refund"`
	WindowLoss int64     `json:"window_loss,omitempty"` // what the chief representative's share is of
	Share      int64     `json:"share"`
	Raw        int64     `json:"raw"`
	Score      int64     `json:"score"`
	Band       string    `json:"band"`
	Veto       bool      `json:"veto,omitempty"`
	Place      int       `json:"place"`
	Entries    []string  `json:"entries,omitempty"` // events that it counts
}

// Compute applies the rules to the events of a month: first the people by place, then the windows by place. It is a pure
// function; the same rules, subjects and entries give the same rows.
func Compute(d *Definition, subjects []Subject, entries []Entry) []ScoreRow {
	people := make([]ScoreRow, 0, len(subjects))
	windows := map[string]Subject{}
	for _, s := range subjects {
		people = append(people, d.row(s, entries))
		windows[s.UnitID] = Subject{Name: s.Unit, UnitID: s.UnitID, Unit: s.Unit, SiteID: s.SiteID}
	}
	var units []ScoreRow
	for _, id := range keysOf(windows) {
		units = append(units, d.row(windows[id], entries))
	}
	place(people)
	place(units)
	return append(people, units...)
}

// row scores one subject.
func (d *Definition) row(s Subject, entries []Entry) ScoreRow {
	r := ScoreRow{Subject: s, Base: d.Base}
	lost := map[string]int64{}
	for _, e := range entries {
		c, _ := d.charge(e.Code)
		if s.UserID == "" && !d.ofWindow(e, s.UnitID) || s.UserID != "" && e.UserID != s.UserID {
			continue
		}
		r.Entries = append(r.Entries, e.ID)
		switch e.Kind {
		case Bonus:
			r.BonusAsked += e.Points
		case Refund:
			r.Refund += e.Points
		default:
			lost[c.Item] += e.Points
			r.Lost += e.Points
			r.Veto = r.Veto || c.Veto
		}
	}
	for _, it := range d.Items {
		r.Items = append(r.Items, ItemSum{it.Code, lost[it.Code]})
	}
	r.Bonus = min(r.BonusAsked, d.BonusCap)
	if s.Chief {
		r.WindowLoss, r.Share = d.share(s, entries)
	}
	r.Raw = r.Base + r.Bonus + r.Refund - r.Lost - r.Share
	r.Score = r.Raw
	if d.Floor {
		r.Score = max(r.Score, 0)
	}
	r.Band = d.band(r.Score)
	return r
}

// ofWindow reports whether an event counts for the window of a unit: those without a person, and those of its people that
// are shared.
func (d *Definition) ofWindow(e Entry, unit string) bool {
	if e.UnitID != unit {
		return false
	}
	c, _ := d.charge(e.Code)
	return e.UserID == "" || e.Kind == Deduct && c.Shared
}

// share is the chief representative's part of what the window loses beside his own loss, rounded half up once.
func (d *Definition) share(chief Subject, entries []Entry) (loss, part int64) {
	for _, e := range entries {
		if e.Kind == Deduct && e.UserID != chief.UserID && d.ofWindow(e, chief.UnitID) {
			loss += e.Points
		}
	}
	return loss, (2*loss*d.ShareNum + d.ShareDen) / (2 * d.ShareDen)
}

func (d *Definition) band(score int64) string {
	switch {
	case score >= d.PassFrom:
		return "合格"
	case score >= d.NearlyFrom:
		return "基本合格"
	}
	return "不合格"
}

// place sorts by score and gives places; equal scores share one.
func place(rows []ScoreRow) {
	slices.SortStableFunc(rows, func(a, b ScoreRow) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Name, b.Name), cmp.Compare(a.UserID, b.UserID))
	})
	for i := range rows {
		rows[i].Place = i + 1
		if i > 0 && rows[i].Score == rows[i-1].Score {
			rows[i].Place = rows[i-1].Place
		}
	}
}
