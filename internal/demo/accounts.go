package demo

import (
	"context"
	_ "embed" // the figures
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"time"
	"yichuang/internal/clock"
	"yichuang/internal/finance"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/statement"
	"yichuang/internal/money"
)

// accountsText is a ledger of twenty-one entries that was worked out backwards from the final accounts which 临夏市政务中心
// published for 2024: every cell of 公开01 to 06 follows from it. The vouchers themselves are made up.
//
//go:embed accounts.csv
var accountsText string

const accountsYear = 2024

// accounts fills the books of 2024 by the real use cases: budget, entries, last year's figures, contracts, reasons, closing.
// The draft is ready to be submitted.
func (s *stage) accounts(ctx context.Context) error {
	m, who := s.app.Finance, s.people["panyun"]
	_, err := m.OpenBook(who, finance.BookInput{Year: accountsYear, Department: s.demo.Centre.Name, Template: statement.DefaultTemplate, Level: finance.ByClass}, finance.Treated)
	if err != nil {
		return err
	}
	units, err := m.Units(who)
	if err != nil {
		return err
	}
	for _, step := range []func(ctx context.Context, unit string) error{s.accountBudget, s.accountEntries, s.accountFigures, s.accountContracts, s.accountTexts} {
		if err := step(who, units[0].ID); err != nil {
			return fmt.Errorf("accounts of %d: %w", accountsYear, err)
		}
	}
	for month := 1; month <= 12; month++ {
		if _, err := m.CloseMonth(who, accountsYear, month); err != nil {
			return err
		}
	}
	_, err = s.app.Examine.ExamineOwn(who, accountsYear)
	return err
}

func fen(yuan int64) money.Fen { return money.Fen(yuan) * money.Yuan }

// accountBudget enters what 五（三） of the published text states by 类, spread over the 项; the spread is ours.
func (s *stage) accountBudget(ctx context.Context, unit string) error {
	m := s.app.Finance
	for code, name := range map[string]string{"P1": "政务大厅规范化管理经费", "P2": "引进人才租房补贴"} {
		if err := m.SaveProject(ctx, accountsYear, code, name); err != nil {
			return err
		}
	}
	var lines []finance.Budget
	add := func(phase finance.Phase, code, econ, project string, yuan int64) {
		kind := fiscal.Basic
		if project != "" {
			kind = fiscal.Project
		}
		b := finance.Budget{Phase: phase, UnitID: unit, Fund: fiscal.General, Func: code, Econ: econ, Kind: kind, Project: project, Fen: fen(yuan), Document: "年初部门预算批复", Day: clock.Day(accountsYear, 1, 26)}
		switch phase {
		case finance.Adjust:
			b.Document, b.Day = "预算调整通知", clock.Day(accountsYear, 11, 15)
		case finance.Released:
			b.Document, b.Day = "用款计划批复", clock.Day(accountsYear, 3, 5)
		}
		lines = append(lines, b)
	}
	add(finance.Initial, "2010399", "30101", "", 1467711) // people, then running costs: 附件2 states the two sums
	add(finance.Initial, "2010399", "30201", "", 441789)
	add(finance.Initial, "2010399", "", "P1", 10000)
	add(finance.Initial, "2010399", "", "P2", 10000)
	add(finance.Initial, "2080505", "30108", "", 194616)
	add(finance.Initial, "2101102", "30110", "", 80973)
	add(finance.Initial, "2101103", "30110", "", 18340)
	add(finance.Initial, "2101199", "30112", "", 2560)
	add(finance.Adjust, "2010399", "30101", "", 128600)
	add(finance.Released, "2010399", "", "P1", 10000)
	add(finance.Released, "2010399", "", "P2", 10000)
	if err := m.AddBudget(ctx, accountsYear, lines); err != nil {
		return err
	}
	paid := finance.Roster{Year: accountsYear, Project: "P2", Document: "2024年引进人才租房补贴发放表", Day: clock.Day(accountsYear, 12, 20)}
	_, err := m.AddRoster(ctx, paid, []finance.Payee{{Name: "马文博", Fen: fen(10000)}})
	return err
}

func (s *stage) accountEntries(ctx context.Context, unit string) error {
	rows, err := csv.NewReader(strings.NewReader(accountsText)).ReadAll()
	if err != nil {
		return err
	}
	codes, err := s.app.Finance.Subjects(ctx, accountsYear)
	if err != nil {
		return err
	}
	for i, r := range rows[1:] {
		yuan, err := strconv.ParseInt(r[3], 10, 64)
		if err != nil {
			return err
		}
		e := finance.Entry{Account: "7101", Contra: "6001", UnitID: unit, Fund: fiscal.General, Func: r[0], Econ: r[1], Kind: fiscal.Basic, Project: r[2], Fen: fen(yuan), Summary: "全年" + codes.Name(fiscal.Econ, r[1])}
		if r[2] != "" {
			e.Kind, e.Summary = fiscal.Project, "项目支出"
		}
		v := finance.Voucher{Number: fmt.Sprintf("记-%03d", i+1), Day: clock.Day(accountsYear, time.Month(1+(i*7)%12), 20), Entries: []finance.Entry{e}} // every month has some
		if _, err := s.app.Finance.AddVoucher(ctx, accountsYear, v); err != nil {
			return fmt.Errorf("entry %d: %w", i+1, err)
		}
	}
	return nil
}

// accountFigures enters last year's figures that the published growth implies, and that there was nothing carried over.
func (s *stage) accountFigures(ctx context.Context, unit string) error {
	m := s.app.Finance
	prior := map[narrative.Metric]money.Fen{}
	for _, x := range narrative.Metrics() {
		prior[x] = 0
	}
	for x, yuan := range map[narrative.Metric]int64{narrative.Total: 1989490, narrative.Appropriated: 1989490, narrative.General: 1989490, narrative.Personnel: 1470490, narrative.Public: 68688,
		narrative.Projects: 450312, narrative.Mechanism: 68688} {
		prior[x] = fen(yuan)
	}
	if err := m.SetPrior(ctx, accountsYear, prior); err != nil {
		return err
	}
	counts := map[narrative.Count]int64{}
	for _, c := range narrative.Counts() {
		counts[c] = 0
	}
	if err := m.SetCounts(ctx, accountsYear, counts); err != nil {
		return err
	}
	return m.SetCarry(ctx, accountsYear, finance.Carry{Nature: fiscal.Opening, UnitID: unit, Fund: fiscal.General})
}

func (s *stage) accountContracts(ctx context.Context, _ string) error {
	for _, c := range []finance.Contract{
		{Number: "ZFCG-01", Name: "办公家具", Category: finance.Goods, Size: finance.Small, Fen: fen(27610), Day: clock.Day(accountsYear, 4, 10)},
		{Number: "ZFCG-02", Name: "办公设备", Category: finance.Goods, Size: finance.Large, Fen: fen(19980), Day: clock.Day(accountsYear, 6, 5)},
		{Number: "ZFCG-03", Name: "网络通信服务", Category: finance.Services, Size: finance.Large, Fen: fen(24405), Day: clock.Day(accountsYear, 3, 1)},
	} {
		if err := s.app.Finance.AddContract(ctx, accountsYear, c); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) accountTexts(ctx context.Context, _ string) error {
	m := s.app.Finance
	for name, text := range map[string]string{
		finance.TextDuties:    "负责全市政务服务大厅的日常管理，推进政务服务事项集中办理和网上办理，监督进驻单位依法、按时办件，运行 12345 热线平台并指导承办单位办理诉求，指导分中心和乡镇便民服务中心。",
		finance.TextStructure: "内设办公室、政务监察股、政务信息股和 12345 热线办公室四个股室。",
	} {
		if err := m.SetText(ctx, accountsYear, name, text); err != nil {
			return err
		}
	}
	for key, text := range map[string]string{
		"yoy.total":          "部分项目经费改在公用经费列支，同时人员经费按政策增加",
		"yoy.personnel":      "基础绩效奖金纳入预算",
		"yoy.public":         "原在项目支出列支的运转经费改在公用经费列支",
		"budget.general.201": "压减一般性开支",
		"budget.general.208": "人员调出，缴费基数减少",
		"budget.general.210": "人员调出，缴费基数减少",
	} {
		if err := m.SetReason(ctx, accountsYear, key, text); err != nil {
			return err
		}
	}
	return nil
}
