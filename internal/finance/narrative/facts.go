package narrative

import (
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/statement"
	"yichuang/internal/money"
)

// facts are the amounts that texts may name.
type facts struct {
	w  *writer
	in *Input
	s  *statement.Statement
	// Year is the year of the accounts.
	Year int
}

func newFacts(w *writer) facts {
	return facts{w: w, in: w.in, s: w.in.Statement, Year: w.in.Year}
}

// part is a named amount in a list.
type part struct {
	Name string
	Fig  Amount
}

func (f facts) cell(c *statement.Cell) Amount {
	if c == nil {
		return Amount{Rule: "表里没有这一项"}
	}
	return Amount{Fen: c.Fen, Ref: c.Ref, Rule: c.Rule}
}

func (f facts) at(ref statement.Ref) Amount { return f.cell(f.s.Cell(ref)) }

func (f facts) line(table, name, column string) Amount {
	if t := f.s.Table(table); t != nil {
		return f.cell(t.Named(name, column))
	}
	return f.cell(nil)
}

// parts lists the columns of 合计 of a table that are not 0, with their heads.
func (f facts) parts(table string) []part {
	t := f.s.Table(table)
	if t == nil {
		return nil
	}
	var out []part
	row := t.Row("total")
	for i, c := range t.Spec.Columns {
		if len(c.Sum) == 0 && row.Cells[i].Fen != 0 {
			out = append(out, part{c.Label, f.cell(row.Cells[i])})
		}
	}
	return out
}

func (f facts) hasIncome(source string) bool {
	t := f.s.Table("T02")
	for i, c := range t.Spec.Columns {
		if string(c.Where.Source) == source && t.Row("total").Cells[i].Fen != 0 {
			return true
		}
	}
	return false
}

// Total is 收支总计.
func (f facts) Total() Amount { return f.line("T01", "in-total", "1") }

// Income is 本年收入合计, Incomes its parts.
func (f facts) Income() Amount { return f.line("T01", "income", "1") }

// Incomes lists the sources that are not 0.
func (f facts) Incomes() []part { return f.parts("T02") }

// Expense is 本年支出合计.
func (f facts) Expense() Amount { return f.line("T01", "expense", "2") }

// Expenses lists the forms of expenditure that are not 0.
func (f facts) Expenses() []part { return f.parts("T03") }

// AppropriatedTotal is 财政拨款收支总计.
func (f facts) AppropriatedTotal() Amount { return f.line("T04", "in-total", "1") }

// General is 一般公共预算财政拨款支出.
func (f facts) General() Amount { return f.at("T05/total/1") }

// Basic is its 基本支出, ProjectTotal its 项目支出.
func (f facts) Basic() Amount { return f.at("T05/total/2") }

// ProjectTotal is 项目支出 of the general budget.
func (f facts) ProjectTotal() Amount { return f.at("T05/total/3") }

// Personnel is 人员经费.
func (f facts) Personnel() Amount { return f.at("T06/人员经费合计/1") }

// Public is 公用经费.
func (f facts) Public() Amount { return f.at("T06/公用经费合计/1") }

// Functions lists the 类 of the general budget.
func (f facts) Functions() []part {
	var out []part
	for _, r := range f.s.Table("T05").Rows {
		if len(r.Code) == 3 && r.Cells[0].Fen != 0 {
			out = append(out, part{r.Label, f.cell(r.Cells[0])})
		}
	}
	return out
}

// PersonnelItems and PublicItems list the 款 that are not 0, in the order of codes.
func (f facts) PersonnelItems() []part { return f.econ("人员经费") }

// PublicItems lists the 款 of 公用经费.
func (f facts) PublicItems() []part { return f.econ("公用经费") }

func (f facts) econ(group string) []part {
	t := f.s.Table("T06")
	var out []part
	for _, g := range t.Spec.Groups {
		if g.Label != group {
			continue
		}
		for _, r := range t.Rows {
			if len(r.Code) == 5 && slices.Contains(slices.Concat(g.Blocks...), fiscal.Class(r.Code)) && r.Cells[0].Fen != 0 {
				out = append(out, part{r.Label, f.cell(r.Cells[0])})
			}
		}
	}
	return out
}

// budget adds up the budget of a fund below a functional code; kind "" is both.
func (in *Input) budget(fund fiscal.Fund, code string, kind fiscal.Kind) (initial, full money.Fen) {
	for _, b := range in.Budgets {
		if b.Fund == fund && strings.HasPrefix(b.Func, code) && (kind == "" || b.Kind == kind) {
			initial += b.Initial
			full += b.Full
		}
	}
	return initial, full
}

// GeneralBudget is the budget of the general fund at the beginning of the year.
func (f facts) GeneralBudget() Amount {
	initial, _ := f.in.budget(fiscal.General, "", "")
	return Amount{Fen: initial, Rule: "年初预算指标之和"}
}

// Details explains the general budget by 类, 款 or 项, as the book says.
func (f facts) Details() []detail { return f.details(fiscal.General, "T05", "1") }

// FundDetails explains the government funds.
func (f facts) FundDetails() []detail { return f.details(fiscal.GovFund, "T07", "3") }

// CapitalDetails explains the budget of state capital.
func (f facts) CapitalDetails() []detail {
	return f.details(fiscal.Capital, "T08", f.capitalColumn())
}

func (f facts) details(fund fiscal.Fund, table, column string) []detail {
	var codes []string
	add := func(code string) {
		if len(code) >= f.in.Digits {
			if code = code[:f.in.Digits]; !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	for _, r := range f.s.Table(table).Rows {
		add(r.Code)
	}
	for _, b := range f.in.Budgets {
		if b.Fund == fund && (b.Initial != 0 || b.Full != 0) {
			add(b.Func)
		}
	}
	slices.Sort(codes)
	var out []detail
	for _, code := range codes {
		if d, ok := f.detail(fund, table, column, code); ok {
			out = append(out, d)
		}
	}
	return out
}

func (f facts) detail(fund fiscal.Fund, table, column, code string) (detail, bool) {
	initial, full := f.in.budget(fund, code, "")
	d := detail{Key: "budget." + string(fund) + "." + code, Name: f.in.Codes.Name(fiscal.Func, code), Base: "年初预算", Actual: f.at(statement.Ref(table + "/" + code + "/" + column)),
		Budget: Amount{Fen: initial, Rule: "功能分类 " + code + " 的年初预算指标之和"}}
	if d.Actual.Fen == 0 && initial == 0 {
		return d, false
	}
	d.BaseZero, d.Same = initial == 0, initial == d.Actual.Fen
	d.BigSmall = bigSmall(d.Actual.Fen, initial)
	if d.BaseZero && full != 0 {
		d.Full = &Amount{Fen: full, Rule: "功能分类 " + code + " 的全年预算"}
	}
	if !d.Same {
		f.w.ask(Ask{Key: d.Key, Subject: d.Name, Diff: d.Actual.Fen - initial, Against: "年初预算数"}, f.budgetDrivers(fund, code))
	}
	return d, true
}

func bigSmall(actual, budget money.Fen) string {
	if actual > budget {
		return "大于"
	}
	return "小于"
}

// budgetDrivers compares 基本支出 and 项目支出 below a code of the general budget with their budgets.
func (f facts) budgetDrivers(fund fiscal.Fund, code string) []driver {
	if fund != fiscal.General {
		return nil
	}
	basic, _ := f.in.budget(fund, code, fiscal.Basic)
	project, _ := f.in.budget(fund, code, fiscal.Project)
	if project == 0 || basic == 0 {
		return nil
	}
	return []driver{{"基本支出", "基本", f.at(statement.Ref("T05/"+code+"/2")).Fen - basic}, {"项目支出", "项目", f.at(statement.Ref("T05/"+code+"/3")).Fen - project}}
}

// FundEmpty reports whether there is nothing of the government funds.
func (f facts) FundEmpty() bool { return f.s.Table("T07").Empty }

// FundOpening is what the government funds brought over from last year.
func (f facts) FundOpening() Amount { return f.at("T07/total/1") }

// FundIncome is the year's income of the government funds.
func (f facts) FundIncome() Amount { return f.at("T07/total/2") }

// FundExpense is the year's expenditure of the government funds.
func (f facts) FundExpense() Amount { return f.at("T07/total/3") }

// FundClosing is what the government funds carry over to next year.
func (f facts) FundClosing() Amount { return f.at("T07/total/6") }

// CapitalEmpty reports whether there is nothing of the budget of state capital.
func (f facts) CapitalEmpty() bool { return f.s.Table("T08").Empty }

// CapitalExpense is the year's expenditure of the budget of state capital.
func (f facts) CapitalExpense() Amount { return f.at(statement.Ref("T08/total/" + f.capitalColumn())) }

// capitalColumn is the column that adds up the expenditure of the table, which some layouts precede by others.
func (f facts) capitalColumn() string {
	for _, c := range f.s.Table("T08").Spec.Columns {
		if len(c.Sum) > 0 {
			return c.No
		}
	}
	return "1"
}

// SanGongEmpty reports whether there is neither budget nor expenditure of the three public expenses.
func (f facts) SanGongEmpty() bool { return f.in.sanGongEmpty() }

func (f facts) item(m Metric, name, budget, actual string) publicExpense {
	e := publicExpense{Name: name, BudgetKey: "sangong." + string(m), Budget: f.at(statement.Ref("T09/1/" + budget)), Actual: f.at(statement.Ref("T09/1/" + actual))}
	diff := e.Actual.Fen - e.Budget.Fen
	e.SameBudget, e.BigSmall = diff == 0, bigSmall(e.Actual.Fen, e.Budget.Fen)
	if !e.SameBudget {
		f.w.ask(Ask{Key: e.BudgetKey, Subject: m.Label(), Diff: diff, Against: "全年预算数"}, nil)
	}
	e.YOY = f.w.yoy(string(m), e.Actual, "较上年决算数")
	return e
}

// SanGong is all of the three public expenses.
func (f facts) SanGong() publicExpense { return f.item(SanGong, "“三公”经费支出", "1", "7") }

// Abroad is 因公出国（境）费.
func (f facts) Abroad() publicExpense { return f.item(Abroad, "因公出国（境）费用", "2", "8") }

// Cars is 公务用车购置及运行维护费.
func (f facts) Cars() publicExpense {
	return f.item(Cars, "公务用车购置及运行维护费", "3", "9")
}

// CarBuy is 公务用车购置费.
func (f facts) CarBuy() publicExpense { return f.item(CarBuy, "公务用车购置费", "4", "10") }

// CarRun is 公务用车运行维护费.
func (f facts) CarRun() publicExpense {
	return f.item(CarRun, "公务用车运行维护费", "5", "11")
}

// Reception is 公务接待费.
func (f facts) Reception() publicExpense { return f.item(Reception, "公务接待费", "6", "12") }

// HasMechanism reports whether a unit of the department has 机关运行经费 by its kind.
func (f facts) HasMechanism() bool { return f.in.HasMechanism }

// Mechanism is 机关运行经费: the 公用经费 of administrative units and those treated like them. Where that is all of it, it is
// the cell of the table.
func (f facts) Mechanism() Amount {
	var sum money.Fen
	for _, i := range f.in.Mechanism {
		sum += i.Fen
	}
	if p := f.Public(); p.Fen == sum {
		return p
	}
	return Amount{Fen: sum, Rule: "行政单位和参照公务员法管理的事业单位的公用经费之和"}
}

// MechanismItems lists its 款.
func (f facts) MechanismItems() []part {
	var out []part
	for _, i := range f.in.Mechanism {
		if i.Fen == 0 {
			continue
		}
		a := f.at(statement.Ref("T06/" + i.Code + "/1"))
		if a.Fen != i.Fen {
			a = Amount{Fen: i.Fen, Rule: "行政单位和参照公务员法管理的事业单位的 " + i.Code}
		}
		out = append(out, part{f.in.Codes.Name(fiscal.Econ, i.Code), a})
	}
	return out
}

// Meeting is 会议费.
func (f facts) Meeting() Amount {
	return Amount{Fen: f.in.Meeting, Rule: "财政拨款支出中经济分类 30215 的分录之和"}
}

// Training is 培训费.
func (f facts) Training() Amount {
	return Amount{Fen: f.in.Training, Rule: "财政拨款支出中经济分类 30216 的分录之和"}
}

// Procurement is all procurement.
func (f facts) Procurement() Amount { return contracts(f.in.Procurement.Total(), "全部") }

// Goods is the procurement of goods.
func (f facts) Goods() Amount { return contracts(f.in.Procurement.Goods, "货物") }

// Works is the procurement of works.
func (f facts) Works() Amount { return contracts(f.in.Procurement.Works, "工程") }

// Services is the procurement of services.
func (f facts) Services() Amount { return contracts(f.in.Procurement.Services, "服务") }

// SME is what went to small and medium enterprises.
func (f facts) SME() Amount { return contracts(f.in.Procurement.SME, "授予中小企业的") }

// Micro is what went to small and micro enterprises.
func (f facts) Micro() Amount { return contracts(f.in.Procurement.Micro, "授予小微企业的") }

func contracts(fen money.Fen, what string) Amount {
	return Amount{Fen: fen, Rule: "本年签订的" + what + "政府采购合同金额之和"}
}

// vehicleKind is one kind in the list of vehicles.
type vehicleKind struct{ Name, Key string }

// Vehicles lists the eight kinds.
func (f facts) Vehicles() []vehicleKind {
	var out []vehicleKind
	for _, v := range Vehicles() {
		out = append(out, vehicleKind{v.Label(), string(v)})
	}
	return out
}

// Rounded reports whether a printed sum differs from the sum of what is printed.
func (f facts) Rounded() bool { return len(f.s.Rounded()) > 0 }

// projectGroup is the projects of a fund.
type projectGroup struct {
	Count string
	Spent Amount
}

// ProjectsOf adds up the projects of a fund; nil where it has none.
func (f facts) ProjectsOf(fund string) *projectGroup {
	var sum money.Fen
	n := 0
	for _, p := range f.in.Projects {
		if p.Fund == fiscal.Fund(fund) {
			n++
			sum += p.Spent
		}
	}
	if n == 0 {
		return nil
	}
	text := fmt.Sprint(n)
	return &projectGroup{Count: f.w.mark(Span{Text: text, Figure: &Figure{Text: text, Rule: "有预算或支出的项目个数"}}), Spent: Amount{Fen: sum, Rule: "这些项目的支出之和"}}
}

// projectLine is one project.
type projectLine struct {
	Name        string
	Full, Spent Amount
}

// Projects lists the projects.
func (f facts) Projects() []projectLine {
	var out []projectLine
	for _, p := range f.in.Projects {
		out = append(out, projectLine{p.Name, Amount{Fen: p.Full, Rule: "项目的全年预算"}, Amount{Fen: p.Spent, Rule: "项目的支出之和"}})
	}
	return out
}
