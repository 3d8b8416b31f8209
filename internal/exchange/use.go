package exchange

import (
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/casework"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// UseInput is what somebody who handles a case wants to use.
type UseInput struct {
	EntryID string   `json:"entry_id"`
	Case    string   `json:"case"` // id or number
	Fields  []string `json:"fields"`
	Subject string   `json:"subject"` // applicant, agent or other; "" is the applicant
	IDNo    string   `json:"-"`       // of another subject
	Key     string   `json:"-"`       // idempotency key
}

func (in *UseInput) validate() error {
	e := ErrInput
	if in.Subject == "" {
		in.Subject = SubjectApplicant
	}
	if SubjectLabel(in.Subject) == "" {
		e = e.Field("subject", "请选择查询谁的数据。")
	}
	if in.Subject == SubjectOther && len(crypt.Normal(crypt.KindID, in.IDNo)) < 8 {
		e = e.Field("id_no", "请填写其他当事人的证件号码。")
	}
	if len(in.Fields) == 0 || len(in.Fields) > maxFields {
		e = e.Field("fields", "请选择要查询的数据项。")
	}
	slices.Sort(in.Fields)
	in.Fields = slices.Compact(in.Fields)
	return e.OrNil()
}

// Use permits the use of shared data for a case and records it, or refuses it and records that. The data themselves come
// over the provincial platform, under the number of the record.
func (m *Module) Use(ctx context.Context, in UseInput) (Usage, error) {
	a := actor.From(ctx)
	if err := a.Require(PermUse); err != nil {
		return Usage{}, err
	}
	if err := in.validate(); err != nil {
		return Usage{}, err
	}
	content := []any{in, m.subjectDigest(in.IDNo)}
	var u Usage
	var refusal *errs.Error
	err := m.DB.WithTx(ctx, func(tx *store.Tx) error {
		u, refusal = Usage{}, nil
		id := tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "exchange.use", content, id)
		if err != nil {
			return err
		}
		if repeated {
			u, err = store.Get[Usage](tx, "SELECT "+usageColumns+" FROM exchange_usage WHERE centre_id = $1 AND id = $2", a.CentreID, prior)
			refusal = refusalOf(u.Refusal)
			return err
		}
		if u, refusal, err = m.use(tx, a, in); err != nil {
			return err
		}
		if err := once.Name(tx, in.Key, u.ID); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "exchange.use", Permission: PermUse, Kind: "share_use", Object: u.CaseID, Outcome: outcomeOf(u), Detail: map[string]any{"seq": u.Seq, "case": u.CaseNo, "grant": u.GrantNo, "refusal": u.Refusal}, Digest: u.Hash})
	})
	if err == nil && refusal != nil {
		return u, refusal.With("usage", u.Seq)
	}
	return u, err
}

func outcomeOf(u Usage) string {
	if u.Outcome == Refused {
		return audit.Denied
	}
	return audit.OK
}

// refusalOf is the refusal that a record stands for; nil for none.
func refusalOf(code string) *errs.Error {
	return map[string]*errs.Error{"NO_GRANT": ErrNoGrant, "PURPOSE_MISMATCH": ErrPurpose, "RATE_LIMIT": ErrRate}[code]
}

func (m *Module) use(tx *store.Tx, a *actor.Actor, in UseInput) (Usage, *errs.Error, error) {
	c, err := m.Casework.SeenTx(tx, PermUse, in.Case)
	if err != nil {
		return Usage{}, nil, err
	}
	e, err := loadEntry(tx, a.CentreID, in.EntryID, "")
	if err != nil {
		return Usage{}, nil, err
	}
	if err := audit.Lock(tx, a.CentreID, string(c.ID)); err != nil {
		return Usage{}, nil, err
	}
	u := Usage{CentreID: a.CentreID, EntryID: e.ID, EntryName: e.Name, FieldsText: List(in.Fields).Text(), CaseID: string(c.ID), CaseNo: c.No, ItemName: c.ItemName, UnitID: c.UnitID, ProviderID: e.UnitID, SiteID: c.SiteID,
		ActorID: a.UserID, ActorName: a.Name, ActorUnit: a.UnitID, Subject: in.Subject, Outcome: Permitted}
	if u.Digest, err = m.digestOf(tx, &c, in); err != nil {
		return u, nil, err
	}
	g, refusal, err := m.choose(tx, &c, e.ID, in.Fields)
	if err != nil {
		return u, nil, err
	}
	if g != nil {
		u.GrantID, u.GrantNo, u.Purpose = g.ID, g.No, g.Purpose
	}
	if refusal != nil {
		u.Outcome, u.Refusal = Refused, casework.RefusalCode(refusal)
	}
	return u, refusal, appendUsage(tx, &u)
}

// choose finds the grant under which a use is permitted: one in force of the organ that decides the case, whose purpose
// names the case's item, and whose fields hold what is asked for. Of several reasons to refuse it gives the first.
func (m *Module) choose(tx *store.Tx, c *casework.Case, entry string, fields []string) (*Grant, *errs.Error, error) {
	all, err := store.Select[Grant](tx, "SELECT "+grantColumns+" FROM exchange_grant WHERE centre_id = $1 AND requester_id = $2 AND entry_id = $3 AND open ORDER BY id", c.CentreID, c.UnitID, entry)
	if err != nil {
		return nil, nil, err
	}
	today := tx.Now().Date()
	all = slices.DeleteFunc(all, func(g Grant) bool { return !g.InForce(today) })
	if len(all) == 0 {
		return nil, ErrNoGrant, nil
	}
	first := &all[0]
	fit := slices.DeleteFunc(slices.Clone(all), func(g Grant) bool { return !has(g.Items(), c.ItemID) })
	if len(fit) == 0 {
		return first, ErrPurpose.Say("办件 %s 的事项“%s”不在授权的用途之内，没有准许查询，已记入使用记录。", c.No, c.ItemName), nil
	}
	if !c.Open {
		return &fit[0], ErrPurpose.Say("办件 %s 已经结束，不能再为它查询数据，已记入使用记录。", c.No), nil
	}
	first = &fit[0]
	fit = slices.DeleteFunc(fit, func(g Grant) bool { return !holdsAll(g.Fields(), fields) })
	if len(fit) == 0 {
		return first, ErrNoGrant.Say("要查的数据项不都在授权范围之内，没有准许查询，已记入使用记录。"), nil
	}
	for i := range fit {
		ok, err := spend(tx, &fit[i])
		if err != nil || ok {
			return &fit[i], nil, err
		}
	}
	return &fit[0], ErrRate, nil
}

func holdsAll(list, want []string) bool {
	for _, w := range want {
		if !has(list, w) {
			return false
		}
	}
	return true
}

// spend counts a use of a grant today, unless its limit is reached.
func spend(tx *store.Tx, g *Grant) (bool, error) {
	if g.Rate == 0 {
		return true, nil
	}
	n, err := tx.Exec(`INSERT INTO exchange_grant_day (centre_id, grant_id, day, n) VALUES ($1, $2, $3, 1)
		ON CONFLICT (centre_id, grant_id, day) DO UPDATE SET n = exchange_grant_day.n + 1 WHERE exchange_grant_day.n < $4`, g.CentreID, g.ID, tx.Now().Date(), g.Rate)
	return n == 1, err
}

// kindSubject keeps the digests of subjects apart from every other blind index.
const kindSubject crypt.Kind = "exchange-subject"

// subjectDigest is the keyed digest of somebody's identity paper; "" for none.
func (m *Module) subjectDigest(idNo string) string {
	no := crypt.Normal(crypt.KindID, idNo)
	if no == "" {
		return ""
	}
	return m.Keys.BlindIndex(kindSubject, no)
}

// digestOf is the digest of the subject of a use.
func (m *Module) digestOf(tx *store.Tx, c *casework.Case, in UseInput) (string, error) {
	person := c.ApplicantID
	switch in.Subject {
	case SubjectOther:
		return m.subjectDigest(in.IDNo), nil
	case SubjectAgent:
		person = c.AgentID
	}
	if person == "" {
		return "", ErrInput.Field("subject", "这个办件没有代办人。")
	}
	who, err := m.Party.OpenApplicant(tx, c.CentreID, person)
	return m.subjectDigest(who.IDNo), err
}
