package examine

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/finance/check"
	"yichuang/internal/finance/disclosed"
	"yichuang/internal/finance/publication"
	"yichuang/internal/finance/reader"
	"yichuang/internal/store"
)

// MaxSize is the largest document that is examined, in bytes.
const MaxSize = 20 << 20

// Input is a document with what is known of it from elsewhere.
type Input struct {
	File                         string
	Content                      []byte
	Approved, Published, Secrecy clock.Date // 批复, 公开, 保密审查, where the document does not say them
	OrgKind                      disclosed.OrgKind
	Policy                       string // "" for the default
	source                       Source
}

// rest is what a report holds besides its findings and counts.
type rest struct {
	Tables       []string            `json:"tables"`
	NotEvaluated []check.Unevaluated `json:"not_evaluated"`
}

// Examine reads, audits and keeps a document. A file that cannot be read, and a document that is no final accounts, are
// refused and leave nothing behind.
func (m *Module) Examine(ctx context.Context, in Input) (Examination, error) {
	if err := actor.From(ctx).Require(PermRun); err != nil {
		return Examination{}, err
	}
	in.source = cmp.Or(in.source, Uploaded)
	switch {
	case len(in.Content) == 0:
		return Examination{}, ErrFile.Field("file", "请选择要审核的文件。")
	case len(in.Content) > MaxSize:
		return Examination{}, ErrLarge
	}
	report, err := m.audit(ctx, &in)
	if err != nil {
		return Examination{}, err
	}
	return m.keep(ctx, &in, report)
}

// ExamineOwn audits what the centre itself publishes of a year, as anybody would read it.
func (m *Module) ExamineOwn(ctx context.Context, year int) (Examination, error) {
	if err := actor.From(ctx).Require(PermRun); err != nil {
		return Examination{}, err
	}
	p, err := m.finance.Publication(ctx, year, 0, publication.HTML)
	if err != nil {
		return Examination{}, err
	}
	var b bytes.Buffer
	if err := p.Write(&b, publication.HTML, publication.Options{}); err != nil {
		return Examination{}, err
	}
	return m.Examine(ctx, Input{File: p.Name(publication.HTML), Content: b.Bytes(), Approved: p.Edition.ApprovedOn, Published: p.Edition.PublishedOn, Secrecy: p.Edition.ClearedOn, source: Own})
}

// audit reads and audits a document.
func (m *Module) audit(ctx context.Context, in *Input) (*check.Report, error) {
	t, err := m.tools()
	if err != nil {
		return nil, err
	}
	var policy *check.Policy // nil: that of the document's region
	for _, p := range t.policies {
		if p.ID == in.Policy {
			policy = p
		}
	}
	d, err := reader.Bytes(ctx, in.Content, reader.Options{Dictionary: t.codes, PDF: m.pdf})
	if err != nil {
		return nil, err
	}
	switch d.Kind {
	case disclosed.Budget:
		return nil, ErrKind.Say("这是部门预算文件，不是决算；决算的规则不适用，没有审核。")
	case disclosed.Accounts:
	default:
		return nil, ErrKind.Say("没有认出这是部门决算公开文件（没有找到决算表和年度），没有审核。")
	}
	return t.rules.Run(d, check.Options{Dictionary: t.codes, Policy: policy, OrgKind: in.OrgKind,
		Dates: disclosed.Dates{Approved: dateText(in.Approved), Published: dateText(in.Published), Secrecy: dateText(in.Secrecy)}}), nil
}

func dateText(d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// keep stores a report: over the examination of the same content, or in the place of the one of another content.
func (m *Module) keep(ctx context.Context, in *Input, r *check.Report) (Examination, error) {
	a := actor.From(ctx)
	text, err := json.Marshal(rest{r.Document.Tables, r.NotEvaluated})
	if err != nil {
		return Examination{}, err
	}
	var out Examination
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		out = examinationOf(in, r)
		out.CentreID, out.At, out.By, out.Rest = a.CentreID, tx.Now(), a.Name, string(text)
		list := findingsOf(r)
		same, err := store.Get[Examination](tx, "SELECT "+examinationColumns+" FROM finance_examination WHERE centre_id = $1 AND hash = $2"+tx.ForUpdate(), a.CentreID, out.Hash)
		switch {
		case err == nil:
			err = again(tx, &out, &same, list)
		case errors.Is(err, store.ErrNotFound):
			err = first(tx, &out, list)
		}
		if err != nil {
			return err
		}
		out.tally(list)
		if err := write(tx, &out, list, same.ID != ""); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.examine", Permission: PermRun, Kind: "examination", Object: out.ID,
			Detail: map[string]any{"year": out.Year, "source": out.Source, "hash": out.Hash, "errors": out.Errors, "warnings": out.Warnings}})
	})
	return out, err
}

func examinationOf(in *Input, r *check.Report) Examination {
	d, s := r.Document, r.Summary
	name := filepath.Base(strings.ReplaceAll(in.File, "\\", "/"))
	return Examination{Source: in.source, File: cut(name, 200), Size: int64(len(in.Content)), Hash: d.Hash, Org: cut(cmp.Or(d.Org, strings.TrimSuffix(name, filepath.Ext(name))), 100), Year: d.Year, Kind: d.Kind,
		Unit: d.Unit, Policy: r.Policy, Rules: s.Rules, Passed: s.Passed, Rounding: s.Rounding, Failed: s.Failed, NotApplicable: s.NotApplicable, NotEvaluated: s.NotEvaluated, Version: 1}
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// again audits a content that is known: what was decided is kept.
func again(tx *store.Tx, out, same *Examination, list []Finding) error {
	before, err := findingsTx(tx, out.CentreID, same.ID)
	if err != nil {
		return err
	}
	inherit(list, before, true)
	out.ID, out.ReplacedBy, out.Version = same.ID, same.ReplacedBy, same.Version+1
	return tx.Queue("DELETE FROM finance_finding WHERE centre_id = $1 AND examination_id = $2", out.CentreID, out.ID)
}

// first keeps a new content and replaces the examination of the content before.
func first(tx *store.Tx, out *Examination, list []Finding) error {
	out.ID = tx.NewID()
	before, err := store.Select[Examination](tx, "SELECT "+examinationColumns+" FROM finance_examination WHERE centre_id = $1 AND replaced_by = '' AND org = $2 AND year = $3 ORDER BY id"+tx.ForUpdate(), out.CentreID, out.Org, out.Year)
	if err != nil {
		return err
	}
	for i := range before {
		old := &before[i]
		found, err := findingsTx(tx, out.CentreID, old.ID)
		if err != nil {
			return err
		}
		inherit(list, found, false)
		for _, f := range mended(found, list) {
			if err := tx.Queue("UPDATE finance_finding SET state = $4, remark = $5, decided_by = $6, decided_at = $7 WHERE centre_id = $1 AND examination_id = $2 AND no = $3",
				out.CentreID, old.ID, f.No, Mended, "新文件里已没有这个问题", out.By, out.At); err != nil {
				return err
			}
		}
		if err := tx.Queue("UPDATE finance_examination SET replaced_by = $3, version = version + 1 WHERE centre_id = $1 AND id = $2", out.CentreID, old.ID, out.ID); err != nil {
			return err
		}
	}
	return nil
}

// write stores an examination with its findings.
func write(tx *store.Tx, x *Examination, list []Finding, known bool) error {
	save := store.Insert
	if known {
		save = func(tx *store.Tx, table string, row any) error {
			return store.Update(tx, table, row, "centre_id", "id")
		}
	}
	if err := save(tx, "finance_examination", x); err != nil {
		return err
	}
	for i := range list {
		list[i].CentreID, list[i].ExaminationID = x.CentreID, x.ID
		if err := store.Insert(tx, "finance_finding", &list[i]); err != nil {
			return err
		}
	}
	return nil
}

// Decide decides on findings of an examination: confirm, waive with a reason, mark as mended, or take a decision back.
func (m *Module) Decide(ctx context.Context, id string, version int64, no int, d Decision) (Examination, error) {
	a := actor.From(ctx)
	var out Examination
	if err := a.Require(PermDecide); err != nil {
		return out, err
	}
	d.Remark = cut(strings.TrimSpace(d.Remark), 500)
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		var err error
		if out, err = examinationTx(tx, a.CentreID, id, tx.ForUpdate()); err != nil {
			return err
		}
		list, err := findingsTx(tx, a.CentreID, id)
		if err != nil {
			return err
		}
		f, err := decide(&out, list, version, no, d)
		if err != nil {
			return err
		}
		f.DecidedBy, f.DecidedAt = a.Name, tx.Now()
		out.tally(list)
		out.Version++
		if err := store.Update(tx, "finance_finding", f, "centre_id", "examination_id", "no"); err != nil {
			return err
		}
		if err := store.Update(tx, "finance_examination", &out, "centre_id", "id"); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.finding_decided", Permission: PermDecide, Kind: "examination", Object: id, Detail: map[string]any{"finding": no, "rule": f.Rule, "state": d.To, "hash": out.Hash}})
	})
	return out, err
}

// decide applies a decision to one of the findings.
func decide(x *Examination, list []Finding, version int64, no int, d Decision) (*Finding, error) {
	switch {
	case version != x.Version:
		return nil, store.ErrStale.With("version", x.Version)
	case x.ReplacedBy != "":
		return nil, ErrReplaced
	}
	for i := range list {
		f := &list[i]
		if f.No != no {
			continue
		}
		if err := d.check(f.State); err != nil {
			return nil, err
		}
		f.State, f.Remark = d.To, d.Remark
		return f, nil
	}
	return nil, ErrFinding
}
