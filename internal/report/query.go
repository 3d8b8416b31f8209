package report

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// subjectJSON and contentJSON are stored as JSON text.
type subjectJSON struct{ Subject }

// Value stores the subject.
func (s subjectJSON) Value() (driver.Value, error) { return jsonValue(s.Subject) }

// Scan reads the subject.
func (s *subjectJSON) Scan(src any) error { return jsonScan(src, &s.Subject) }

type contentJSON struct{ Content }

// Value stores the content.
func (c contentJSON) Value() (driver.Value, error) { return jsonValue(c.Content) }

// Scan reads the content.
func (c *contentJSON) Scan(src any) error { return jsonScan(src, &c.Content) }

func jsonValue(v any) (driver.Value, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

func jsonScan(src, into any) error {
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), into)
	case []byte:
		return json.Unmarshal(v, into)
	}
	return fmt.Errorf("report: cannot read JSON from %T", src)
}

// Find gives one bulletin. Whoever is not of the centre's staff finds only issued ones.
func (m *Module) Find(ctx context.Context, id string) (b Bulletin, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return b, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		b, err = bulletinTx(tx, a, id, "")
		return err
	})
	return b, err
}

// Filter chooses bulletins.
type Filter struct {
	Kind  Kind
	State State
	After string
	Limit int
}

const pageSize = 30

// Bulletins gives a page of bulletins without their content, newest first, and the cursor of the next page.
func (m *Module) Bulletins(ctx context.Context, f Filter) (out []Bulletin, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	n := f.Limit
	if n <= 0 || n > 200 {
		n = pageSize
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	if !inside(a) {
		f.State = Issued
	}
	if f.Kind != "" {
		w.And("kind = ?", f.Kind)
	}
	if f.State != "" {
		w.And("state = ?", f.State)
	}
	if f.After != "" {
		w.And("id < ?", f.After)
	}
	w.Args = append(w.Args, n+1)
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		out, err = store.Select[Bulletin](tx, `SELECT centre_id, id, kind, title, subject, from_day, to_day, state, edition, automatic, replaces, created_at, created_by, edited_by,
			reviewed_at, reviewed_by, issued_at, issued_by, seal, version FROM report_bulletin`+w.SQL()+" ORDER BY id DESC LIMIT $"+strconv.Itoa(len(w.Args)), w.Args...)
		return err
	})
	if len(out) > n {
		out = out[:n]
		next = out[n-1].ID
	}
	return out, next, err
}

// Editions lists the editions of a bulletin's text, newest first.
func (m *Module) Editions(ctx context.Context, id string) (out []Edition, names map[string]string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, nil, err
	}
	if !inside(a) {
		return nil, nil, ErrNotFound.Hide()
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		if _, err := bulletinTx(tx, a, id, ""); err != nil {
			return err
		}
		out, err = store.Select[Edition](tx, "SELECT "+store.Columns[Edition]("")+" FROM report_edition WHERE centre_id = $1 AND bulletin_id = $2 ORDER BY edition DESC", a.CentreID, id)
		if err != nil {
			return err
		}
		var people []string
		for _, e := range out {
			people = append(people, e.ByUser)
		}
		names, err = m.org.UserNamesTx(tx, a.CentreID, people)
		return err
	})
	return out, names, err
}

// People gives the names of those who worked on a bulletin, by their ids.
func (m *Module) People(ctx context.Context, b Bulletin) (names map[string]string, err error) {
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		names, err = m.org.UserNamesTx(tx, b.CentreID, []string{b.CreatedBy, b.EditedBy, b.ReviewedBy, b.IssuedBy})
		return err
	})
	return names, err
}

// Frozen gives the figures that were frozen when a bulletin was issued.
func (m *Module) Frozen(ctx context.Context, id string) (out []metric.Frozen, err error) {
	b, err := m.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		out, err = metric.Load(tx, b.CentreID, ownerOf(b.ID))
		return err
	})
	return out, err
}

// Export notes in the audit log that a bulletin leaves the program as a file, and gives it.
func (m *Module) Export(ctx context.Context, id, format string) (b Bulletin, err error) {
	if b, err = m.Find(ctx, id); err != nil {
		return b, err
	}
	return b, m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "report.export", Permission: PermRead, Kind: "bulletin", Object: b.ID, Detail: map[string]any{"format": format, "state": b.State}})
	})
}
