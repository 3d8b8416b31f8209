package finance

import (
	"context"
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/money"
	"yichuang/internal/store"
)

// Carry (结转结余) is what was there at an end of the year, what of savings was used, or how a surplus was allocated. One
// that is 0 was entered as 0; one that is not there is a blank.
type Carry struct {
	CentreID string        `db:"centre_id" json:"-"`
	Year     int           `db:"year" json:"year"`
	ID       string        `db:"id" json:"id"`
	Nature   fiscal.Nature `db:"nature" json:"nature"`
	UnitID   string        `db:"unit_id" json:"unit_id"`
	Fund     fiscal.Fund   `db:"fund" json:"fund"`
	Func     string        `db:"func" json:"func,omitempty"`
	Fen      money.Fen     `db:"fen" json:"fen"`
	At       clock.Instant `db:"at" json:"at"`
	By       string        `db:"by_user" json:"by"`
}

// Refusals about figures that are entered by hand.
var ErrFigureInput = errs.New(errs.Invalid, "finance.figure_input", "有几处需要改正，没有保存。请按提示修改。")

var carryColumns = store.Columns[Carry]("")

// CarryNatures lists what a Carry may be.
func CarryNatures() []fiscal.Nature {
	return []fiscal.Nature{fiscal.Opening, fiscal.Closing, fiscal.Used, fiscal.Allocated}
}

// CarryLabel is the Chinese name of what a Carry is.
func CarryLabel(n fiscal.Nature) string {
	return map[fiscal.Nature]string{fiscal.Opening: "年初结转和结余", fiscal.Closing: "年末结转和结余", fiscal.Used: "使用非财政拨款结余（含专用结余）", fiscal.Allocated: "结余分配"}[n]
}

// SetCarry enters a carry-over; the same place again takes the place of the earlier figure.
func (m *Module) SetCarry(ctx context.Context, year int, c Carry) error {
	a := actor.From(ctx)
	return m.change(ctx, PermBudget, year, func(tx *store.Tx, b *Book) error {
		if err := requireDraft(tx, b); err != nil {
			return err
		}
		f, err := frameTx(tx, b)
		if err != nil {
			return err
		}
		if err := f.checkCarry(&c); err != nil {
			return err
		}
		err = tx.Queue(`INSERT INTO finance_carry (centre_id, year, id, nature, unit_id, fund, func, fen, at, by_user) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			ON CONFLICT (centre_id, year, nature, unit_id, fund, func) DO UPDATE SET fen = excluded.fen, at = excluded.at, by_user = excluded.by_user`,
			a.CentreID, year, tx.NewID(), c.Nature, c.UnitID, c.Fund, c.Func, int64(c.Fen), int64(tx.Now()), a.UserID)
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.carry", Permission: PermBudget, Kind: "book", Object: bookObject(year), Detail: map[string]any{"nature": c.Nature, "fund": c.Fund, "fen": c.Fen}})
	})
}

func (f *frame) checkCarry(c *Carry) error {
	e := ErrFigureInput
	if !slices.Contains(CarryNatures(), c.Nature) {
		e = e.Field("nature", "请选择结转结余的种类。")
	}
	if !slices.Contains(fiscal.Funds(), c.Fund) || (c.Nature == fiscal.Used || c.Nature == fiscal.Allocated) && c.Fund.Appropriated() {
		e = e.Field("fund", "请选择资金性质；使用结余和结余分配只有非财政拨款。")
	}
	if !slices.ContainsFunc(f.units, func(u Unit) bool { return u.ID == c.UnitID }) {
		e = e.Field("unit_id", "请选择预算单位。")
	}
	if c.Func != "" && (f.codes.Check(fiscal.Func, c.Func) != "" || len(c.Func) != fiscal.Func.Leaf()) {
		e = e.Field("func", "功能分类应是科目表里的 7 位项级代码，或留空。")
	}
	if c.Func == "" && (c.Fund == fiscal.GovFund || c.Fund == fiscal.Capital) && c.Fen != 0 {
		e = e.Field("func", "基金和国有资本的结转结余请填写功能分类，表里按科目列示。")
	}
	if c.Fen > maxFen || c.Fen < -maxFen {
		e = e.Field("fen", "金额不能超过一万亿元。")
	}
	return e.OrNil()
}

// Carries lists the carry-overs of a year.
func (m *Module) Carries(ctx context.Context, year int) ([]Carry, error) {
	var out []Carry
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) (err error) {
		out, err = carriesTx(tx, b)
		return err
	})
	return out, err
}

func carriesTx(tx *store.Tx, b *Book) ([]Carry, error) {
	return store.Select[Carry](tx, "SELECT "+carryColumns+" FROM finance_carry WHERE centre_id = $1 AND year = $2 ORDER BY nature DESC, fund, func, id", b.CentreID, b.Year)
}

// ErrNoPrior is a year whose year before has no books here.
var ErrNoPrior = errs.New(errs.Conflict, "finance.no_prior", "上一年没有账套，或上一年的账簿没有结清，没有改动。请直接填写上年数。")

// TakePrior takes last year's figures and the opening carry-over from last year's books (年初等于上年末): every metric as last
// year's tables have it, and each closing as an opening. What was entered before is replaced.
func (m *Module) TakePrior(ctx context.Context, year int) error {
	a := actor.From(ctx)
	return m.change(ctx, PermBudget, year, func(tx *store.Tx, b *Book) error {
		if err := requireDraft(tx, b); err != nil {
			return err
		}
		last, err := bookTx(tx, b.CentreID, year-1)
		if errors.Is(err, ErrYear) || err == nil && last.ClosedTo < 12 {
			return ErrNoPrior
		}
		if err != nil {
			return err
		}
		in, n, _, err := narrativeInput(tx, &last)
		if err != nil {
			return err
		}
		if err := tx.Queue("DELETE FROM finance_prior WHERE centre_id = $1 AND year = $2", b.CentreID, year); err != nil {
			return err
		}
		for name, fen := range narrative.Figures(*n) {
			err := tx.Queue("INSERT INTO finance_prior (centre_id, year, name, fen, at, by_user) VALUES ($1, $2, $3, $4, $5, $6)", b.CentreID, year, string(name), int64(fen), int64(tx.Now()), a.UserID)
			if err != nil {
				return err
			}
		}
		if err := takeOpening(tx, b, in.carries); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.prior_taken", Permission: PermBudget, Kind: "book", Object: bookObject(year), Detail: map[string]any{"from": year - 1}})
	})
}

// takeOpening makes the openings of a year from the closings of the year before.
func takeOpening(tx *store.Tx, b *Book, last []Carry) error {
	if err := tx.Queue("DELETE FROM finance_carry WHERE centre_id = $1 AND year = $2 AND nature = $3", b.CentreID, b.Year, fiscal.Opening); err != nil {
		return err
	}
	for _, c := range last {
		if c.Nature != fiscal.Closing {
			continue
		}
		c.ID, c.Year, c.Nature, c.At, c.By = tx.NewID(), b.Year, fiscal.Opening, tx.Now(), actor.From(tx.Context()).UserID
		if err := store.Insert(tx, "finance_carry", c); err != nil {
			return err
		}
	}
	return nil
}

type named struct {
	Name string `db:"name"`
	N    int64  `db:"n"`
}

// Prior gives the figures of the year before that were entered, by their names in package narrative.
func (m *Module) Prior(ctx context.Context, year int) (map[narrative.Metric]money.Fen, error) {
	var out map[narrative.Metric]money.Fen
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) (err error) {
		out, err = priorTx(tx, b)
		return err
	})
	return out, err
}

func priorTx(tx *store.Tx, b *Book) (map[narrative.Metric]money.Fen, error) {
	rows, err := store.Select[named](tx, "SELECT name, fen AS n FROM finance_prior WHERE centre_id = $1 AND year = $2", b.CentreID, b.Year)
	out := map[narrative.Metric]money.Fen{}
	for _, r := range rows {
		out[narrative.Metric(r.Name)] = money.Fen(r.N)
	}
	return out, err
}

// SetPrior enters figures of the year before (上年数).
func (m *Module) SetPrior(ctx context.Context, year int, figures map[narrative.Metric]money.Fen) error {
	values := map[string]int64{}
	for name, fen := range figures {
		if name.Label() == "" || fen > maxFen || fen < -maxFen {
			return ErrFigureInput.Field(string(name), "上年数不对，请检查。")
		}
		values[string(name)] = int64(fen)
	}
	return m.setNamed(ctx, year, "finance_prior", "fen", "finance.prior", values)
}

// Counts gives the counts that were entered, by their names in package narrative.
func (m *Module) Counts(ctx context.Context, year int) (map[narrative.Count]int64, error) {
	var out map[narrative.Count]int64
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) (err error) {
		out, err = countsTx(tx, b)
		return err
	})
	return out, err
}

func countsTx(tx *store.Tx, b *Book) (map[narrative.Count]int64, error) {
	rows, err := store.Select[named](tx, "SELECT name, n FROM finance_count WHERE centre_id = $1 AND year = $2", b.CentreID, b.Year)
	out := map[narrative.Count]int64{}
	for _, r := range rows {
		out[narrative.Count(r.Name)] = r.N
	}
	return out, err
}

// SetCounts enters counts (实物量): whole numbers, none below 0.
func (m *Module) SetCounts(ctx context.Context, year int, counts map[narrative.Count]int64) error {
	values := map[string]int64{}
	for name, n := range counts {
		if name.Label() == "" || n < 0 || n > 1_000_000_000 {
			return ErrFigureInput.Field(string(name), "应为不小于 0 的整数。")
		}
		values[string(name)] = n
	}
	return m.setNamed(ctx, year, "finance_count", "n", "finance.count", values)
}

// setNamed writes named numbers of a year into a table whose column holds them.
func (m *Module) setNamed(ctx context.Context, year int, table, column, action string, values map[string]int64) error {
	return m.change(ctx, PermBudget, year, func(tx *store.Tx, b *Book) error {
		if err := requireDraft(tx, b); err != nil {
			return err
		}
		for name, n := range values {
			err := tx.Queue("INSERT INTO "+table+" (centre_id, year, name, "+column+", at, by_user) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (centre_id, year, name) DO UPDATE SET "+
				column+" = excluded."+column+", at = excluded.at, by_user = excluded.by_user", b.CentreID, year, name, n, int64(tx.Now()), actor.From(ctx).UserID)
			if err != nil {
				return err
			}
		}
		return audit.Record(tx, audit.Entry{Action: action, Permission: PermBudget, Kind: "book", Object: bookObject(year), Detail: map[string]any{"figures": len(values)}})
	})
}
