package finance

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/money"
	"yichuang/internal/store"
)

// Entry (分录) is one amount that moved: the budgetary account that it counts under, the account on the other side, and
// what the tables need to know of it. It is never changed or deleted.
type Entry struct {
	CentreID string         `db:"centre_id" json:"-"`
	Year     int            `db:"year" json:"year"`
	ID       string         `db:"id" json:"id"`
	SumKey   string         `db:"sum_key" json:"-"`
	Voucher  string         `db:"voucher" json:"voucher"` // 凭证号
	Day      clock.Date     `db:"day" json:"day"`
	Account  string         `db:"account" json:"account"`
	Contra   string         `db:"contra" json:"contra"`
	UnitID   string         `db:"unit_id" json:"unit_id"`
	Fund     fiscal.Fund    `db:"fund" json:"fund"`
	Func     string         `db:"func" json:"func"`
	Econ     string         `db:"econ" json:"econ,omitempty"`
	Kind     fiscal.Kind    `db:"kind" json:"kind,omitempty"`
	Project  string         `db:"project" json:"project,omitempty"`
	SanGong  fiscal.SanGong `db:"sangong" json:"sangong,omitempty"`
	Carried  bool           `db:"carried" json:"carried,omitempty"` // spends what was carried over from last year
	Fen      money.Fen      `db:"fen" json:"fen"`
	Summary  string         `db:"summary" json:"summary"`
	Corrects string         `db:"corrects" json:"corrects,omitempty"` // the entry that this one takes back or puts in its place
	ImportID string         `db:"import_id" json:"import_id,omitempty"`
	At       clock.Instant  `db:"at" json:"at"`
	By       string         `db:"by_user" json:"by"`
}

// Refusals about entries.
var (
	ErrEntryInput   = errs.New(errs.Invalid, "finance.entry_input", "凭证有几处需要改正，没有登记。请按提示修改。")
	ErrEntryMissing = errs.New(errs.NotFound, "finance.entry_missing", "没有这条分录，或您无权查看。")
	ErrQuota        = errs.New(errs.Conflict, "finance.quota", "支出超过预算指标，没有登记。")
)

var entryColumns = store.Columns[Entry]("")

// Bounds of an entry.
const (
	maxFen     = money.Fen(1_000_000_000_000_00) // 一万亿元
	maxSummary = 200
	maxVoucher = 40
)

// frame is what an entry is checked against.
type frame struct {
	book     *Book
	codes    *fiscal.Dictionary
	units    []Unit
	projects []Project
}

// check says in Chinese what is wrong with an entry, one sentence a field; nil for nothing.
func (f *frame) check(e *Entry) []errs.Field {
	var out []errs.Field
	bad := func(name, format string, args ...any) {
		out = append(out, errs.Field{Name: name, Public: fmt.Sprintf(format, args...)})
	}
	account, ok := fiscal.AccountOf(e.Account)
	if !ok {
		bad("account", "科目“%s”不是预算收入或预算支出科目。", e.Account)
	}
	if contra, known := fiscal.AccountOf(e.Contra); e.Contra != fiscal.FundsInHand && (!known || contra.Code != "6001" || account.Nature != fiscal.Expense) {
		bad("contra", "对方科目应是 8001 资金结存，直接支付的支出是 6001 财政拨款预算收入。")
	}
	if e.Day.Year() != f.book.Year {
		bad("day", "日期应在 %d 年。", f.book.Year)
	} else if int(e.Day.Month()) <= f.book.ClosedTo {
		bad("day", "%d 月已经结账，不能再登记。请记在没有结账的月份。", e.Day.Month())
	}
	if e.Fen == 0 || e.Fen > maxFen || e.Fen < -maxFen {
		bad("fen", "金额不能为 0，也不能超过一万亿元。")
	} else if e.Fen < 0 && e.Corrects == "" && e.ImportID == "" {
		bad("fen", "金额应大于 0；更正用红字冲销，从原分录登记。")
	}
	if !slices.ContainsFunc(f.units, func(u Unit) bool { return u.ID == e.UnitID }) {
		bad("unit_id", "请选择预算单位。")
	}
	if e.Voucher == "" || utf8.RuneCountInString(e.Voucher) > maxVoucher {
		bad("voucher", "请填写凭证号，%d 个字以内。", maxVoucher)
	}
	if utf8.RuneCountInString(e.Summary) > maxSummary {
		bad("summary", "摘要不超过 %d 个字。", maxSummary)
	}
	return append(out, f.checkClass(e, account)...)
}

// checkClass checks fund, classification and project.
func (f *frame) checkClass(e *Entry, account fiscal.Account) []errs.Field {
	var out []errs.Field
	bad := func(name, format string, args ...any) {
		out = append(out, errs.Field{Name: name, Public: fmt.Sprintf(format, args...)})
	}
	if !slices.Contains(fiscal.Funds(), e.Fund) {
		bad("fund", "请选择资金性质。")
	}
	appropriated := account.Source == fiscal.Appropriation || strings.HasPrefix(e.Contra, "6001")
	if appropriated && !e.Fund.Appropriated() {
		bad("fund", "财政拨款的资金性质应是三种财政拨款之一。")
	}
	if account.Nature == fiscal.Income && account.Source != fiscal.Appropriation && e.Fund.Appropriated() {
		bad("fund", "%s的资金性质应是非财政拨款。", account.Name)
	}
	if text := f.codes.Check(fiscal.Func, e.Func); text != "" {
		bad("func", "%s。", text)
	} else if len(e.Func) != fiscal.Func.Leaf() {
		bad("func", "功能分类应到项，共 7 位。")
	}
	if account.Source != fiscal.Own {
		if e.Econ != "" || e.Kind != "" || e.Project != "" {
			bad("kind", "%s不分基本支出和项目支出，也没有经济分类。", account.Name)
		}
		return out
	}
	if e.Kind != fiscal.Basic && e.Kind != fiscal.Project {
		bad("kind", "请选择基本支出或项目支出。")
	}
	if e.Econ != "" || e.Kind == fiscal.Basic {
		if text := f.codes.Check(fiscal.Econ, e.Econ); text != "" {
			bad("econ", "%s。", text)
		} else if len(e.Econ) != fiscal.Econ.Leaf() {
			bad("econ", "经济分类应到款，共 5 位。")
		}
	}
	known := slices.ContainsFunc(f.projects, func(p Project) bool { return p.Code == e.Project })
	if e.Kind == fiscal.Project && !known {
		bad("project", "请选择项目。")
	} else if e.Kind == fiscal.Basic && e.Project != "" {
		bad("project", "基本支出不带项目。")
	}
	return out
}

// complete fills in what follows from the rest: the mark of the three public expenses and the key of the sum.
func (e *Entry) complete() {
	e.Voucher, e.Summary = strings.TrimSpace(e.Voucher), strings.TrimSpace(e.Summary)
	if a, ok := fiscal.AccountOf(e.Account); ok && a.Nature == fiscal.Expense && e.SanGong == fiscal.NotSanGong {
		e.SanGong = fiscal.SanGongOf(e.Econ)
	}
	e.SumKey = sumKey(e)
}

// sumKey names the sum that an entry is part of, from everything that a table can ask for.
func sumKey(e *Entry) string {
	carried := "0"
	if e.Carried {
		carried = "1"
	}
	h := sha256.Sum256([]byte(strings.Join([]string{e.Account, e.Contra, e.UnitID, string(e.Fund), e.Func, e.Econ, string(e.Kind), e.Project, string(e.SanGong), carried}, "\x00")))
	return hex.EncodeToString(h[:8])
}

// reversal is the entry that takes another back (红字冲销), on a day of its own.
func (e *Entry) reversal(day clock.Date, voucher, summary string) Entry {
	r := *e
	r.Fen, r.Corrects, r.Day, r.Voucher, r.Summary, r.ImportID = -e.Fen, e.ID, day, voucher, summary, ""
	return r
}
