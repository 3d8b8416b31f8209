package assess

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// Appeal (考核申诉) is a unit's objection to one item of its own row while the sheet is open. The decision changes the
// item's numerator and denominator, or leaves them; the frozen figures stay as they are, and the change is kept beside
// them.
type Appeal struct {
	CentreID  string        `db:"centre_id" json:"-"`
	SheetID   string        `db:"sheet_id" json:"sheet_id"`
	ID        string        `db:"id" json:"id"`
	UnitID    string        `db:"unit_id" json:"unit_id"`
	Unit      string        `db:"-" json:"unit_name,omitempty"`
	Item      string        `db:"item" json:"item"`
	Reason    string        `db:"reason" json:"reason"`
	Evidence  string        `db:"evidence" json:"evidence"` // numbers of the orders concerned; "" where files prove it
	Files     []Evidence    `db:"-" json:"files,omitempty"`
	State     Decision      `db:"state" json:"state"`
	NumChange int64         `db:"num_change" json:"num_change"`
	DenChange int64         `db:"den_change" json:"den_change"`
	FiledAt   clock.Instant `db:"filed_at" json:"filed_at"`
	FiledBy   string        `db:"filed_by" json:"filed_by"`
	DecidedAt clock.Instant `db:"decided_at" json:"decided_at,omitzero"`
	DecidedBy string        `db:"decided_by" json:"decided_by,omitempty"`
	Remark    string        `db:"remark" json:"remark,omitempty"`
}

// Refusals about appeals.
var (
	ErrAppealInput   = errs.New(errs.Invalid, "assess.appeal_input", "申诉有几处需要改正，没有提交。请按提示修改。")
	ErrAppealMissing = errs.New(errs.NotFound, "assess.appeal_missing", "没有这件申诉，或您无权查看。")
)

var appealColumns = store.Columns[Appeal]("")

// AppealInput is what a unit objects to.
type AppealInput struct {
	Key      string `json:"-"` // Idempotency-Key
	SheetID  string `json:"sheet_id"`
	UnitID   string `json:"unit_id"`
	Item     string `json:"item"`
	Reason   string `json:"reason"`
	Evidence string `json:"evidence"` // numbers of the orders concerned
	// Files prove it beside or in place of words; the attachment store holds them already.
	Files []blob.Upload `json:"-"`
}

func (in *AppealInput) check() error {
	in.Reason, in.Evidence = strings.TrimSpace(in.Reason), strings.TrimSpace(in.Evidence)
	e := ErrAppealInput
	if in.Reason == "" || utf8.RuneCountInString(in.Reason) > 1000 {
		e = e.Field("reason", "请写明申诉理由，1000 个字以内。")
	}
	if in.Evidence == "" && len(in.Files) == 0 || utf8.RuneCountInString(in.Evidence) > 1000 {
		e = e.Field("evidence", "请写明佐证（有关的工单号，1000 个字以内），或上传佐证材料。")
	}
	if err := e.OrNil(); err != nil {
		return err
	}
	return checkFiles(in.Files)
}

// FileAppeal objects to an item of the actor's own unit.
func (m *Module) FileAppeal(ctx context.Context, in AppealInput) (Appeal, error) {
	a := actor.From(ctx)
	if err := a.Require(PermAppealFile); err != nil {
		return Appeal{}, err
	}
	if err := in.check(); err != nil {
		return Appeal{}, err
	}
	units, all := ownUnits(a, PermAppealFile)
	if !all && !slices.Contains(units, in.UnitID) {
		return Appeal{}, ErrSheetMissing.Hide()
	}
	var p Appeal
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		s, err := m.openSheet(tx, a.CentreID, in)
		if err != nil {
			return err
		}
		id := tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "assess.appeal_file", struct {
			AppealInput
			Sums []string
		}{in, fileSums(in.Files)}, id)
		if err != nil || repeated {
			if repeated {
				p, err = store.Get[Appeal](tx, "SELECT "+appealColumns+" FROM assess_appeal WHERE centre_id = $1 AND sheet_id = $2 AND id = $3", a.CentreID, s.ID, prior)
			}
			return err
		}
		p = Appeal{CentreID: a.CentreID, SheetID: s.ID, ID: id, UnitID: in.UnitID, Item: in.Item, Reason: in.Reason, Evidence: in.Evidence, State: Waiting, FiledAt: tx.Now(), FiledBy: a.UserID}
		if err := store.Insert(tx, "assess_appeal", p); err != nil {
			return err
		}
		if err := (Evidence{CentreID: a.CentreID, Owner: p.ID, OfAppeal: true, SheetID: s.ID, UnitID: p.UnitID}).keep(tx, in.Files); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "assess.appeal_file", Permission: PermAppealFile, Kind: "appeal", Object: p.ID, Detail: map[string]any{"sheet": s.ID, "unit": p.UnitID, "item": p.Item, "files": len(in.Files), "sha256": fileSums(in.Files)}})
	})
	return p, err
}

// openSheet loads the sheet that an appeal is about and checks that it is open and has the row and the item.
func (m *Module) openSheet(tx *store.Tx, centre string, in AppealInput) (Sheet, error) {
	s, err := sheetTx(tx, centre, in.SheetID)
	if err != nil {
		return s, err
	}
	if s.State == SheetDraft {
		return s, ErrSheetMissing
	}
	if s.State != SheetAppeal {
		return s, ErrSheetState.Say("考核表已经%s，不能再申诉。", s.State.Label())
	}
	rows, _, err := rowsTx(tx, &s)
	if err != nil {
		return s, err
	}
	i := slices.IndexFunc(rows, func(r Row) bool { return r.UnitID == in.UnitID })
	if i < 0 || !slices.ContainsFunc(rows[i].Items, func(x ItemScore) bool { return x.Code == in.Item }) {
		return s, ErrAppealInput.Field("item", "请选择本单位的一个考核项目。")
	}
	return s, nil
}

// AppealVerdict is the decision on an appeal: by how much the item's two numbers change.
type AppealVerdict struct {
	Uphold    bool   `json:"uphold"`
	NumChange int64  `json:"num_change"`
	DenChange int64  `json:"den_change"`
	Remark    string `json:"remark"`
}

// DecideAppeal decides on an appeal and computes the sheet again from its frozen figures.
func (m *Module) DecideAppeal(ctx context.Context, sheet, id string, v AppealVerdict) (Appeal, error) {
	a := actor.From(ctx)
	if err := a.Require(PermAppealDecide); err != nil {
		return Appeal{}, err
	}
	if v.Remark = strings.TrimSpace(v.Remark); v.Remark == "" || utf8.RuneCountInString(v.Remark) > 1000 {
		return Appeal{}, ErrAppealInput.Field("remark", "请写明决定的理由，1000 个字以内。")
	}
	if !v.Uphold {
		v.NumChange, v.DenChange = 0, 0
	}
	var p Appeal
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		s, err := sheetTx(tx, a.CentreID, sheet)
		if err != nil {
			return err
		}
		if s.State != SheetAppeal {
			return ErrSheetState
		}
		p, err = store.Get[Appeal](tx, "SELECT "+appealColumns+" FROM assess_appeal WHERE centre_id = $1 AND sheet_id = $2 AND id = $3"+tx.ForUpdate(), a.CentreID, sheet, id)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return ErrAppealMissing
		case err != nil:
			return err
		case p.State != Waiting:
			return ErrDecided
		case p.FiledBy == a.UserID:
			return ErrSamePerson
		}
		p.State, p.NumChange, p.DenChange, p.DecidedAt, p.DecidedBy, p.Remark = decisionOf(v.Uphold), v.NumChange, v.DenChange, tx.Now(), a.UserID, v.Remark
		return m.decided(tx, &s, &p)
	})
	return p, err
}

func (m *Module) decided(tx *store.Tx, s *Sheet, p *Appeal) error {
	if err := store.Update(tx, "assess_appeal", p, "centre_id", "sheet_id", "id"); err != nil {
		return err
	}
	if err := m.rewrite(tx, s); err != nil {
		return err
	}
	s.Version++
	if err := store.Update(tx, "assess_sheet", s, "centre_id", "id"); err != nil {
		return err
	}
	return audit.Record(tx, audit.Entry{Action: "assess.appeal_decide", Permission: PermAppealDecide, Kind: "appeal", Object: p.ID,
		Detail: map[string]any{"state": p.State, "num": p.NumChange, "den": p.DenChange, "sheet_hash": s.Hash}})
}

// Appeals lists the appeals against a sheet that the actor may see.
func (m *Module) Appeals(ctx context.Context, sheet string) ([]Appeal, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSheetRead); err != nil {
		return nil, err
	}
	units, all := ownUnits(a, PermSheetRead)
	var out []Appeal
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if _, err = store.Get[string](tx, "SELECT id FROM assess_sheet WHERE centre_id = $1 AND id = $2", a.CentreID, sheet); err != nil {
			if errors.Is(err, store.ErrNotFound) {
				return ErrSheetMissing
			}
			return err
		}
		out, err = store.Select[Appeal](tx, "SELECT "+appealColumns+" FROM assess_appeal WHERE centre_id = $1 AND sheet_id = $2 ORDER BY id", a.CentreID, sheet)
		if !all {
			out = slices.DeleteFunc(out, func(p Appeal) bool { return !slices.Contains(units, p.UnitID) })
		}
		if err != nil || len(out) == 0 {
			return err
		}
		owners := make([]string, len(out))
		for i := range out {
			owners[i] = out[i].ID
		}
		files, err := evidenceOf(tx, a.CentreID, owners)
		for i := range out {
			out[i].Files = files[out[i].ID]
		}
		if err != nil {
			return err
		}
		return m.nameUnits(tx, a.CentreID, len(out), func(i int) (id string, name *string) { return out[i].UnitID, &out[i].Unit })
	})
	return out, err
}

// addAppeals puts the upheld appeals into the units' inputs.
func addAppeals(tx *store.Tx, s *Sheet, def *Definition, units []unitInput) error {
	list, err := store.Select[Appeal](tx, "SELECT "+appealColumns+" FROM assess_appeal WHERE centre_id = $1 AND sheet_id = $2 AND state = 'upheld' ORDER BY id", s.CentreID, s.ID)
	if err != nil {
		return err
	}
	for i := range units {
		u := &units[i]
		u.Changes = nil
		for _, p := range list {
			k := slices.IndexFunc(def.Items, func(it Item) bool { return it.Code == p.Item })
			if p.UnitID == u.ID && k >= 0 {
				u.Changes = append(u.Changes, figureDelta{Appeal: p.ID, Metric: def.Items[k].Metric, Num: p.NumChange, Den: p.DenChange})
			}
		}
	}
	return nil
}
