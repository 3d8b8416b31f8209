package assess

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/emmansun/gmsm/sm3"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// SheetState is how far a sheet is.
type SheetState string

// The states of a sheet, in order.
const (
	SheetDraft     SheetState = "draft"     // 试算: may be computed again
	SheetAppeal    SheetState = "appeal"    // 申诉: each unit sees its own row and may dispute it
	SheetLocked    SheetState = "locked"    // 锁定: nothing changes any more
	SheetPublished SheetState = "published" // 发布: every unit sees all of it
)

// Label is the state's Chinese name.
func (s SheetState) Label() string {
	return map[SheetState]string{SheetDraft: "试算", SheetAppeal: "申诉", SheetLocked: "锁定", SheetPublished: "已发布"}[s]
}

// Sheet (考核表) is one scheme applied to one period.
type Sheet struct {
	CentreID    string        `db:"centre_id" json:"-"`
	ID          string        `db:"id" json:"id"`
	SchemeID    string        `db:"scheme_id" json:"scheme_id"`
	SchemeCode  string        `db:"scheme_code" json:"scheme_code"`
	SchemeHash  string        `db:"scheme_hash" json:"scheme_hash"`
	From        clock.Date    `db:"from_day" json:"from"`
	To          clock.Date    `db:"to_day" json:"to"`
	State       SheetState    `db:"state" json:"state"`
	Run         int64         `db:"run" json:"run"` // how often it was computed
	Cutoff      clock.Instant `db:"cutoff" json:"cutoff"`
	Inputs      string        `db:"inputs" json:"-"`
	Hash        string        `db:"hash" json:"hash"`
	At          clock.Instant `db:"at" json:"computed_at"`
	By          string        `db:"by_user" json:"computed_by,omitempty"`
	OpenedAt    clock.Instant `db:"opened_at" json:"opened_at,omitzero"`
	LockedAt    clock.Instant `db:"locked_at" json:"locked_at,omitzero"`
	LockedBy    string        `db:"locked_by" json:"locked_by,omitempty"`
	PublishedAt clock.Instant `db:"published_at" json:"published_at,omitzero"`
	PublishedBy string        `db:"published_by" json:"published_by,omitempty"`
	Version     int64         `db:"version" json:"version"`
}

// Period is what the sheet is about.
func (s *Sheet) Period() metric.Period { return metric.Period{From: s.From, To: s.To} }

// owner is the name under which the figures of the sheet's newest computation are frozen.
func (s *Sheet) owner() string { return fmt.Sprintf("assess/%s/%d", s.ID, s.Run) }

// Errors about sheets.
var (
	ErrSheetMissing = errs.New(errs.NotFound, "assess.sheet_missing", "没有这张考核表，或您无权查看。")
	ErrSheetState   = errs.New(errs.Conflict, "assess.sheet_state", "考核表当前的状态不能进行这一操作。请刷新后再看。")
	ErrSheetEarly   = errs.New(errs.Conflict, "assess.sheet_early", "考核期间还没有结束，数值不完整，不能开放申诉。请到期间结束后再试算。")
	ErrAppealsOpen  = errs.New(errs.Conflict, "assess.appeals_open", "还有申诉没有决定，不能锁定。请先逐件决定。")
)

// unitInput is what a unit's score depends on beside the frozen figures, as it is stored with the sheet.
type unitInput struct {
	ID      string        `json:"id"`
	Name    string        `json:"name"`
	Group   org.UnitGroup `json:"group"`
	Bonus   int64         `json:"bonus"`
	Deduct  int64         `json:"deduct"`
	Events  []string      `json:"events,omitempty"`
	Changes []figureDelta `json:"changes,omitempty"`
}

// figureDelta is what an upheld appeal changes in a figure.
type figureDelta struct {
	Appeal string         `json:"appeal"`
	Metric figure.Measure `json:"metric"`
	Num    int64          `json:"num"`
	Den    int64          `json:"den"`
}

func encodeInputs(list []unitInput) (string, error) {
	b, err := json.Marshal(list)
	return string(b), err
}

func parseInputs(text string) ([]unitInput, error) {
	var out []unitInput
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return nil, fmt.Errorf("inputs of a sheet: %w", err)
	}
	return out, nil
}

// orderMeasures tell whether a unit had anything to do.
var orderMeasures = []figure.Measure{figure.MeasureSent, figure.MeasureOnTime}

// join puts the frozen figures and the stored inputs of the units together.
func join(units []unitInput, frozen []metric.Frozen) []Input {
	figures := map[string]map[figure.Measure]metric.Figure{}
	for i := range frozen {
		f := frozen[i].Figure()
		if figures[f.Subject] == nil {
			figures[f.Subject] = map[figure.Measure]metric.Figure{}
		}
		figures[f.Subject][figure.Measure(f.Metric)] = f
	}
	out := make([]Input, len(units))
	for i, u := range units {
		in := Input{UnitID: u.ID, Unit: u.Name, Group: u.Group, Bonus: u.Bonus, Deduct: u.Deduct, Figures: figures[u.ID]}
		if in.Figures == nil {
			in.Figures = map[figure.Measure]metric.Figure{}
		}
		for _, d := range u.Changes {
			f := in.Figures[d.Metric]
			f.Num, f.Den = f.Num+d.Num*max(f.Scale, 1), f.Den+d.Den*max(f.Scale, 1)
			in.Figures[d.Metric] = f
		}
		in.Orders = max(in.Figures[figure.MeasureSent].Num, in.Figures[figure.MeasureOnTime].Den)
		out[i] = in
	}
	return out
}

// measuresOf lists what must be frozen for a definition.
func measuresOf(d *Definition) []figure.Measure {
	out := d.Metrics()
	for _, m := range orderMeasures {
		found := false
		for _, have := range out {
			found = found || have == m
		}
		if !found {
			out = append(out, m)
		}
	}
	return out
}

// seal is the SM3 over everything that a sheet says and rests on.
func (s *Sheet) seal(frozen []metric.Frozen, rows []string) string {
	h := sm3.New()
	frame := func(b []byte) {
		fmt.Fprintf(h, "%d:", len(b))
		h.Write(b)
	}
	frame([]byte(s.SchemeHash))
	frame([]byte(s.From.String() + " " + s.To.String()))
	frame(fmt.Append(nil, int64(s.Cutoff)))
	for i := range frozen {
		frame(frozen[i].Hash)
	}
	frame([]byte(s.Inputs))
	for _, r := range rows {
		frame([]byte(r))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func encodeRows(rows []Row) ([]string, error) {
	out := make([]string, len(rows))
	for i, r := range rows {
		b, err := json.Marshal(r)
		if err != nil {
			return nil, fmt.Errorf("row of a sheet: %w", err)
		}
		out[i] = string(b)
	}
	return out, nil
}

type storedRow struct {
	CentreID string `db:"centre_id"`
	SheetID  string `db:"sheet_id"`
	Pos      int64  `db:"pos"`
	UnitID   string `db:"unit_id"`
	Data     string `db:"data"`
}

var (
	sheetColumns = store.Columns[Sheet]("")
	rowColumns   = store.Columns[storedRow]("")
)

func sheetTx(tx *store.Tx, centre, id string) (Sheet, error) {
	s, err := store.Get[Sheet](tx, "SELECT "+sheetColumns+" FROM assess_sheet WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), centre, id)
	if errors.Is(err, store.ErrNotFound) {
		err = ErrSheetMissing
	}
	return s, err
}

func rowsTx(tx *store.Tx, s *Sheet) (rows []Row, texts []string, err error) {
	list, err := store.Select[storedRow](tx, "SELECT "+rowColumns+" FROM assess_row WHERE centre_id = $1 AND sheet_id = $2 ORDER BY pos", s.CentreID, s.ID)
	for _, r := range list {
		var row Row
		if err := json.Unmarshal([]byte(r.Data), &row); err != nil {
			return nil, nil, fmt.Errorf("row of a sheet: %w", err)
		}
		rows, texts = append(rows, row), append(texts, r.Data)
	}
	return rows, texts, err
}

// write computes the rows of the sheet from its frozen figures and inputs, and saves both with the seal.
func (s *Sheet) write(tx *store.Tx, def *Definition, frozen []metric.Frozen) error {
	units, err := parseInputs(s.Inputs)
	if err != nil {
		return err
	}
	rows := Score(def, join(units, frozen))
	texts, err := encodeRows(rows)
	if err != nil {
		return err
	}
	if err := tx.Queue("DELETE FROM assess_row WHERE centre_id = $1 AND sheet_id = $2", s.CentreID, s.ID); err != nil {
		return err
	}
	for i, text := range texts {
		if err := store.Insert(tx, "assess_row", storedRow{s.CentreID, s.ID, int64(i), rows[i].UnitID, text}); err != nil {
			return err
		}
	}
	s.Hash = s.seal(frozen, texts)
	return nil
}
