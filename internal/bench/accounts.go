package bench

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/clock"
	"yichuang/internal/config"
	"yichuang/internal/document/pdf"
	"yichuang/internal/finance"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/publication"
	"yichuang/internal/finance/statement"
	"yichuang/internal/money"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Accounts measures final accounts on a ledger of its own: import of a file, the nine tables, the whole disclosure, and
// the way back from a total to its entries.
type Accounts struct {
	Entries  int // of the year, in all
	Runs     int
	Progress io.Writer
}

// AccountsResult are times in milliseconds.
type AccountsResult struct {
	Entries    int64   `json:"entries"`
	Sums       int     `json:"sums"`
	ImportRows int     `json:"import_rows"`
	ImportMs   float64 `json:"import_ms"` // reading the preview and entering the rows of one file
	Tables     Spread  `json:"tables_ms"`
	Disclosure Spread  `json:"disclosure_ms"`
	Documents  Spread  `json:"documents_ms"` // tables, text and the whole disclosure in all formats, fonts opened anew
	Origin     Spread  `json:"origin_of_a_total_ms"`
	Recount    Spread  `json:"recount_ms"`

	Audit *AuditResult `json:"audit"` // of what the books publish
}

const accountsFile = 50_000 // rows of one file

// Run makes a database in a temporary folder, fills it, and measures.
func (b *Accounts) Run(ctx context.Context) (*AccountsResult, error) {
	dir, err := os.MkdirTemp("", "yichuang-bench-accounts-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cfg := config.Config{Database: config.Secret(filepath.Join(dir, "yichuang.db")), KeyFile: keyFile(dir)}
	cfg.Fill()
	a, err := app.Open(ctx, cfg, slog.New(slog.DiscardHandler), clock.System{})
	if err != nil {
		return nil, err
	}
	defer a.Close()
	centre, err := a.CreateCentre(actor.With(ctx, actor.SystemFor("")), org.CentreInput{Code: "bench", Name: "测量", Division: "622901", Tier: org.TierCounty})
	if err != nil {
		return nil, err
	}
	l := &yearBooks{app: a, ctx: actor.With(ctx, actor.SystemFor(centre.ID)), centre: centre.ID, year: clock.System{}.Now().Date().Year() - 1}
	r := &AccountsResult{}
	if err := l.fill(b, r); err != nil {
		return nil, err
	}
	if err := l.measure(b, r); err != nil {
		return r, err
	}
	r.Audit, err = l.audits(b.Runs)
	return r, err
}

// yearBooks is the books that are measured.
type yearBooks struct {
	app          *app.App
	ctx          context.Context
	centre       string
	year         int
	funcs, econs []string
}

// fill opens the books, imports one file as people do, and repeats its rows until the ledger is as large as asked.
func (l *yearBooks) fill(b *Accounts, r *AccountsResult) error {
	m := l.app.Finance
	if _, err := m.OpenBook(l.ctx, finance.BookInput{Year: l.year, Department: "测量", Template: statement.DefaultTemplate, Level: finance.ByClass}, finance.Administrative); err != nil {
		return err
	}
	codes, err := m.Subjects(l.ctx, l.year)
	if err != nil {
		return err
	}
	for _, s := range codes.All(fiscal.Func) {
		if len(s.Code) == fiscal.Func.Leaf() {
			l.funcs = append(l.funcs, s.Code)
		}
	}
	for _, s := range codes.All(fiscal.Econ) {
		if c := fiscal.Class(s.Code); len(s.Code) == fiscal.Econ.Leaf() && (c == "301" || c == "302" || c == "303" || c == "310") {
			l.econs = append(l.econs, s.Code)
		}
	}
	if err := l.quotas(); err != nil {
		return err
	}
	if err := l.importFile(min(accountsFile, b.Entries), r); err != nil {
		return err
	}
	if b.Progress != nil {
		fmt.Fprintf(b.Progress, "已导入 %d 行，用时 %.1f 秒；正在复制到 %d 条分录\n", r.ImportRows, r.ImportMs/1000, b.Entries)
	}
	return l.repeat(b.Entries/r.ImportRows - 1)
}

func (l *yearBooks) quotas() error {
	units, err := l.app.Finance.Units(l.ctx)
	if err != nil {
		return err
	}
	var lines []finance.Budget
	for _, f := range l.funcs {
		lines = append(lines, finance.Budget{Phase: finance.Initial, UnitID: units[0].ID, Fund: fiscal.General, Func: f, Kind: fiscal.Basic, Fen: 10_000_000_000 * money.Yuan, Day: clock.Day(l.year, 1, 1)})
	}
	return l.app.Finance.AddBudget(l.ctx, l.year, lines)
}

// importFile imports rows that touch every code that the books know.
func (l *yearBooks) importFile(rows int, r *AccountsResult) error {
	s := finance.Sheet{Columns: []string{"凭证号", "日期", "功能分类", "部门经济分类", "金额", "摘要"}}
	for i := range rows {
		day := clock.Day(l.year, 1, 1) + clock.Date(i%365)
		s.Lines = append(s.Lines, i+2)
		s.Rows = append(s.Rows, []string{"记-" + strconv.Itoa(i), day.String(), l.funcs[i%len(l.funcs)], l.econs[i/len(l.funcs)%len(l.econs)], strconv.Itoa(1+i%9973) + ".37", "测量用的分录"})
	}
	watch := startWatch()
	i, err := l.app.Finance.Receive(l.ctx, l.year, finance.ImportEntries, "测量.xlsx", s)
	if err != nil {
		return err
	}
	p, err := l.app.Finance.Preview(l.ctx, l.year, i.ID, finance.Mapping{})
	if err != nil {
		return err
	}
	if len(p.Reading.Problems) > 0 {
		return fmt.Errorf("line %d: %s", p.Reading.Problems[0].Line, p.Reading.Problems[0].Text)
	}
	if _, err := l.app.Finance.Apply(l.ctx, l.year, i.ID, p.Mapping, finance.Control{}); err != nil {
		return err
	}
	r.ImportRows, r.ImportMs = rows, watch().Seconds()*1000
	return nil
}

// repeat adds the entries so many times more, and to the sums what they come to.
func (l *yearBooks) repeat(times int) error {
	const columns = "sum_key, voucher, day, account, contra, unit_id, fund, func, econ, kind, project, sangong, carried, fen, summary, corrects, import_id, at, by_user"
	for n := range times {
		err := l.app.DB.WithTx(l.ctx, func(tx *store.Tx) error {
			_, err := tx.Exec("INSERT INTO finance_entry (centre_id, year, id, "+columns+") SELECT centre_id, year, id || $3, "+columns+" FROM finance_entry WHERE centre_id = $1 AND year = $2 AND id NOT LIKE '%-%'",
				l.centre, l.year, "-"+strconv.Itoa(n))
			return err
		})
		if err != nil {
			return err
		}
	}
	return l.app.DB.WithTx(l.ctx, func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE finance_sum SET fen = fen * $3, entries = entries * $3 WHERE centre_id = $1 AND year = $2", l.centre, l.year, times+1)
		return err
	})
}

func (l *yearBooks) measure(b *Accounts, r *AccountsResult) error {
	m := l.app.Finance
	balance, err := m.Balance(l.ctx, l.year)
	if err != nil {
		return err
	}
	r.Entries, r.Sums = balance.Entries, len(l.funcs)*len(l.econs)
	for _, step := range []struct {
		into *Spread
		do   func() error
	}{
		{&r.Tables, func() error { _, err := m.Statement(l.ctx, l.year); return err }},
		{&r.Disclosure, func() error { _, err := m.Disclosure(l.ctx, l.year); return err }},
		{&r.Documents, func() error { return l.documents() }},
		{&r.Origin, func() error { _, err := m.Origin(l.ctx, l.year, "T01/57/2", ""); return err }},
		{&r.Recount, func() error {
			list, err := m.Recount(l.ctx, l.year)
			if err == nil && len(list) > 0 {
				err = fmt.Errorf("%d sums differ from the entries", len(list))
			}
			return err
		}},
	} {
		if *step.into, err = spread(b.Runs, step.do); err != nil {
			return err
		}
	}
	return nil
}

// documents makes every format of the disclosure from the books, as the first download after a start does.
func (l *yearBooks) documents() error {
	print := pdf.NewWriter()
	for _, f := range publication.Formats() {
		p, err := l.app.Finance.Publication(l.ctx, l.year, 0, f)
		if err != nil {
			return err
		}
		if err := p.Write(io.Discard, f, publication.Options{Print: print}); err != nil {
			return err
		}
	}
	return nil
}
