// Package fiscal is the vocabulary of government accounts that every part of the finance module shares: the yearly
// dictionaries of the functional and the economic classification (政府收支分类科目), funds, and what a posting of the
// budgetary accounts (预算会计) counts as. It is pure: no database, no clock.
package fiscal

import (
	_ "embed" // the start set of codes
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
)

// Scheme is one of the two classifications that a disclosure uses.
type Scheme string

// The schemes.
const (
	Func Scheme = "func" // 支出功能分类: 类 款 项, 3, 5 and 7 digits
	Econ Scheme = "econ" // 部门预算支出经济分类: 类 款, 3 and 5 digits
)

// Label is the scheme's Chinese name.
func (s Scheme) Label() string {
	return map[Scheme]string{Func: "支出功能分类", Econ: "支出经济分类"}[s]
}

// Lengths are the numbers of digits that codes of the scheme have, from 类 down.
func (s Scheme) Lengths() []int {
	if s == Econ {
		return []int{3, 5}
	}
	return []int{3, 5, 7}
}

// Leaf is the number of digits of the finest codes, which entries carry.
func (s Scheme) Leaf() int { l := s.Lengths(); return l[len(l)-1] }

// Shaped reports whether a code has the form of the scheme: digits, and as many as one of its levels has.
func (s Scheme) Shaped(code string) bool {
	return slices.Contains(s.Lengths(), len(code)) && strings.Trim(code, "0123456789") == ""
}

// Parent is the code one level up; "" for a 类.
func Parent(code string) string {
	if len(code) <= 3 {
		return ""
	}
	return code[:len(code)-2]
}

// Class is the 类 of a code.
func Class(code string) string { return code[:min(3, len(code))] }

// LevelName is 类, 款 or 项.
func LevelName(code string) string {
	switch len(code) {
	case 3:
		return "类"
	case 5:
		return "款"
	case 7:
		return "项"
	}
	return ""
}

// Subject (科目) is one code of a scheme in one year.
type Subject struct {
	Scheme Scheme `json:"scheme"`
	Code   string `json:"code"`
	Name   string `json:"name"`
	// Confirmed is false for a code that was inferred and should be checked against the year's official list (未确认).
	Confirmed bool `json:"confirmed"`
}

// Dictionary is the subjects of one year. It is a value that is read only; find by code, never by name: 309 and 310, 311
// and 312 share names.
type Dictionary struct {
	Year int
	// BaseYear is the year of the list that it was made from, which differs where the year's own was not imported.
	BaseYear int
	byCode   map[Scheme]map[string]Subject
}

// NewDictionary makes a dictionary; a later subject of the same code takes the place of an earlier one.
func NewDictionary(year, base int, lists ...[]Subject) *Dictionary {
	d := &Dictionary{Year: year, BaseYear: base, byCode: map[Scheme]map[string]Subject{Func: {}, Econ: {}}}
	for _, list := range lists {
		for _, s := range list {
			d.byCode[s.Scheme][s.Code] = s
		}
	}
	return d
}

// Find gives the subject of a code.
func (d *Dictionary) Find(s Scheme, code string) (Subject, bool) {
	v, ok := d.byCode[s][code]
	return v, ok
}

// Name gives the name of a code; "未知科目" where the dictionary has none.
func (d *Dictionary) Name(s Scheme, code string) string {
	if v, ok := d.byCode[s][code]; ok {
		return v.Name
	}
	return "未知科目"
}

// Children lists the codes one level below parent ("" for the 类) in order.
func (d *Dictionary) Children(s Scheme, parent string) []string {
	var out []string
	for code := range d.byCode[s] {
		if Parent(code) == parent {
			out = append(out, code)
		}
	}
	slices.Sort(out)
	return out
}

// All lists the subjects of a scheme in the order of codes.
func (d *Dictionary) All(s Scheme) []Subject {
	out := make([]Subject, 0, len(d.byCode[s]))
	for _, v := range d.byCode[s] {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b Subject) int { return strings.Compare(a.Code, b.Code) })
	return out
}

// Check says in Chinese what is wrong with a code of an entry, "" for nothing.
func (d *Dictionary) Check(s Scheme, code string) string {
	switch _, known := d.Find(s, code); {
	case !s.Shaped(code):
		return fmt.Sprintf("%s“%s”应是 %s 位数字", s.Label(), code, lengthsText(s))
	case !known:
		return fmt.Sprintf("%d 年的%s里没有“%s”", d.Year, s.Label(), code)
	}
	return ""
}

func lengthsText(s Scheme) string {
	if s == Econ {
		return "3 或 5"
	}
	return "3、5 或 7"
}

// BuiltInYear is the year of the start set.
const BuiltInYear = 2024

//go:embed codes/2024.csv
var builtIn string

// BuiltIn is the start set: what published final accounts of 2024 show. It is partial; a centre imports the official
// list of the year over it.
func BuiltIn() ([]Subject, error) {
	rows, err := csv.NewReader(strings.NewReader(builtIn)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("built-in codes: %w", err)
	}
	out := make([]Subject, 0, len(rows))
	for _, r := range rows[1:] {
		s := Subject{Scheme: Scheme(r[0]), Code: r[1], Name: r[2], Confirmed: r[3] == "1"}
		if !s.Scheme.Shaped(s.Code) {
			return nil, fmt.Errorf("built-in codes: %q", r)
		}
		out = append(out, s)
	}
	return out, nil
}
