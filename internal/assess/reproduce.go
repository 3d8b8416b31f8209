package assess

import (
	"context"
	"fmt"

	"yichuang/internal/actor"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Reproduction is what computing a sheet again came to.
type Reproduction struct {
	Sheet Sheet    `json:"sheet"`
	Units int      `json:"units"`
	Equal bool     `json:"equal"`           // scheme, figures, inputs, every row and the seal, to the bit
	Found []string `json:"found,omitempty"` // the places that differ, in words
	Later []string `json:"later,omitempty"` // figures that the records of today give otherwise: what changed after the cutoff
}

// Reproduce computes every locked or published sheet of a period again from the stored scheme and the frozen figures,
// and compares it with what was published. code "" is all schemes. It also counts today's records and tells, apart from
// that, which figures have moved since: late decisions, corrections, reopened orders.
func (m *Module) Reproduce(ctx context.Context, p metric.Period, code string) ([]Reproduction, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSheetRead); err != nil {
		return nil, err
	}
	if _, all := ownUnits(a, PermSheetRead); !all {
		return nil, actor.ErrForbidden.With("permission", string(PermSheetRead))
	}
	var out []Reproduction
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		out = nil
		list, err := store.Select[Sheet](tx, "SELECT "+sheetColumns+" FROM assess_sheet WHERE centre_id = $1 AND from_day = $2 AND to_day = $3 AND state IN ('locked', 'published') ORDER BY scheme_code", a.CentreID, p.From, p.To)
		if err != nil {
			return err
		}
		for _, s := range list {
			if code != "" && s.SchemeCode != code {
				continue
			}
			r, err := m.reproduce(tx, s)
			if err != nil {
				return err
			}
			out = append(out, r)
		}
		return nil
	})
	return out, err
}

func (m *Module) reproduce(tx *store.Tx, s Sheet) (Reproduction, error) {
	r := Reproduction{Sheet: s}
	scheme, err := schemeTx(tx, s.CentreID, s.SchemeID)
	if err != nil {
		return r, err
	}
	if definitionHash(scheme.Text) != s.SchemeHash {
		r.found("方案：内容与考核时不同（封存 %s，现为 %s）", s.SchemeHash, definitionHash(scheme.Text))
	}
	frozen, err := metric.Load(tx, s.CentreID, s.owner())
	if err != nil {
		return r, err
	}
	for i := range frozen {
		if !frozen[i].Intact() {
			r.found("数值：%s %s 的封存记录被改动", frozen[i].Metric, frozen[i].Subject)
		}
	}
	units, err := parseInputs(s.Inputs)
	if err != nil {
		return r, err
	}
	again := Score(&scheme.Def, join(units, frozen))
	texts, err := encodeRows(again)
	if err != nil {
		return r, err
	}
	rows, stored, err := rowsTx(tx, &s)
	if err != nil {
		return r, err
	}
	r.Units = len(rows)
	r.compare(rows, again, stored, texts)
	if hash := s.seal(frozen, texts); hash != s.Hash {
		r.found("校验值：封存 %s，重算 %s", s.Hash, hash)
	}
	r.Equal = len(r.Found) == 0
	now, err := m.figures.FreezeUnits(tx, s.CentreID, measuresOf(&scheme.Def), s.Period())
	r.later(frozen, now, units)
	return r, err
}

func (r *Reproduction) found(format string, args ...any) {
	r.Found = append(r.Found, fmt.Sprintf(format, args...))
}

// compare lists the rows, items and totals that differ.
func (r *Reproduction) compare(was, is []Row, wasText, isText []string) {
	if len(was) != len(is) {
		r.found("行数：封存 %d，重算 %d", len(was), len(is))
		return
	}
	for i := range was {
		if wasText[i] == isText[i] {
			continue
		}
		w, n := &was[i], &is[i]
		before := len(r.Found)
		if w.UnitID != n.UnitID {
			r.found("第 %d 行：封存为%s，重算为%s", i+1, w.Unit, n.Unit)
			continue
		}
		for k := range min(len(w.Items), len(n.Items)) {
			if x, y := w.Items[k], n.Items[k]; x != y {
				r.found("%s · %s：封存 %s（%d/%d），重算 %s（%d/%d）", w.Unit, x.Code, metric.Hundredths(x.Shown), x.Figure.Num, x.Figure.Den, metric.Hundredths(y.Shown), y.Figure.Num, y.Figure.Den)
			}
		}
		if w.Total != n.Total || w.Band != n.Band || w.Place != n.Place || w.Assessed != n.Assessed {
			r.found("%s · 总分：封存 %s %s，重算 %s %s", w.Unit, metric.Hundredths(w.Total), w.Band, metric.Hundredths(n.Total), n.Band)
		}
		if len(r.Found) == before {
			r.found("%s：内容不同", w.Unit)
		}
	}
}

// later tells which figures today's records give otherwise.
func (r *Reproduction) later(was, now []metric.Frozen, units []unitInput) {
	names := map[string]string{}
	for _, u := range units {
		names[u.ID] = u.Name
	}
	kept := now[:0]
	for _, f := range now {
		if names[f.Subject] != "" {
			kept = append(kept, f)
		}
	}
	for _, d := range metric.Differ(was, kept) {
		r.Later = append(r.Later, fmt.Sprintf("%s · %s：%s，考核时 %s，现在 %s", names[d.Subject], d.Metric, d.What, d.Was, d.Is))
	}
}
