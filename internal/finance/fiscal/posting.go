package fiscal

import (
	"math/big"
	"slices"
	"strings"

	"yichuang/internal/money"
)

// Fund (资金性质) is where money comes from.
type Fund string

// The funds. The first three are appropriations (财政拨款).
const (
	General Fund = "general" // 一般公共预算财政拨款
	GovFund Fund = "fund"    // 政府性基金预算财政拨款
	Capital Fund = "capital" // 国有资本经营预算财政拨款
	Other   Fund = "other"   // 非财政拨款
)

// Funds lists the funds in the order of the tables.
func Funds() []Fund { return []Fund{General, GovFund, Capital, Other} }

// Label is the fund's Chinese name.
func (f Fund) Label() string {
	return map[Fund]string{General: "一般公共预算财政拨款", GovFund: "政府性基金预算财政拨款", Capital: "国有资本经营预算财政拨款", Other: "非财政拨款"}[f]
}

// Appropriated reports whether the fund is an appropriation.
func (f Fund) Appropriated() bool { return f == General || f == GovFund || f == Capital }

// Kind (支出类型) divides expenditure into the basic and the projects'.
type Kind string

// The kinds of expenditure.
const (
	Basic   Kind = "basic"   // 基本支出
	Project Kind = "project" // 项目支出
)

// Label is the kind's Chinese name.
func (k Kind) Label() string {
	return map[Kind]string{Basic: "基本支出", Project: "项目支出"}[k]
}

// SanGong (“三公”经费) marks what counts as one of the four items of 公开09表.
type SanGong string

// The items.
const (
	NotSanGong SanGong = ""
	Abroad     SanGong = "abroad"    // 因公出国（境）费
	CarBuy     SanGong = "car_buy"   // 公务用车购置费
	CarRun     SanGong = "car_run"   // 公务用车运行维护费
	Reception  SanGong = "reception" // 公务接待费
)

// SanGongs lists the items in the order of the table.
func SanGongs() []SanGong { return []SanGong{Abroad, CarBuy, CarRun, Reception} }

// Label is the item's Chinese name.
func (s SanGong) Label() string {
	return map[SanGong]string{Abroad: "因公出国（境）费", CarBuy: "公务用车购置费", CarRun: "公务用车运行维护费", Reception: "公务接待费"}[s]
}

// SanGongOf gives the item that an economic code stands for, for entries that carry no mark of their own.
func SanGongOf(econ string) SanGong {
	switch econ {
	case "30212":
		return Abroad
	case "31013", "30913":
		return CarBuy
	case "30231":
		return CarRun
	case "30217":
		return Reception
	}
	return NotSanGong
}

// Nature is what a posting counts as in the tables.
type Nature string

// The natures.
const (
	Income    Nature = "income"    // 预算收入
	Expense   Nature = "expense"   // 预算支出
	Opening   Nature = "opening"   // 年初结转和结余
	Closing   Nature = "closing"   // 年末结转和结余
	Used      Nature = "used"      // 使用非财政拨款结余（含专用结余）
	Allocated Nature = "allocated" // 结余分配
	Budget    Nature = "budget"    // 全年预算数, for the tables that print it
)

// Source says which income or which outgo an account is.
type Source string

// The sources of income and the forms of expenditure.
const (
	Appropriation Source = "appropriation" // 财政拨款收入
	Superior      Source = "superior"      // 上级补助收入
	Service       Source = "service"       // 事业收入
	Operating     Source = "operating"     // 经营收入, 经营支出
	Subsidiary    Source = "subsidiary"    // 附属单位上缴收入, 对附属单位补助支出
	OtherIncome   Source = "other"         // 其他收入
	Own           Source = "own"           // 行政支出, 事业支出: by Kind
	Remitted      Source = "remitted"      // 上缴上级支出
)

// Account (预算会计科目) is a level-one account of 政府会计制度 (财会〔2017〕25号) with what it counts as.
type Account struct {
	Code   string
	Name   string
	Nature Nature
	Source Source
}

// accounts are never changed; Accounts gives a copy.
var accounts = []Account{
	{"6001", "财政拨款预算收入", Income, Appropriation}, {"6101", "事业预算收入", Income, Service}, {"6201", "上级补助预算收入", Income, Superior},
	{"6301", "附属单位上缴预算收入", Income, Subsidiary}, {"6401", "经营预算收入", Income, Operating}, {"6501", "债务预算收入", Income, OtherIncome},
	{"6601", "非同级财政拨款预算收入", Income, OtherIncome}, {"6602", "投资预算收益", Income, OtherIncome}, {"6609", "其他预算收入", Income, OtherIncome},
	{"7101", "行政支出", Expense, Own}, {"7201", "事业支出", Expense, Own}, {"7301", "经营支出", Expense, Operating}, {"7401", "上缴上级支出", Expense, Remitted},
	{"7501", "对附属单位补助支出", Expense, Subsidiary}, {"7901", "其他支出", Expense, Own},
}

// Accounts lists the accounts that entries may use. Where the rule does not say which row of 公开01表 an account belongs
// to (6501 and the 66xx), it counts as 其他收入.
func Accounts() []Account { return slices.Clone(accounts) }

// FundsInHand (资金结存) is the account that the money itself is in; it counts as nothing in the tables.
const FundsInHand = "8001"

// AccountOf finds the account of a code by its first four digits: 600101 is 6001.
func AccountOf(code string) (Account, bool) {
	for _, a := range accounts {
		if strings.HasPrefix(code, a.Code) {
			return a, true
		}
	}
	return Account{}, false
}

// Sum is the total in 分 of all entries that agree in everything that a table can ask for. Key is its name, which the
// entries carry too, so that a cell made of sums leads back to its entries.
type Sum struct {
	Key     string
	Account string // of the budgetary accounts: 6xxx or 7xxx
	Contra  string // the account on the other side: 8001, or 6001 where the treasury pays directly
	Unit    string
	Fund    Fund
	Func    string
	Econ    string // "" for what has no economic code
	Kind    Kind   // of expenditure
	Project string
	SanGong SanGong
	Carried bool // from last year's carry-over (上年结转)
	Fen     money.Fen
	Entries int64
}

// Posting is one amount on one side of the tables.
type Posting struct {
	Key     string
	Nature  Nature
	Source  Source
	Unit    string
	Fund    Fund
	Func    string
	Econ    string
	Kind    Kind
	Project string
	SanGong SanGong
	Fen     money.Fen
}

// Postings are what a sum counts as: its own account's side and, where the other account is an income as with direct
// payments of the treasury (国库集中支付), that income too.
func (s Sum) Postings() []Posting {
	var out []Posting
	for _, code := range []string{s.Account, s.Contra} {
		a, ok := AccountOf(code)
		if !ok {
			continue
		}
		p := Posting{Key: s.Key, Nature: a.Nature, Source: a.Source, Unit: s.Unit, Fund: s.Fund, Func: s.Func, Fen: s.Fen}
		if a.Nature == Expense {
			p.Econ, p.Kind, p.Project, p.SanGong = s.Econ, s.Kind, s.Project, s.SanGong
		}
		out = append(out, p)
	}
	return out
}

// Percent is part ÷ whole in percent with two decimals, rounded half up away from zero; false where whole is 0, because
// there is no percentage of nothing.
func Percent(part, whole money.Fen) (string, bool) {
	if whole == 0 {
		return "", false
	}
	num := new(big.Int).Mul(big.NewInt(int64(part)), big.NewInt(20000))
	den := big.NewInt(2 * int64(whole))
	if den.Sign() < 0 {
		num.Neg(num)
		den.Neg(den)
	}
	negative := num.Sign() < 0
	num.Abs(num).Add(num, new(big.Int).Quo(den, big.NewInt(2))).Quo(num, den)
	text := num.String()
	for len(text) < 3 {
		text = "0" + text
	}
	text = text[:len(text)-2] + "." + text[len(text)-2:] + "%"
	if negative && num.Sign() != 0 {
		text = "-" + text
	}
	return text, true
}
