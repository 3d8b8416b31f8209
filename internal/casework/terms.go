package casework

import (
	"slices"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Terms (办件条件) are what a case takes from the version of its item that it is pinned to. The version never changes, so
// neither do they.
type Terms struct {
	item.Content
	ItemID    string
	VersionID string
}

// permitLaw45 is the basis of a special procedure for which the item names none of its own.
const permitLaw45 = "《中华人民共和国行政许可法》第四十五条"

// suspension gives the legal basis of a kind of special procedure (特别程序) for the item. The kinds are the closed list of
// 行政许可法 art. 45; a survey of the place is not on it and stops the clock only where the item names its own legal basis
// (hall reference §1.1). An item that lists its procedures is held to its list.
func (t *Terms) suspension(kind string) (basis string, err error) {
	rule, listed := t.Suspension(kind)
	switch {
	case listed && (rule.Basis != "" || kind != item.Survey):
		return or(rule.Basis, permitLaw45), nil
	case len(t.Suspensions) == 0 && kind != item.Survey && org.LabelOf(item.SuspensionKinds(), kind) != kind:
		return permitLaw45, nil
	}
	return "", ErrTypeNotAllowed.With("type", kind)
}

// within refuses a special procedure that is planned for longer than the item allows (最长时间). Its days are those of [start, end),
// as the clocks leave them out, with the expected end where no end is fixed; months and years run to the same day.
func (t *Terms) within(c *calendar.Calendar, s calendar.Suspension) error {
	rule, _ := t.Suspension(s.Type)
	field, end := "end", s.End
	if s.Open() {
		field, end = "expected", s.Expected
	}
	longest := clock.Date(0)
	switch n := rule.Max.N; {
	case n <= 0 || s.Start <= 0 || end <= s.Start:
		return nil
	case rule.Max.Unit == item.Workday:
		if int(end-s.Start) <= 2*n+30 && c.WorkdaysBetween(s.Start-1, end-1) <= n { // so many days always hold more than n working ones
			return nil
		}
	case rule.Max.Unit == item.Day:
		longest = s.Start + clock.Date(n)
	case rule.Max.Unit == item.Month:
		longest = calendar.AddMonths(s.Start, n)
	case rule.Max.Unit == item.Year:
		longest = calendar.AddMonths(s.Start, 12*n)
	}
	if longest != 0 && end <= longest {
		return nil
	}
	text := "本事项规定" + ProcedureLabel(s.Type) + "最长 " + rule.Max.Label()
	return ErrTooLong.Say("%s，计划的时间超过了，没有提请。请改结束日期。", text).Field(field, "%s。", text).With("max", rule.Max.Label())
}

// Procedures lists the special procedures that a case of the item may use.
func (t *Terms) Procedures() []org.Choice {
	return slices.DeleteFunc(item.SuspensionKinds(), func(c org.Choice) bool {
		_, err := t.suspension(c.Value)
		return err != nil
	})
}

// ProcedureLabel is the Chinese name of a special procedure.
func ProcedureLabel(kind string) string { return org.LabelOf(item.SuspensionKinds(), kind) }

// extension is how many working days a decision may be put off (行政许可法 art. 42): 10, or 15 where organs act together.
func (t *Terms) extension() int {
	if t.Joint.Active() {
		return 15
	}
	return 10
}

// stages are the stages of an item's steps (环节) that states are.
var stages = map[State]string{Received: item.StageReceive, Accepted: item.StageExamine, Reviewed: item.StageDecide, Making: item.StageMake, Deliver: item.StageDeliver}

// stepLimit gives the limit of the stage that a state is; the zero Limit where the item sets none.
func (t *Terms) stepLimit(s State) item.Limit {
	if stage, ok := stages[s]; ok {
		return t.StageLimit(stage)
	}
	return item.Limit{}
}

// statutory is the limit of the law where the item leaves it open: for a permit the law's 20 working days, or 45 where organs act together.
func (t *Terms) statutory() item.Limit {
	switch {
	case !t.Statutory.IsZero():
		return t.Statutory
	case t.Kind != item.Permit:
		return item.Limit{}
	case t.Joint.Active():
		return item.Limit{N: 45, Unit: item.Workday}
	}
	return item.Limit{N: 20, Unit: item.Workday}
}

// Online reports whether the item may be applied for on the centre's pages (办理形式: 电脑端 or 移动端).
func (t *Terms) Online() bool { return OnlineChannels(t.Channels) }

// OnlineChannels reports whether the channels of an item's guide (办理形式) let people apply online.
func OnlineChannels(channels []string) bool {
	return slices.Contains(channels, "2") || slices.Contains(channels, "3")
}

func (t *Terms) correction() item.Limit {
	if t.Correction.IsZero() || t.Correction.N == 0 {
		return item.Limit{N: supplyDays, Unit: item.Workday}
	}
	return t.Correction
}

// instant reports whether a case of the item is decided on the day (即办件).
func (t *Terms) instant() bool { return t.CaseKind == item.Instant }

// missing lists the materials that the applicant must hand in and that are not among those he did.
func (t *Terms) missing(parts []CaseMaterial) []item.Material {
	var out []item.Material
	for _, r := range parts {
		if mat, ok := t.Material(r.MaterialID); ok && mat.Handed() && r.State == MaterialMissing {
			out = append(out, mat)
		}
	}
	return out
}

// Missing lists the materials of the case that the applicant has still to bring.
func (s *Sheet) Missing() []item.Material { return s.terms.missing(s.Materials) }

// termsOf reads the terms of a version.
func (m *Module) termsOf(tx *store.Tx, centre, version string) (Terms, error) {
	v, err := m.item.VersionTx(tx, centre, version)
	if err != nil {
		return Terms{}, err
	}
	c, err := v.Content()
	return Terms{Content: c, ItemID: v.ItemID, VersionID: v.ID}, err
}

// inForce reads the terms of an item that hold on a day. It refuses one that is not in force (NOT_IN_FORCE).
func (m *Module) inForce(tx *store.Tx, centre, id string, day clock.Date) (item.Item, Terms, error) {
	it, err := m.item.ItemTx(tx, centre, id)
	if err != nil {
		return it, Terms{}, err
	}
	v, err := m.item.InForceTx(tx, centre, id, day)
	if errs.CodeOf(err) == errs.CodeOf(item.ErrNotInForce) {
		why := errs.As(err)
		if why.Public == item.ErrNotInForce.Public {
			return it, Terms{}, ErrNotInForce
		}
		return it, Terms{}, ErrNotInForce.Say("%s", why.Public).With("successors", why.Detail["successors"]) // codes of what took its place
	}
	if err != nil {
		return it, Terms{}, err
	}
	c, err := v.Content()
	return it, Terms{Content: c, ItemID: it.ID, VersionID: v.ID}, err
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
