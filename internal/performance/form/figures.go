package form

import (
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"yichuang/internal/errs"
	"yichuang/internal/money"
	"yichuang/internal/performance/score"
)

// Refusals of files.
var (
	ErrFormat = errs.New(errs.Invalid, "form.format", "文件不是绩效自评表：既不是本系统导出的 JSON 或 XLSX，也不是部门决算数据文件。")
	ErrCell   = errs.New(errs.Invalid, "form.cell", "绩效自评表里有读不懂的内容。")
)

// figures is the part of a file of transcribed final accounts that holds the forms of performance, and what the text of the
// accounts says about them. Every number is text as it was printed; null is a blank.
type figures struct {
	Narrative []figure    `json:"narrative"`
	Annex2    *annexTable `json:"annex2"`
	Annex41   *annexTable `json:"annex4_1"`
	Annex42   *annexTable `json:"annex4_2"`
}

type figure struct {
	Section string `json:"section"`
	Metric  string `json:"metric"`
	Value   string `json:"value"`
	Unit    string `json:"unit"`
	Context string `json:"context"`
}

type annexTable struct {
	Title       string      `json:"title"`
	Year        string      `json:"year"`
	Dept        string      `json:"dept"`
	Project     string      `json:"project"`
	Supervisor  string      `json:"supervisor"`
	Implementer string      `json:"implementer"`
	Goal        string      `json:"goal"`
	GoalActual  string      `json:"goal_actual"`
	FundReason  string      `json:"unfinished_reason"`
	Funds       [][]*string `json:"funds"`
	Indicators  [][]*string `json:"indicators"`
	Total       struct {
		Score string `json:"score"`
	} `json:"total"`
}

// readFigures reads the forms of transcribed final accounts; nil where the file holds none.
func readFigures(b []byte) (*Set, error) {
	var in figures
	if json.Unmarshal(b, &in) != nil || in.Annex2 == nil && in.Annex41 == nil && in.Annex42 == nil {
		return nil, nil
	}
	out := &Set{}
	for _, x := range []struct {
		label string
		table *annexTable
	}{{"附件2", in.Annex2}, {"附件4-1", in.Annex41}, {"附件4-2", in.Annex42}} {
		if x.table == nil {
			continue
		}
		f, err := x.table.form(x.label)
		if err != nil {
			return nil, err
		}
		out.Forms = append(out.Forms, f)
	}
	for _, n := range in.Narrative {
		out.Claims = append(out.Claims, n.claim())
	}
	out.grade()
	return out, nil
}

var (
	ordinal  = regexp.MustCompile(`^项目(\d+)`)
	reportNo = regexp.MustCompile(`^附件3-(\d+)`)
)

// claim names the subject of a figure as checks know it; what they do not know keeps its name.
func (n *figure) claim() score.Claim {
	c := score.Claim{Section: n.Section, Subject: score.Subject(n.Metric), Value: n.Value, Unit: n.Unit, Note: n.Context}
	metric := n.Metric
	if m := ordinal.FindStringSubmatch(metric); m != nil {
		c.Form, metric = "附件4-"+m[1], strings.TrimPrefix(metric, m[0])
	} else if m := reportNo.FindStringSubmatch(n.Section); m != nil {
		c.Form = "附件4-" + m[1]
	}
	switch {
	case strings.HasPrefix(metric, "自评得分"), strings.HasPrefix(metric, "自评等分"):
		c.Subject = score.ClaimScore
	case metric == "等级", metric == "评分等级":
		c.Subject = score.ClaimGrade
	case strings.HasPrefix(metric, "年度预算内已编制"):
		c.Subject = score.ClaimPlanned
	case metric == "年初预算" && n.Context == "合计":
		c.Subject = score.ClaimBudget
	case metric == "年初预算":
		c.Subject = score.Subject(metric + "（" + n.Context + "）")
	case strings.Contains(metric, "综合评价得分"):
		c.Subject = score.ClaimMean
	case metric == "临时工":
		c.Subject = score.ClaimTemporary
	}
	return c
}

func text(row []*string, i int) string {
	if i >= len(row) || row[i] == nil {
		return ""
	}
	return strings.TrimSpace(*row[i])
}

func (a *annexTable) form(label string) (*score.Form, error) {
	f := &score.Form{Label: label, Kind: score.Whole, Name: a.Dept, Supervisor: a.Supervisor, Implementer: a.Implementer, Goal: a.Goal, GoalActual: a.GoalActual, FundReason: a.FundReason, Total: a.Total.Score}
	if a.Project != "" {
		f.Kind, f.Name = score.Project, a.Project
	}
	year, err := strconv.Atoi(a.Year)
	if err != nil {
		return nil, ErrCell.Say("%s的年度“%s”不对。", label, a.Year)
	}
	f.Year = year
	for _, row := range a.Funds {
		x, err := fundOf(f.Kind, row)
		if err != nil {
			return nil, ErrCell.Say("%s：%s", label, err.Error())
		}
		f.Funds = append(f.Funds, x)
	}
	for _, row := range a.Indicators {
		x, err := indicatorOf(f.Kind, row)
		if err != nil {
			return nil, ErrCell.Say("%s：%s", label, err.Error())
		}
		f.Indicators = append(f.Indicators, x)
	}
	return f, nil
}

// fundOf reads a row of money: name and three amounts in 万元, then 执行率, 得分 and 原因 of the whole department, or 分值,
// 执行率 and 得分 of a project.
func fundOf(k score.Kind, row []*string) (score.Fund, error) {
	kind, ok := fundKind(k, text(row, 0))
	x := score.Fund{Kind: kind, Stated: score.Stated{Completion: text(row, 4), Score: text(row, 5)}, Reason: text(row, 6)}
	if k == score.Project {
		x.Stated = score.Stated{Completion: text(row, 5), Score: text(row, 6)}
		x.Reason = ""
	}
	if !ok {
		return x, cellError("没有“%s”这样的资金行", text(row, 0))
	}
	for i, to := range []*money.Fen{&x.Initial, &x.Full, &x.Actual} {
		fen, err := wanYuan(text(row, i+1))
		if err != nil {
			return x, cellError("“%s”的金额“%s”不对", text(row, 0), text(row, i+1))
		}
		*to = fen
	}
	return x, nil
}

// sentence is what an error says to people.
func sentence(err error) string {
	var e *errs.Error
	if errors.As(err, &e) {
		return e.Public
	}
	return err.Error()
}

type cellFault string

func (c cellFault) Error() string { return string(c) }

func cellError(format string, args ...any) error {
	return cellFault(ErrCell.Say(format, args...).Public)
}

// numbering is what stands before the name of a row of money: (一)， 1.， 其中：
var numbering = regexp.MustCompile(`^(?:[(（][一二三四五六七八九十]+[)）]|\d+[.．、]|其中[:：])`)

// fundKind tells a row of money by its name.
func fundKind(k score.Kind, name string) (score.FundKind, bool) {
	name = strings.Join(strings.Fields(name), "")
	name = strings.TrimRight(numbering.ReplaceAllString(name, ""), ":：")
	for _, kind := range k.FundKinds() {
		if kind.Label() == name {
			return kind, true
		}
	}
	return "", false
}

// wanYuan reads an amount in 万元; up to six decimals are whole 分.
func wanYuan(s string) (money.Fen, error) {
	d, err := score.ParseDecimal(s)
	if err != nil {
		return 0, err
	}
	return d.WanYuan()
}

// indicatorOf reads a row of the indicators: three names, target, actual value, then 单位 and 分值 of the whole department
// or 分值 and 单位 of a project, then 完成率, 得分 and 原因.
func indicatorOf(k score.Kind, row []*string) (score.Indicator, error) {
	unit, weight := text(row, 5), text(row, 6)
	if k == score.Project {
		unit, weight = weight, unit
	}
	x := score.Indicator{Class: text(row, 0), Group: text(row, 1), Name: text(row, 2), Unit: unit, Reason: text(row, 9),
		Stated: score.Stated{Completion: text(row, 7), Score: text(row, 8)}}
	var err error
	if x.Weight, err = score.ParseDecimal(weight); err != nil {
		return x, cellError("“%s”的分值“%s”不对", x.Name, weight)
	}
	return x, readTarget(&x, text(row, 3), text(row, 4))
}

// operators are the signs of targets, longest first.
var operators = []struct {
	sign string
	op   score.Op
}{{">=", score.AtLeast}, {"<=", score.AtMost}, {"≥", score.AtLeast}, {"≤", score.AtMost}, {"＞=", score.AtLeast}, {"＜=", score.AtMost}, {"不低于", score.AtLeast}, {"不超过", score.AtMost},
	{"=", score.Exactly}, {"＝", score.Exactly}, {">", score.MoreThan}, {"＞", score.MoreThan}, {"<", score.LessThan}, {"＜", score.LessThan}}

// readTarget reads target and actual value: with an operator a number and its unit, without one a qualitative goal whose
// actual value is a band.
func readTarget(x *score.Indicator, target, actual string) error {
	for _, o := range operators {
		rest, ok := strings.CutPrefix(target, o.sign)
		if !ok {
			continue
		}
		var err error
		x.Op = o.op
		number, unit := split(rest)
		if x.Target, err = score.ParseDecimal(number); err != nil || number == "" {
			return cellError("“%s”的指标值“%s”不对", x.Name, target)
		}
		if x.Unit == "" {
			x.Unit = unit
		}
		number, _ = split(actual)
		if x.Actual, err = score.ParseDecimal(number); err != nil || number == "" && actual != "" {
			return cellError("“%s”的实际完成值“%s”不是数", x.Name, actual)
		}
		return nil
	}
	x.Op, x.Goal, x.Band = score.Quality, target, actual
	return nil
}

// split parts a number from its unit: 5万元.
func split(s string) (number, unit string) {
	s = strings.TrimSpace(s)
	end := strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune("0123456789.,-", r) })
	if end < 0 {
		return s, ""
	}
	return s[:end], strings.TrimSpace(s[end:])
}
