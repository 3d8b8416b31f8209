package exchange

import (
	"context"
	"fmt"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// Grant (共享授权) is the right of an organ to use some fields of another's data, for the cases of some items, between two
// days. It says what the request said when it was given, and never changes but to end.
type Grant struct {
	CentreID    string        `db:"centre_id" json:"-"`
	ID          string        `db:"id" json:"id"`
	No          string        `db:"no" json:"no"`
	RequestID   string        `db:"request_id" json:"request_id"`
	EntryID     string        `db:"entry_id" json:"entry_id"`
	EntryName   string        `db:"entry_name" json:"entry_name"`
	ProviderID  string        `db:"provider_id" json:"provider_id"`
	RequesterID string        `db:"requester_id" json:"requester_id"`
	Purpose     string        `db:"purpose" json:"purpose"`
	FieldsText  string        `db:"fields" json:"-"`
	ItemsText   string        `db:"items" json:"-"`
	From        clock.Date    `db:"from_day" json:"from"`
	To          clock.Date    `db:"to_day" json:"to"`
	Rate        int64         `db:"rate" json:"rate"`
	Open        bool          `db:"open" json:"open"`
	GivenBy     string        `db:"given_by" json:"given_by"`
	GivenAt     clock.Instant `db:"given_at" json:"given_at"`
	EndedBy     string        `db:"ended_by" json:"ended_by,omitempty"`
	EndedAt     clock.Instant `db:"ended_at" json:"ended_at,omitzero"`
	Reason      string        `db:"reason" json:"reason,omitempty"`
}

var grantColumns = store.Columns[Grant]("")

// Fields are the codes of the fields that may be used.
func (g *Grant) Fields() List { return readList(g.FieldsText) }

// Items are the items for whose cases they may be used.
func (g *Grant) Items() List { return readList(g.ItemsText) }

// InForce reports whether the grant holds on a day.
func (g *Grant) InForce(day clock.Date) bool { return g.Open && g.From <= day && day <= g.To }

// give makes the grant of a request, in force from today or the day that was asked for.
func (m *Module) give(tx *store.Tx, r *Request) error {
	today := tx.Now().Date()
	if r.To < today {
		return ErrState.Say("申请的使用期限已于 %s 届满，不能授权。请由申请单位重新申请。", r.To)
	}
	n, err := nextOf(tx, r.CentreID, "grant"+itoa(today.Year()))
	if err != nil {
		return err
	}
	r.From = max(r.From, today)
	g := Grant{CentreID: r.CentreID, ID: tx.NewID(), No: fmt.Sprintf("数授〔%d〕%04d号", today.Year(), n), RequestID: r.ID, EntryID: r.EntryID, EntryName: r.EntryName, ProviderID: r.ProviderID, RequesterID: r.RequesterID,
		Purpose: r.Purpose, FieldsText: r.FieldsText, ItemsText: r.ItemsText, From: r.From, To: r.To, Rate: r.Rate, Open: true, GivenBy: actor.From(tx.Context()).UserID, GivenAt: tx.Now()}
	r.GrantID = g.ID
	if err := jobs.Insert(tx, r.CentreID, jobExpire, r.ID, r.To.End(), watchArgs{r.ID}); err != nil {
		return err
	}
	return store.Insert(tx, "exchange_grant", g)
}

// endGrant ends the grant of a request.
func (m *Module) endGrant(tx *store.Tx, r *Request, reason string) error {
	return tx.Queue("UPDATE exchange_grant SET open = $3, ended_by = $4, ended_at = $5, reason = $6 WHERE centre_id = $1 AND id = $2", r.CentreID, r.GrantID, false, actor.From(tx.Context()).UserID, tx.Now(), reason)
}

// Permitted lists the data that may be used for a case: the grants in force of the organ that decides it, for its item.
func (m *Module) Permitted(ctx context.Context, caseIDOrNo string) ([]PermittedData, error) {
	a := actor.From(ctx)
	if err := a.Require(PermUse); err != nil {
		return nil, err
	}
	var out []PermittedData
	err := m.DB.Read(ctx, func(tx *store.Tx) error {
		c, err := m.Casework.SeenTx(tx, PermUse, caseIDOrNo)
		if err != nil {
			return err
		}
		list, err := store.Select[Grant](tx, "SELECT "+grantColumns+" FROM exchange_grant WHERE centre_id = $1 AND requester_id = $2 AND open ORDER BY entry_id, id", a.CentreID, c.UnitID)
		if err != nil {
			return err
		}
		for _, g := range list {
			if !g.InForce(tx.Now().Date()) || !has(g.Items(), c.ItemID) {
				continue
			}
			p := PermittedData{Grant: g}
			if p.Fields, err = m.fieldsOf(tx, &g); err != nil {
				return err
			}
			out = append(out, p)
		}
		return nil
	})
	return out, err
}

// PermittedData is a grant with the fields that it lets use, by name.
type PermittedData struct {
	Grant
	Fields []DataField `json:"fields"`
}

// fieldsOf names the fields of a grant by the version of the entry that was asked for.
func (m *Module) fieldsOf(tx *store.Tx, g *Grant) ([]DataField, error) {
	r, err := loadRequest(tx, g.CentreID, g.RequestID, "")
	if err != nil {
		return nil, err
	}
	v, err := loadVersion(tx, g.CentreID, r.VersionID)
	if err != nil {
		return nil, err
	}
	c, err := v.Content()
	var out []DataField
	for _, code := range g.Fields() {
		if f, ok := c.Field(code); ok {
			out = append(out, f)
		}
	}
	return out, err
}
