package score

import (
	"slices"
	"strings"

	"yichuang/internal/money"
)

// Kind is which form of the self-evaluation (绩效自评) it is.
type Kind string

// The kinds of forms.
const (
	Whole   Kind = "whole"   // 部门整体支出绩效自评表
	Project Kind = "project" // 项目支出绩效自评表
)

// Label is the form's Chinese title; "" for a kind that does not exist.
func (k Kind) Label() string {
	return map[Kind]string{Whole: "部门整体支出绩效自评表", Project: "项目支出绩效自评表"}[k]
}

// Op is how the target of an indicator (绩效指标) is meant.
type Op string

// The operators.
const (
	AtLeast  Op = "ge"
	AtMost   Op = "le"
	Exactly  Op = "eq"
	MoreThan Op = "gt"
	LessThan Op = "lt"
	Quality  Op = "qual" // 定性指标
)

// Ops lists the operators in the order in which they are offered.
func Ops() []Op { return []Op{AtLeast, MoreThan, Exactly, AtMost, LessThan, Quality} }

// Sign is the operator as forms write it; "" for a qualitative indicator and for an operator that does not exist.
func (o Op) Sign() string {
	return map[Op]string{AtLeast: ">=", AtMost: "<=", Exactly: "=", MoreThan: ">", LessThan: "<"}[o]
}

// Label is the operator's Chinese name; "" for one that does not exist.
func (o Op) Label() string {
	return map[Op]string{AtLeast: "不低于（>=）", AtMost: "不超过（<=）", Exactly: "等于（=）", MoreThan: "高于（>）", LessThan: "低于（<）", Quality: "定性"}[o]
}

// Reverse reports whether less is better (反向指标).
func (o Op) Reverse() bool { return o == AtMost || o == LessThan }

// Met reports whether an actual value fulfils the target.
func (o Op) Met(target, actual Decimal) bool {
	c := actual.Cmp(target)
	switch o {
	case Exactly: // more than planned fulfils it, but where nothing was planned to happen
		return c >= 0 && target.Sign() != 0 || actual.Sign() <= 0 && target.Sign() == 0
	case AtLeast:
		return c >= 0
	case AtMost:
		return c <= 0
	case MoreThan:
		return c > 0
	case LessThan:
		return c < 0
	}
	return false
}

// FundKind is what a row of the money of a form is.
type FundKind string

// The rows of the money: first those of the whole department, then those of a project.
const (
	TotalFund     FundKind = "total"     // 年度资金总额
	BasicFund     FundKind = "basic"     // 基本支出
	PersonnelFund FundKind = "personnel" // 人员经费
	PublicFund    FundKind = "public"    // 公用经费
	ProjectFund   FundKind = "project"   // 项目支出
	GeneralFund   FundKind = "general"   // 一般性项目
	KeyFund       FundKind = "key"       // 重点项目
	Appropriation FundKind = "granted"   // 其中：财政拨款
	CarriedFund   FundKind = "carried"   // 上年结转资金
	OtherFund     FundKind = "other"     // 其他资金
)

// FundKinds lists the rows of the money of a form of the kind, in its order.
func (k Kind) FundKinds() []FundKind {
	if k == Whole {
		return []FundKind{TotalFund, BasicFund, PersonnelFund, PublicFund, ProjectFund, GeneralFund, KeyFund}
	}
	return []FundKind{TotalFund, Appropriation, CarriedFund, OtherFund}
}

// Label is the row's name without its number; "" for a kind that does not exist.
func (k FundKind) Label() string {
	return map[FundKind]string{TotalFund: "年度资金总额", BasicFund: "基本支出", PersonnelFund: "人员经费", PublicFund: "公用经费", ProjectFund: "项目支出",
		GeneralFund: "一般性项目", KeyFund: "重点项目", Appropriation: "财政拨款", CarriedFund: "上年结转资金", OtherFund: "其他资金"}[k]
}

// Fund is a row of the money of a form.
type Fund struct {
	Kind    FundKind  `json:"kind"`
	Initial money.Fen `json:"initial"` // 年初预算数
	Full    money.Fen `json:"full"`    // 全年预算数
	Actual  money.Fen `json:"actual"`  // 全年执行数
	Reason  string    `json:"reason,omitempty"`
	Stated  Stated    `json:"stated,omitzero"`
}

// Stated is what a published form prints for a row, as it prints it; "" where it prints nothing.
type Stated struct {
	Completion string `json:"completion,omitempty"` // 完成率, of money 执行率
	Score      string `json:"score,omitempty"`
}

// Indicator (绩效指标) is a row of the indicators of a form.
type Indicator struct {
	ID     string  `json:"id,omitempty"`
	Class  string  `json:"class"` // 一级指标
	Group  string  `json:"group"` // 二级指标
	Name   string  `json:"name"`  // 三级指标
	Op     Op      `json:"op"`
	Target Decimal `json:"target,omitzero"`
	// Goal is the target of a qualitative indicator in words (及时, 规范).
	Goal   string  `json:"goal,omitempty"`
	Unit   string  `json:"unit,omitempty"`
	Actual Decimal `json:"actual,omitzero"`
	// Band is the qualitative band that was reached, by its name in the policy. Share is the part of the weight that was
	// given within the band where it is not the policy's usual one, and Given says who gave it and why.
	Band   string  `json:"band,omitempty"`
	Share  Decimal `json:"share,omitzero"`
	Given  string  `json:"given,omitempty"`
	Weight Decimal `json:"weight"`
	Reason string  `json:"reason,omitempty"` // 未完成原因分析
	// Source says where the actual value comes from: 自报 or the name of what it is bound to.
	Source string `json:"source,omitempty"`
	Stated Stated `json:"stated,omitzero"`
}

// Form (绩效自评表) is a form of the self-evaluation of a year: what was planned, what was reached, and, where it was read
// from a publication, what it prints.
type Form struct {
	Kind        Kind        `json:"kind"`
	Year        int         `json:"year"`
	Name        string      `json:"name"`                  // 部门名称 or 项目名称
	Supervisor  string      `json:"supervisor,omitempty"`  // 主管部门
	Implementer string      `json:"implementer,omitempty"` // 实施单位
	Goal        string      `json:"goal,omitempty"`        // 预期目标
	GoalActual  string      `json:"goal_actual,omitempty"` // 实际完成情况
	Funds       []Fund      `json:"funds"`
	FundReason  string      `json:"fund_reason,omitempty"` // 未完成原因分析 of a project's money
	Indicators  []Indicator `json:"indicators"`
	// Label is what a publication calls the form, such as 附件4-1.
	Label string `json:"label,omitempty"`
	// Total and Grade are what a published form prints below its rows.
	Total string `json:"stated_total,omitempty"`
	Grade string `json:"stated_grade,omitempty"`
}

// Fund gives the row of a kind; false where the form has none.
func (f *Form) Fund(k FundKind) (Fund, bool) {
	for _, x := range f.Funds {
		if x.Kind == k {
			return x, true
		}
	}
	return Fund{Kind: k}, false
}

// Title is the form's title with its name: 项目支出绩效自评表（2024年度政务大厅规范化管理经费）.
func (f *Form) Title() string { return f.Kind.Label() + "（" + f.Name + "）" }

// Place names the form in findings: by its label where it has one.
func (f *Form) Place() string {
	if f.Label != "" {
		return f.Label
	}
	return f.Name
}

// Target text: >=95%, 及时.
func (i *Indicator) TargetText() string {
	if i.Op == Quality {
		return i.Goal
	}
	return i.Op.Sign() + i.Target.String() + i.Unit
}

// ClassName is a class without the word 指标, by which policies call it: 成本指标 and 成本 are one.
func ClassName(class string) string { return strings.TrimSuffix(strings.TrimSpace(class), "指标") }

// Classes lists the classes (一级指标) of the form in their order.
func (f *Form) Classes() []string {
	var out []string
	for _, i := range f.Indicators {
		if !slices.Contains(out, i.Class) {
			out = append(out, i.Class)
		}
	}
	return out
}
