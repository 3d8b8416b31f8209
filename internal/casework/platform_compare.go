package casework

import (
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Reconciliation (对账) compares the centre's own cases of a period with those of the platform. A case counts by its receipt
// here or its application there, whichever lies in the period. Ours is Same, Differing and OursOnly together; Theirs is Same,
// Differing and TheirsOnly.
type Reconciliation struct {
	From       clock.Date `json:"from"`
	To         clock.Date `json:"to"`
	Ours       int        `json:"ours"`
	Theirs     int        `json:"theirs"`
	Same       int        `json:"same"`
	Differing  int        `json:"differing"`
	OursOnly   int        `json:"ours_only"`
	TheirsOnly int        `json:"theirs_only"`
	// Kinds counts the differing pairs by what they differ in; a pair may differ in several things.
	Kinds       []KindOfDifference `json:"kinds"`
	Differences []Difference       `json:"differences"`      // the first of them
	OnlyOurs    []OneSided         `json:"only_ours"`        // the first of them
	OnlyTheirs  []OneSided         `json:"only_theirs"`      // the first of them
	Listed      int                `json:"listed,omitempty"` // how many a list holds at most
}

// Difference (对账差异) is a pair of cases that do not agree.
type Difference struct {
	No         string       `json:"no"`
	ExternalNo string       `json:"external_no"`
	PlatformID string       `json:"platform_id"`
	Item       string       `json:"item"`
	Fields     []FieldOfTwo `json:"fields"`
	// SeenAt is when an import last had the platform's case: an old one differs because nobody imported it again.
	SeenAt clock.Instant `json:"seen_at,omitzero"`
}

// KindOfDifference (差异种类) is how many pairs differ in a thing.
type KindOfDifference struct {
	Field string `json:"field"`
	Pairs int    `json:"pairs"`
}

// FieldOfTwo is one thing in which a pair differs.
type FieldOfTwo struct {
	Field  string `json:"field"`
	Ours   string `json:"ours"`
	Theirs string `json:"theirs"`
}

// OneSided is a case that one side has alone.
type OneSided struct {
	No         string        `json:"no,omitempty"` // ours
	ExternalNo string        `json:"external_no,omitempty"`
	PlatformID string        `json:"platform_id,omitempty"`
	Item       string        `json:"item"`
	State      string        `json:"state"`
	At         clock.Instant `json:"at"`
}

const (
	compareListed = 500
	compareMost   = 200_000
	compareDays   = 3 * 366
)

// ErrPeriod refuses a period that cannot be compared.
var ErrPeriod = errs.New(errs.Invalid, "casework.period", "请选择对账的起止日期，止期不早于起期，最长三年。")

// stages are the parts of a case's life that both sides know; finer states differ by nature.
func stageOf(s State) string {
	switch s {
	case Applied, Received, Correcting:
		return "受理前"
	case Accepted, Suspended, Reviewed:
		return "办理中"
	case Making, Deliver, Delivered:
		return "已决定未办结"
	case Closed, Archived:
		return "办结"
	}
	return s.Label()
}

// Reconcile compares ours with theirs over a period of days, both included.
func (m *Module) Reconcile(ctx context.Context, from, to clock.Date) (Reconciliation, error) {
	return m.reconcile(ctx, from, to, compareListed)
}

// compareColumns are the columns of the list of everything that a reconciliation found.
var compareColumns = []string{"结果", "本中心办件编号", "平台办件编号", "事项", "差异项", "本中心", "平台", "本中心状态", "平台状态", "日期", "平台最近导入"}

// CompareColumns lists the columns of ReconcileRows.
func CompareColumns() []string { return slices.Clone(compareColumns) }

// ReconcileRows gives everything that does not agree, a row for each thing (对账清单): the whole of what Reconcile lists the first of.
// That it was asked for is in the audit log first.
func (m *Module) ReconcileRows(ctx context.Context, from, to clock.Date, add func(cells []string) error) error {
	r, err := m.reconcile(ctx, from, to, 2*compareMost)
	if err != nil {
		return err
	}
	if err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "casework.reconcile_export", Permission: PermImport, Kind: "case", Object: "list", Detail: map[string]any{"from": from.String(), "to": to.String(), "differing": r.Differing, "ours_only": r.OursOnly, "theirs_only": r.TheirsOnly}})
	}); err != nil {
		return err
	}
	for _, d := range r.Differences {
		for _, f := range d.Fields {
			if err := add([]string{"有差异", d.No, d.ExternalNo, d.Item, f.Field, f.Ours, f.Theirs, "", "", "", d.SeenAt.String()}); err != nil {
				return err
			}
		}
	}
	for _, x := range r.OnlyOurs {
		if err := add([]string{"平台没有", x.No, "", x.Item, "", "", "", x.State, "", dayOr(x.At), ""}); err != nil {
			return err
		}
	}
	for _, x := range r.OnlyTheirs {
		if err := add([]string{"本中心没有", "", x.ExternalNo, x.Item, "", "", "", "", x.State, dayOr(x.At), ""}); err != nil {
			return err
		}
	}
	return nil
}

// reconcile compares, and lists the first of each kind of finding.
func (m *Module) reconcile(ctx context.Context, from, to clock.Date, listed int) (Reconciliation, error) {
	a := actor.From(ctx)
	r := Reconciliation{From: from, To: to, Listed: listed}
	if err := a.Require(PermImport); err != nil {
		return r, err
	}
	if from.IsZero() || to.IsZero() || to < from || to-from > compareDays {
		return r, ErrPeriod
	}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		r = Reconciliation{From: from, To: to, Listed: listed, Kinds: []KindOfDifference{}, Differences: []Difference{}, OnlyOurs: []OneSided{}, OnlyTheirs: []OneSided{}}
		ours, err := store.Select[Case](tx, "SELECT "+caseColumns+" FROM casework_case WHERE centre_id = $1 AND received_at >= $2 AND received_at < $3 ORDER BY received_at, id LIMIT $4", a.CentreID, from.Start(), to.End(), compareMost+1)
		if err != nil {
			return err
		}
		theirs, err := store.Select[PlatformCase](tx, "SELECT "+platformColumns+" FROM casework_platform WHERE centre_id = $1 AND original_time >= $2 AND original_time < $3 ORDER BY original_time, id LIMIT $4", a.CentreID, from.Start(), to.End(), compareMost+1)
		if err != nil {
			return err
		}
		if len(ours) > compareMost || len(theirs) > compareMost {
			return ErrPeriod.Say("这段时间的办件超过 %d 件，请分段对账。", compareMost)
		}
		if ours, theirs, err = complement(tx, a.CentreID, ours, theirs); err != nil {
			return err
		}
		r.compare(ours, theirs)
		return nil
	})
	return r, err
}

// complement adds to both sides the partners that lie outside the period.
func complement(tx *store.Tx, centre string, ours []Case, theirs []PlatformCase) ([]Case, []PlatformCase, error) {
	here, linked := map[CaseID]bool{}, map[CaseID]bool{}
	for i := range ours {
		here[ours[i].ID] = true
	}
	var wanted []CaseID
	for i := range theirs {
		if id := theirs[i].CaseID; id != "" {
			linked[id] = true
			if !here[id] {
				wanted = append(wanted, id)
				here[id] = true
			}
		}
	}
	var lonely []CaseID
	for i := range ours {
		if !linked[ours[i].ID] {
			lonely = append(lonely, ours[i].ID)
		}
	}
	for ; len(wanted) > 0; wanted = wanted[min(500, len(wanted)):] {
		w := (&store.Where{}).And("centre_id = ?", centre)
		store.In(w, "id", wanted[:min(500, len(wanted))])
		more, err := store.Select[Case](tx, "SELECT "+caseColumns+" FROM casework_case"+w.SQL()+" ORDER BY id", w.Args...)
		if err != nil {
			return nil, nil, err
		}
		ours = append(ours, more...)
	}
	for ; len(lonely) > 0; lonely = lonely[min(500, len(lonely)):] {
		w := (&store.Where{}).And("centre_id = ?", centre)
		store.In(w, "case_id", lonely[:min(500, len(lonely))])
		more, err := store.Select[PlatformCase](tx, "SELECT "+platformColumns+" FROM casework_platform"+w.SQL()+" AND case_id <> '' ORDER BY id", w.Args...)
		if err != nil {
			return nil, nil, err
		}
		theirs = append(theirs, more...)
	}
	return ours, theirs, nil
}

// compare matches the two sides: every case of either counts once. Two rows of the platform that name one case of ours are a pair
// and one of theirs alone.
func (r *Reconciliation) compare(ours []Case, theirs []PlatformCase) {
	r.Ours, r.Theirs = len(ours), len(theirs)
	byCase := map[CaseID]*PlatformCase{}
	for i := range theirs {
		t := &theirs[i]
		if t.CaseID != "" && byCase[t.CaseID] == nil {
			byCase[t.CaseID] = t
			continue
		}
		r.TheirsOnly++
		if len(r.OnlyTheirs) < r.Listed {
			r.OnlyTheirs = append(r.OnlyTheirs, OneSided{ExternalNo: t.ExternalNo, PlatformID: t.ID, Item: t.ItemName, State: t.State.Label(), At: t.OriginalTime})
		}
	}
	for i := range ours {
		c := &ours[i]
		t := byCase[c.ID]
		if t == nil {
			r.OursOnly++
			if len(r.OnlyOurs) < r.Listed {
				r.OnlyOurs = append(r.OnlyOurs, OneSided{No: c.No, Item: c.ItemName, State: c.State.Label(), At: c.ReceivedAt})
			}
			continue
		}
		fields := differ(c, t)
		if len(fields) == 0 {
			r.Same++
			continue
		}
		r.Differing++
		r.kinds(fields)
		if len(r.Differences) < r.Listed {
			r.Differences = append(r.Differences, Difference{No: c.No, ExternalNo: t.ExternalNo, PlatformID: t.ID, Item: c.ItemName, Fields: fields, SeenAt: max(t.SeenAt, t.ChangedAt)})
		}
	}
}

// kinds counts what a pair differs in.
func (r *Reconciliation) kinds(fields []FieldOfTwo) {
	for _, f := range fields {
		i := slices.IndexFunc(r.Kinds, func(k KindOfDifference) bool { return k.Field == f.Field })
		if i < 0 {
			r.Kinds, i = append(r.Kinds, KindOfDifference{Field: f.Field}), len(r.Kinds)
		}
		r.Kinds[i].Pairs++
	}
}

// differ lists in what a pair differs: the stage, and the days of application, acceptance, decision and closing.
func differ(c *Case, t *PlatformCase) []FieldOfTwo {
	var out []FieldOfTwo
	if ours, theirs := stageOf(c.State), stageOf(t.State); ours != theirs {
		out = append(out, FieldOfTwo{"状态", c.State.Label(), t.State.Label()})
	}
	for _, x := range []struct {
		label        string
		ours, theirs clock.Instant
	}{{"申请日期", c.ReceivedAt, t.OriginalTime}, {"受理日期", c.AcceptedAt, t.AcceptedAt}, {"决定日期", c.DecidedAt, t.DecidedAt}, {"办结日期", c.ClosedAt, t.ClosedAt}} {
		if x.label == "决定日期" && (x.ours == 0 || x.theirs == 0) { // many exports leave it out
			continue
		}
		if ours, theirs := dayOr(x.ours), dayOr(x.theirs); ours != theirs {
			out = append(out, FieldOfTwo{x.label, ours, theirs})
		}
	}
	return out
}

func dayOr(at clock.Instant) string {
	if at == 0 {
		return "—"
	}
	return at.Date().String()
}
