package exchange

import (
	"context"
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// UsageFilter chooses usage records.
type UsageFilter struct {
	CaseID  string
	GrantID string
	Refused bool
	After   int64 // number of the last one of the page before
	Limit   int
}

// UsageRow is a usage record as the log shows it.
type UsageRow struct {
	Usage
	Unit     string   `json:"unit_name"`
	Provider string   `json:"provider_name"`
	Names    []string `json:"field_names"` // of the fields, as the catalogue calls them
}

// Usages lists the usage records that the actor may see, newest first: his own, his unit's or site's, or the centre's.
// Who may see the outline only gets neither the person who used the data, nor the case, nor the subject, and finds nothing by
// a case: which case a record belongs to is not in the outline.
func (m *Module) Usages(ctx context.Context, f UsageFilter) (list []UsageRow, next int64, err error) {
	a := actor.From(ctx)
	if !a.Can(PermUsageRead) {
		if err := a.Require(PermUsageMeta); err != nil {
			return nil, 0, err
		}
	}
	w := usageReach(a)
	if f.CaseID != "" {
		if w = usageReachOf(a, a.Scope(PermUsageRead)); !a.Can(PermUsageRead) {
			return nil, 0, nil
		}
		w.And("case_id = ?", f.CaseID)
	}
	if f.GrantID != "" {
		w.And("grant_id = ?", f.GrantID)
	}
	if f.Refused {
		w.And("outcome = ?", Refused)
	}
	if f.After > 0 {
		w.And("seq < ?", f.After)
	}
	n := f.Limit
	if n <= 0 || n > ListPage {
		n = ListPage
	}
	err = m.DB.Read(ctx, func(tx *store.Tx) error {
		list, err = store.Select[UsageRow](tx, "SELECT "+usageColumns+" FROM exchange_usage"+w.SQL()+" ORDER BY seq DESC LIMIT "+itoa(n+1), w.Args...)
		if err != nil {
			return err
		}
		if len(list) > n {
			list, next = list[:n], list[n-1].Seq
		}
		return m.nameUsages(tx, a, list)
	})
	return list, next, err
}

// usageReach narrows the records to those on which the actor holds the permission, by one column each.
func usageReach(a *actor.Actor) *store.Where {
	return usageReachOf(a, max(a.Scope(PermUsageRead), a.Scope(PermUsageMeta)))
}

func usageReachOf(a *actor.Actor, scope actor.Scope) *store.Where {
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	switch {
	case scope >= actor.Centre:
	case scope == actor.Unit:
		store.In(w, "unit_id", units(a))
	case scope == actor.Site && a.SiteID != "":
		w.And("site_id = ?", a.SiteID)
	default:
		w.And("actor_id = ?", a.UserID)
	}
	return w
}

func units(a *actor.Actor) []string {
	if a.UnitID == "" || slices.Contains(a.UnitIDs, a.UnitID) {
		return a.UnitIDs
	}
	return append([]string{a.UnitID}, a.UnitIDs...)
}

func (m *Module) nameUsages(tx *store.Tx, a *actor.Actor, list []UsageRow) error {
	names := fieldNames{}
	for i := range list {
		var err error
		if list[i].Names, err = names.of(tx, a.CentreID, list[i].EntryID, list[i].Fields()); err != nil {
			return err
		}
		if !org.Sees(a, PermUsageRead, list[i].row()) {
			list[i].outline()
		}
	}
	return m.nameUnits(tx, a.CentreID, 2*len(list), func(i int) (string, *string) {
		r := &list[i/2]
		if i%2 == 0 {
			return r.UnitID, &r.Unit
		}
		return r.ProviderID, &r.Provider
	})
}

func (u *Usage) row() org.Row {
	return org.Row{CentreID: u.CentreID, UnitID: u.UnitID, SiteID: u.SiteID, OwnerID: u.ActorID}
}

// outline leaves of a record what 政务信息股 sees: which organ used which data for what, and when.
func (u *Usage) outline() {
	u.CaseID, u.CaseNo, u.ActorID, u.ActorName, u.ActorUnit, u.Digest, u.Subject, u.Hash = "", "", "", "", "", "", "", nil
}

// FindUsage gives one record by its number in the chain.
func (m *Module) FindUsage(ctx context.Context, seq int64) (UsageRow, error) {
	a := actor.From(ctx)
	if err := a.Require(PermUsageRead); err != nil {
		return UsageRow{}, err
	}
	var list []UsageRow
	err := m.DB.Read(ctx, func(tx *store.Tx) error {
		u, err := usageTx(tx, a, seq)
		list = []UsageRow{{Usage: u}}
		if err != nil {
			return err
		}
		return m.nameUsages(tx, a, list)
	})
	if err != nil {
		return UsageRow{}, err
	}
	return list[0], nil
}

func usageTx(tx *store.Tx, a *actor.Actor, seq int64) (Usage, error) {
	u, err := store.Get[Usage](tx, "SELECT "+usageColumns+" FROM exchange_usage WHERE centre_id = $1 AND seq = $2", a.CentreID, seq)
	if errors.Is(err, store.ErrNotFound) {
		return u, ErrUsage
	}
	if err == nil && !org.Sees(a, PermUsageRead, u.row()) {
		return u, ErrUsage.Hide()
	}
	return u, err
}

// Verify proves the chain of the centre's usage records (invariant I8), and writes down that it did.
func (m *Module) Verify(ctx context.Context) (Chain, error) {
	a := actor.From(ctx)
	if err := a.Require(PermChain); err != nil {
		return Chain{}, err
	}
	var c Chain
	err := m.DB.Read(ctx, func(tx *store.Tx) (err error) {
		c, err = verify(tx, a.CentreID)
		return err
	})
	if err != nil || m.DB.ReadOnly() {
		return c, err
	}
	return c, m.DB.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "exchange.verify", Permission: PermChain, Kind: "share_chain", Object: a.CentreID, Detail: map[string]any{"records": c.Records, "seq": c.Seq, "faults": len(c.Faults)}})
	})
}

// Seen (查看记录) is one use as the person reads it whom the data are about: which organ, when, for what.
type Seen struct {
	At       clock.Instant `json:"at"`
	Unit     string        `json:"unit_name"`
	Provider string        `json:"provider_name"`
	Data     string        `json:"data"`
	Fields   []string      `json:"fields"`
	Purpose  string        `json:"purpose,omitempty"`
	Item     string        `json:"item,omitempty"`
	Outcome  string        `json:"outcome"`
	Refusal  string        `json:"refusal,omitempty"`
}

// OwnUses tells somebody who uses data about him: by the query code of a visit and the last four digits of the phone, those
// of that visit's cases; with his identity number as well, all in the centre. 个人信息保护法 art. 44, 45.
func (m *Module) OwnUses(ctx context.Context, code, tail, idNo string) ([]Seen, error) {
	a := actor.From(ctx)
	var rows []UsageRow
	err := m.DB.Read(ctx, func(tx *store.Tx) error {
		visit, cases, applicant, err := m.Casework.ProvenTx(tx, code, tail)
		if err != nil {
			return err
		}
		person := visit.ApplicantID
		if !applicant {
			person = visit.AgentID
		}
		who, err := m.Party.OpenApplicant(tx, a.CentreID, person)
		if err != nil {
			return err
		}
		digest := m.subjectDigest(who.IDNo)
		w := (&store.Where{}).And("centre_id = ?", a.CentreID).And("subject_digest = ?", digest)
		if idNo == "" {
			ids := make([]string, len(cases))
			for i, c := range cases {
				ids[i] = string(c.ID)
			}
			store.In(w, "case_id", ids)
		} else if m.subjectDigest(idNo) != digest {
			return ErrSubject
		}
		rows, err = store.Select[UsageRow](tx, "SELECT "+usageColumns+" FROM exchange_usage"+w.SQL()+" ORDER BY seq DESC LIMIT 200", w.Args...)
		if err != nil {
			return err
		}
		return m.nameUsages(tx, a, rows)
	})
	out := make([]Seen, len(rows))
	for i, r := range rows {
		out[i] = Seen{r.At, r.Unit, r.Provider, r.EntryName, r.Names, r.Purpose, r.ItemName, r.Outcome, RefusalLabel(r.Refusal)}
	}
	return out, err
}
