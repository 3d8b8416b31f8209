// Package narrative writes the text of a department's final accounts (决算情况说明): the thirteen sections of part three,
// part four and the terms of part five. It is pure: texts, which are data, and an Input give a Document, always the same.
//
// No figure is typed: each amount, share and count that a text prints comes from the tables or the books and remains
// bound to where it came from (Figure). Where an amount differs from last year's or from its budget, the text asks for
// the reason (Ask) and proposes the component that moved most; the reason is the only thing that people write.
package narrative

import (
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/statement"
	"yichuang/internal/money"
)

// Metric names a figure that is compared with the year before.
type Metric string

// The metrics.
const (
	Total        Metric = "total"        // 收支总计
	Appropriated Metric = "appropriated" // 财政拨款收支总计
	General      Metric = "general"      // 一般公共预算财政拨款支出
	Personnel    Metric = "personnel"    // 人员经费
	Public       Metric = "public"       // 公用经费
	Projects     Metric = "project"      // 项目支出
	Mechanism    Metric = "mechanism"    // 机关运行经费
	SanGong      Metric = "sangong"      // “三公”经费
	Abroad       Metric = "abroad"       // 因公出国（境）费
	Cars         Metric = "cars"         // 公务用车购置及运行维护费
	CarBuy       Metric = "car_buy"      // 公务用车购置费
	CarRun       Metric = "car_run"      // 公务用车运行维护费
	Reception    Metric = "reception"    // 公务接待费
	Meeting      Metric = "meeting"      // 会议费
	Training     Metric = "training"     // 培训费
)

// Metrics lists the metrics in the order in which they are asked for.
func Metrics() []Metric {
	return []Metric{Total, Appropriated, General, Personnel, Public, Projects, Mechanism, SanGong, Abroad, Cars, CarBuy, CarRun, Reception, Meeting, Training}
}

// Label is the metric's Chinese name; "" for one that does not exist.
func (m Metric) Label() string {
	return map[Metric]string{Total: "收支总计", Appropriated: "财政拨款收支总计", General: "一般公共预算财政拨款支出", Personnel: "人员经费", Public: "公用经费", Projects: "项目支出",
		Mechanism: "机关运行经费", SanGong: "“三公”经费", Abroad: "因公出国（境）费", Cars: "公务用车购置及运行维护费", CarBuy: "公务用车购置费", CarRun: "公务用车运行维护费",
		Reception: "公务接待费", Meeting: "会议费", Training: "培训费"}[m]
}

// Count names a number of things.
type Count string

// Counts lists the counts in the order of the text.
func Counts() []Count {
	return []Count{"abroad_groups", "abroad_people", "cars_bought", "cars_kept", "receptions", "reception_people", "foreign_receptions", "foreign_people", "overseas_receptions", "overseas_people"}
}

// Label is the count's Chinese name with its unit; "" for one that does not exist.
func (c Count) Label() string {
	return map[Count]string{"abroad_groups": "因公出国（境）团组（个）", "abroad_people": "因公出国（境）人次（人）", "cars_bought": "公务用车购置（辆）", "cars_kept": "公务用车保有量（辆）",
		"receptions": "国内公务接待批次（批次）", "reception_people": "国内公务接待人次（人）", "foreign_receptions": "其中外事接待批次（批次）", "foreign_people": "其中外事接待人次（人）",
		"overseas_receptions": "国（境）外公务接待批次（批次）", "overseas_people": "国（境）外公务接待人次（人）"}[c]
}

// Vehicle is one of the eight kinds of vehicles.
type Vehicle string

// Vehicles lists the kinds in the order of the text.
func Vehicles() []Vehicle {
	return []Vehicle{"minister", "leader", "secret", "emergency", "enforcement", "special", "retired", "other"}
}

// Label is the kind's Chinese name.
func (v Vehicle) Label() string {
	return map[Vehicle]string{"minister": "副部(省)级及以上领导用车", "leader": "主要领导干部用车", "secret": "机要通信用车", "emergency": "应急保障用车", "enforcement": "执法执勤用车",
		"special": "特种专业技术用车", "retired": "离退休干部用车", "other": "其他用车"}[v]
}

// Procurement is what was bought by contract, and the parts that went to smaller enterprises.
type Procurement struct {
	Goods, Works, Services money.Fen
	SME, Micro             money.Fen
}

// Total is all procurement.
func (p Procurement) Total() money.Fen { return p.Goods + p.Works + p.Services }

// BudgetSum is the budget of one fund, functional code and kind of expenditure.
type BudgetSum struct {
	Fund    fiscal.Fund
	Func    string
	Kind    fiscal.Kind
	Initial money.Fen
	Full    money.Fen
}

// ProjectSum is a project with its full-year budget and what was spent.
type ProjectSum struct {
	Name  string
	Fund  fiscal.Fund
	Full  money.Fen
	Spent money.Fen
}

// Item is an amount of one economic code.
type Item struct {
	Code string
	Fen  money.Fen
}

// Input is everything that the text is made from.
type Input struct {
	Year      int
	Statement *statement.Statement
	Codes     *fiscal.Dictionary
	Budgets   []BudgetSum
	Prior     map[Metric]money.Fen // without an entry: not known
	Counts    map[Count]int64
	// Mechanism is 机关运行经费 by economic code, and whether a unit of the department has any such expenditure by its kind.
	Mechanism    []Item
	HasMechanism bool
	Meeting      money.Fen
	Training     money.Fen
	Procurement  Procurement
	Vehicles     map[Vehicle]int64
	Equipment    int64
	Projects     []ProjectSum
	Reasons      map[string]string
	Digits       int // length of the functional codes that 五（三） explains
}
