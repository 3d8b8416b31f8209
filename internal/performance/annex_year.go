package performance

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/performance/annex"
	"yichuang/internal/performance/score"
	"yichuang/internal/store"
)

// ErrNoYear is a year without any submitted evaluation.
var ErrNoYear = ErrNoResult.Say("这一年还没有锁定的评价，没有可以生成的报告和表。")

// evaluated is a sealed or running evaluation as the documents take it.
func (e *Evaluation) evaluated() *annex.Evaluated {
	return &annex.Evaluated{Form: &e.Form, Result: &e.Result, Texts: e.Texts, Received: e.Books.Received}
}

// LockedYear gives the locked evaluations of a year as one set of annexes (附件1 to 附件4-n), in the transaction of whoever
// publishes them; nil where none is locked.
func (m *Module) LockedYear(tx *store.Tx, centre string, year int) (*annex.Year, error) {
	list, err := programmesTx(tx, centre, year)
	if err != nil {
		return nil, err
	}
	out := &annex.Year{Year: year, Edition: annex.Edition{State: Locked.Label(), Locked: true}}
	for i := range list {
		p := &list[i]
		if p.State != Locked {
			continue
		}
		e, err := lockedTx(tx, p, p.Round)
		if err != nil {
			return nil, err
		}
		if p.LockAt > out.Edition.At {
			out.Edition.At = p.LockAt
		}
		if p.Kind == score.Whole {
			out.Whole, out.Department = e.evaluated(), e.Form.Name
			continue
		}
		out.Projects = append(out.Projects, e.evaluated())
		if out.Department == "" {
			out.Department = e.Form.Implementer
		}
	}
	if out.Whole == nil && len(out.Projects) == 0 {
		return nil, nil
	}
	return out, nil
}

// YearDocument gives the annexes of a year for a file; the format is for the audit line.
func (m *Module) YearDocument(ctx context.Context, year int, f annex.Format) (annex.Document, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return annex.Document{}, err
	}
	var y *annex.Year
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if y, err = m.LockedYear(tx, a.CentreID, year); err != nil {
			return err
		}
		if y == nil {
			return ErrNoYear
		}
		return audit.Record(tx, audit.Entry{Action: "performance.export", Permission: PermRead, Kind: "programme", Object: itoa(year), Detail: map[string]any{"year": year, "format": f}})
	})
	if err != nil {
		return annex.Document{}, err
	}
	return y.Document(), nil
}

// Document is a sheet with its report, as one document.
func (s *Sheet) Document() annex.Document {
	e := s.Evaluation.evaluated()
	y := &annex.Year{Year: s.Programme.Year, Department: s.Programme.Name, Edition: annex.Edition{State: s.state(), Locked: s.Locked, At: s.Evaluation.At, Hash: s.Hash}}
	if s.Programme.Kind == score.Whole {
		y.Whole = e
	} else {
		y.Projects = []*annex.Evaluated{e}
		if s.Programme.Implementer != "" {
			y.Department = s.Programme.Implementer
		}
	}
	return y.Document()
}

// state is how far the sheet is, for its documents.
func (s *Sheet) state() string {
	if s.Locked {
		return Locked.Label()
	}
	if s.Programme.State.UnderReview() && s.Round == s.Programme.Round {
		return s.Programme.State.Label()
	}
	return "未提交"
}
