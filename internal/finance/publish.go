package finance

import (
	"context"
	"encoding/json"
	"fmt"

	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/finance/publication"
	"yichuang/internal/finance/statement"
	"yichuang/internal/store"
)

// Refusals about documents.
var (
	ErrEmptyBook = errs.New(errs.Conflict, "finance.empty_book", "账簿还是空的，没有可以生成的文件。请先登记或导入分录。")
	ErrTampered  = errs.New(errs.Unavailable, "finance.tampered", "这一版的内容与送审时的校验值不一致，可能被改动过，没有生成文件。请管理员核对数据库备份。")
)

// Publication gives the final accounts of a year as they are published, in the revision asked for; 0 is the newest one. A
// draft is computed from the books as they are; what was submitted is made from its frozen content, whose hash is checked
// first. The format is for the audit line.
func (m *Module) Publication(ctx context.Context, year int, revision int64, format publication.Format) (*publication.Publication, error) {
	var out *publication.Publication
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) error {
		a, err := revisionTx(tx, b, revision)
		if err != nil {
			return err
		}
		d, err := m.disclosureOf(tx, b, &a)
		if err != nil {
			return err
		}
		if empty(d.Statement) {
			return ErrEmptyBook
		}
		out = d.publication(&a)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "finance.export", Permission: PermRead, Kind: "account", Object: bookObject(year), Detail: map[string]any{"year": year, "revision": out.Edition.Revision, "format": format, "hash": out.Edition.Hash}})
	})
}

// revisionTx reads a revision of a year; 0 is the newest.
func revisionTx(tx *store.Tx, b *Book, revision int64) (Account, error) {
	if revision == 0 {
		return latestAccount(tx, b)
	}
	list, err := store.Select[Account](tx, "SELECT "+accountColumns+" FROM finance_account WHERE centre_id = $1 AND year = $2 AND revision = $3", b.CentreID, b.Year, revision)
	if err != nil {
		return Account{}, err
	}
	if len(list) == 0 {
		return Account{}, ErrYear
	}
	return list[0], nil
}

// disclosureOf is what a revision shows.
func (m *Module) disclosureOf(tx *store.Tx, b *Book, a *Account) (*Disclosure, error) {
	if a.Content == "" {
		return m.disclosureTx(tx, b)
	}
	if !a.Intact() {
		return nil, ErrTampered
	}
	return thaw(a.Content)
}

// thaw reads frozen content and gives its tables their template again.
func thaw(content string) (*Disclosure, error) {
	d := &Disclosure{}
	if err := json.Unmarshal([]byte(content), d); err != nil {
		return nil, fmt.Errorf("frozen accounts: %w", err)
	}
	t, err := statement.FindTemplate(d.Statement.TemplateID)
	if d.Layout != "" {
		t, err = statement.ReadTemplate([]byte(d.Layout))
	}
	if err != nil {
		return nil, fmt.Errorf("frozen accounts: %w", err)
	}
	return d, d.Statement.Bind(t)
}

func empty(s *statement.Statement) bool {
	for _, t := range s.Tables {
		if !t.Empty {
			return false
		}
	}
	return true
}

// publication hands a disclosure to the documents.
func (d *Disclosure) publication(a *Account) *publication.Publication {
	p := &publication.Publication{Year: d.Book.Year, Department: d.Book.Department, Duties: d.Duties, Structure: d.Structure, Statement: d.Statement, Narrative: d.Narrative, Evaluation: d.Evaluation,
		Edition: publication.Edition{State: a.State.Label(), Published: a.State == Published || a.State == Corrected, Revision: a.Revision, Reason: a.Reason, ApprovedOn: a.ApprovedOn, ApprovalNo: a.ApprovalNo,
			ApprovedBy: a.ApprovedBy, PublishedOn: a.PublishedOn, PublishedAt: a.PublishedAt, Hash: a.Hash}}
	if p.Edition.Published {
		p.Edition.State = Published.Label() // a later correction does not change the documents of what was published
	}
	p.Edition.ClearedOn = clock.NoDate
	if !a.ClearedAt.IsZero() {
		p.Edition.ClearedOn = a.ClearedAt.Date()
	}
	for _, u := range d.Units {
		if u.Active {
			p.Units = append(p.Units, publication.Unit{Code: u.Code, Name: u.Name, Kind: u.Kind.Label()})
		}
	}
	return p
}
