package demo

import (
	"context"
	_ "embed" // the indicators
	"encoding/csv"
	"fmt"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/finance"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/statement"
	"yichuang/internal/performance"
	"yichuang/internal/performance/score"
)

// performanceText are the indicators of the three evaluations that 临夏市政务中心 published for 2024, with their targets, points and
// values; where the house measures something itself, the value is bound instead of typed.
//
//go:embed performance.csv
var performanceText string

// programmeRow is a row of performanceText with what is reported about it.
type programmeRow struct {
	of   string
	in   performance.IndicatorInput
	fill performance.FillInput
}

func programmeRows() ([]programmeRow, error) {
	rows, err := csv.NewReader(strings.NewReader(performanceText)).ReadAll()
	if err != nil {
		return nil, err
	}
	var out []programmeRow
	for _, r := range rows[1:] {
		weight, err := score.ParseDecimal(r[7])
		if err != nil {
			return nil, err
		}
		actual, err := score.ParseDecimal(r[9])
		if err != nil {
			return nil, err
		}
		x := programmeRow{of: r[0], fill: performance.FillInput{Actual: actual, Band: r[10], Reason: r[11]}}
		x.in = performance.IndicatorInput{Level1: r[1], Level2: r[2], Name: r[3], Op: score.Op(r[4]), Target: r[5], Unit: r[6], Weight: weight}
		x.in.Source, x.in.Fact, _ = strings.Cut(r[8], ".")
		out = append(out, x)
	}
	return out, nil
}

// demoProgramme is one evaluation as it was planned and reported.
type demoProgramme struct {
	of, name, goal, outcome, fundReason string
	texts                               map[string]string
}

func (s *stage) demoProgrammes() []demoProgramme {
	money := map[string]string{}
	for _, k := range []string{"total", "basic", "personnel"} {
		money["fund."+k] = "2024年度采暖补贴未发放"
	}
	money["fund.public"], money["fund.project"], money["fund.key"] = "厉行节约，压减办公开支", "未按预算进度支付", "未按预算进度支付"
	money["duties"] = "负责政务服务大厅的日常管理、行政审批监督、12345热线平台的运行和考核，指导分中心和乡镇便民服务中心。"
	money["structure"] = "内设办公室、政务监察股、政务信息股和12345热线办公室。"
	money["plan"] = "提升数字政府服务能力，推进“一窗受理、集成服务”改革，强化数据共享，提升热线服务质量，加强队伍建设。"
	return []demoProgramme{
		{"P1", "2024年度政务大厅规范化管理经费", "推进政务大厅规范化管理，保障政务大厅各项工作的正常运转。", "保障了政务大厅的正常运转。", "未按预算进度支付", map[string]string{"background": "保障政务大厅办公消耗用品和办公设备维修维护。", "progress": "按需采购办公消耗用品，及时维修维护设备。"}},
		{"P2", "2024年度引进人才租房补贴", "保障引进人才的居住需求。", "已及时发放引进人才的租房补贴。", "", map[string]string{"background": "按照引进急需紧缺人才的规定，用人单位连续三年发放租房补贴。", "progress": "租房补贴列入年度预算，已经发放。"}},
		{"whole", s.demo.Centre.Name, "保障自助终端服务区的正常运行；保障大厅各项管理工作的正常运转；保障人才引进人员的租房补贴。", "保障了单位及政务大厅各项工作的正常运转，热线工单按规定办理，租房补贴已发放。", "", money},
	}
}

// performance evaluates 2024 by the real use cases, through every hand up to the leader's, and begins the running year: its
// books, its targets, and a first look at how they stand.
func (s *stage) performance(ctx context.Context) error {
	rows, err := programmeRows()
	if err != nil {
		return err
	}
	for _, p := range s.demoProgrammes() {
		if err := s.evaluate(ctx, p, rows); err != nil {
			return fmt.Errorf("evaluation of %s: %w", p.name, err)
		}
	}
	if year := s.now.Date().Year(); year > accountsYear+1 {
		return s.runningYear(year, rows)
	}
	return nil
}

// plan makes a programme with its indicators and confirms the targets. The hotline's figures of a year before the
// demonstration are counted over the days that it has lived.
func (s *stage) plan(year int, p demoProgramme, rows []programmeRow) (performance.Programme, error) {
	m, who := s.app.Performance, s.people["panyun"]
	in := performance.ProgrammeInput{Year: year, Kind: score.Project, Project: p.of, Name: p.name, Supervisor: "临夏市政务服务中心", Implementer: s.demo.Centre.Name, Goal: p.goal}
	if p.of == "whole" {
		in.Kind, in.Project = score.Whole, ""
	}
	x, err := m.CreateProgramme(who, in)
	if err != nil {
		return x, err
	}
	for _, r := range rows {
		if r.of != p.of {
			continue
		}
		if r.in.Source == "hotline" && year < s.now.Date().Year() {
			r.in.From, r.in.To = s.now.Date()-days, s.now.Date()
		}
		if x, err = m.SaveIndicator(who, x.ID, x.Version, "", r.in); err != nil {
			return x, fmt.Errorf("%s: %w", r.in.Name, err)
		}
	}
	return m.ConfirmTargets(who, x.ID, x.Version)
}

// evaluate plans, reports, reviews and locks one evaluation of 2024.
func (s *stage) evaluate(_ context.Context, p demoProgramme, rows []programmeRow) error {
	m, office := s.app.Performance, s.people["gaofang"]
	x, err := s.plan(accountsYear, p, rows)
	if err != nil {
		return err
	}
	view, err := m.Programme(office, x.ID)
	if err != nil {
		return err
	}
	sheet := performance.FillSheet{Outcome: p.outcome, FundReason: p.fundReason, Rows: map[string]performance.FillInput{}, Texts: p.texts}
	for _, in := range view.Indicators {
		for _, r := range rows {
			if r.of == p.of && r.in.Name == in.Name {
				sheet.Rows[in.ID] = r.fill
			}
		}
	}
	if x, err = m.Fill(office, x.ID, x.Version, sheet); err != nil {
		return err
	}
	if x, err = m.Submit(office, x.ID, x.Version); err != nil {
		return err
	}
	if x, err = m.PassSection(s.people["sunli"], x.ID, x.Version, "资料齐全。"); err != nil {
		return err
	}
	if x, err = m.PassFinance(s.people["panyun"], x.ID, x.Version, "资金数与决算一致。"); err != nil {
		return err
	}
	_, err = m.Lock(s.people["mazhiyuan"], x.ID, x.Version, "同意。")
	return err
}

// runningYear opens the books of the running year and watches its programmes.
func (s *stage) runningYear(year int, rows []programmeRow) error {
	if err := s.runningBooks(year); err != nil {
		return err
	}
	m, who, today := s.app.Performance, s.people["panyun"], s.now.Date()
	for _, p := range s.demoProgrammes() {
		if p.of == "P2" { // paid for three years, until 2024
			continue
		}
		p.name = strings.Replace(p.name, "2024", fmt.Sprint(year), 1)
		x, err := s.plan(year, p, rows)
		if err != nil {
			return err
		}
		standing, err := m.Standing(who, x.ID, today)
		if err != nil {
			return err
		}
		reason := ""
		if standing.NeedsReason {
			reason = "支付集中在年底。已与实施股室商定付款计划，每月核对一次。"
		}
		if _, err := m.KeepWatch(who, x.ID, x.Version, today, reason); err != nil {
			return err
		}
	}
	return nil
}

// runningBooks are the books of the running year so far: a budget, and expenditure up to this month.
func (s *stage) runningBooks(year int) error {
	m, who := s.app.Finance, s.people["panyun"]
	if _, err := m.OpenBook(who, finance.BookInput{Year: year, Department: s.demo.Centre.Name, Template: statement.DefaultTemplate, Level: finance.ByClass}, ""); err != nil {
		return err
	}
	units, err := m.Units(who)
	if err != nil {
		return err
	}
	unit := units[0].ID
	if err := m.SaveProject(who, year, "P1", "政务大厅规范化管理经费"); err != nil {
		return err
	}
	line := func(econ, project string, yuan int64) finance.Budget {
		kind := fiscal.Basic
		if project != "" {
			kind = fiscal.Project
		}
		return finance.Budget{Phase: finance.Initial, UnitID: unit, Fund: fiscal.General, Func: "2010399", Econ: econ, Kind: kind, Project: project, Fen: fen(yuan), Document: "年初部门预算批复", Day: clock.Day(year, 1, 20)}
	}
	if err := m.AddBudget(who, year, []finance.Budget{line("30101", "", 1_920_000), line("30201", "", 360_000), line("", "P1", 60_000)}); err != nil {
		return err
	}
	v := finance.Voucher{Number: "记-001", Day: clock.Day(year, s.now.Date().Month(), 1)}
	month := int64(s.now.Date().Month())
	for _, x := range []struct {
		econ, project, summary string
		yuan                   int64
	}{{"30101", "", "各月工资", 158_000 * month}, {"30201", "", "各月办公费", 24_000 * month}, {"", "P1", "大厅维修", 1_500 * month}} {
		e := finance.Entry{Account: "7101", Contra: "6001", UnitID: unit, Fund: fiscal.General, Func: "2010399", Econ: x.econ, Kind: fiscal.Basic, Project: x.project, Fen: fen(x.yuan), Summary: x.summary}
		if x.project != "" {
			e.Kind = fiscal.Project
		}
		v.Entries = append(v.Entries, e)
	}
	_, err = m.AddVoucher(who, year, v)
	return err
}
