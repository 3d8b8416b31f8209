package supervisionhttp

import (
	"io"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/document/xlsx"
	"yichuang/internal/errs"
	"yichuang/internal/metric"
	"yichuang/internal/supervision"
	"yichuang/internal/web"
)

// errPeriod is an address that names no month.
var errPeriod = errs.New(errs.Invalid, "supervision.period", "请填写月份，如 2026-05。")

// period reads the month of the address or, with quarter=1, its quarter; the month before without one.
func period(c *web.Ctx) (metric.Period, bool, error) {
	quarter := c.Query("quarter") == "1"
	p := metric.Month(c.Now().Date())
	if word := c.Query("month"); word != "" {
		var err error
		if p, err = metric.ParseMonth(word); err != nil {
			return p, quarter, errPeriod.Wrap(err)
		}
	}
	if quarter {
		p = metric.Quarter(p.From)
	}
	return p, quarter, nil
}

// periodBar chooses another month or quarter.
func periodBar(path string, p metric.Period, quarters, quarter bool) templ.Component {
	month := p.From.String()[:7]
	fields := []templ.Component{web.InputText(web.Field{Name: "month", Label: "月份", Value: month, Max: 7, Short: true})}
	if quarters {
		value := ""
		if quarter {
			value = "1"
		}
		fields = append(fields, web.InputSelect(web.Field{Name: "quarter", Label: "按", Value: value, Options: []web.Option{{Value: "", Label: "月"}, {Value: "1", Label: "季度"}}, Optional: true}))
	}
	return filters(web.FilterBar{Action: path}, fields)
}

func (h handlers) results(c *web.Ctx) error {
	p, quarter, err := period(c)
	if err != nil {
		return err
	}
	s, err := h.Supervision.Results(c.Context(), p)
	if err != nil {
		return err
	}
	t := web.Table{ID: "results", Caption: "监察结果", Download: "/supervision/results/export.xlsx", Columns: []web.Column{{Label: "单位", Grow: true, Name: true}, {Label: "结束", Number: true, Unit: "件"}, {Label: "提醒", Number: true, Minor: true}, {Label: "黄牌、预警", Number: true}, {Label: "红牌、报警", Number: true},
		{Label: "撤牌", Number: true, Minor: true}, {Label: "逾期未回告", Number: true, Minor: true}, {Label: "红黄牌率", Number: true}, {Label: "抽查合格率", Number: true}, {Label: "等次"}},
		Empty: web.Empty{Title: "这个时期没有办结的办件，也没有预警", Text: "换一个月份看看。"}}
	for i := range s.Units {
		r := &s.Units[i]
		t.Rows = append(t.Rows, web.Row{ID: r.UnitID, Cells: resultCells(r, web.CellLink(query("/supervision/alerts", "stage", "all", "unit", r.UnitID), r.Unit), web.StateBadge(gradeTone(r.Grade), r.Grade))})
	}
	if len(t.Rows) > 0 {
		t.Foot = resultCells(&s.Total, web.CellText(s.Total.Unit), web.CellText(""))
	}
	return c.Render(web.StaffPage(web.Page{Title: p.String() + "监察结果", Tools: button("/supervision/gazettes", "公布监察结果"), Lead: "红黄牌率是每百件结束的办件（含不予受理、撤回）中成立的黄牌、红牌、预警和报警；合计按分子分母相加，不取各单位比率的平均。按第 " + strconv.FormatInt(s.Revision, 10) + " 版规则评定等次。"},
		[]templ.Component{periodBar("/supervision/results", p, true, quarter), web.DataTable(t), web.DataTable(resultRules(&s))}))
}

// resultRules shows the alerts of a sheet by the rule that gave them.
func resultRules(s *supervision.ResultSheet) web.Table {
	t := web.Table{ID: "rules", Caption: "按规则分列", Download: "/supervision/results/export.xlsx?by=rule", Columns: []web.Column{{Label: "规则", Name: true}, {Label: "名称", Grow: true}, {Label: "类型", Minor: true}, {Label: "提醒", Number: true, Minor: true},
		{Label: "黄牌、预警", Number: true}, {Label: "红牌、报警", Number: true}, {Label: "撤牌", Number: true, Minor: true}, {Label: "成立", Number: true}, {Label: "红黄牌率", Number: true}},
		Empty: web.Empty{Title: "这个时期没有预警", Text: "换一个月份看看。"}}
	for i := range s.Rules {
		r := &s.Rules[i]
		t.Rows = append(t.Rows, web.Row{ID: r.Rule, Cells: []templ.Component{web.CellText(r.Rule), web.CellText(r.Name), web.CellText(string(r.Type)), web.CellNumber(r.Reminders), web.CellNumber(r.Yellows), web.CellNumber(r.Reds), web.CellNumber(r.Lifted),
			web.CellNumber(r.Cards.Num), web.CellText(ratioText(r.Cards))}})
	}
	if x := &s.Total; len(t.Rows) > 0 {
		t.Foot = []templ.Component{web.CellText(x.Unit), web.CellText(""), web.CellText(""), web.CellNumber(x.Reminders), web.CellNumber(x.Yellows), web.CellNumber(x.Reds), web.CellNumber(x.Lifted), web.CellNumber(x.Cards.Num), web.CellText(ratioText(x.Cards))}
	}
	return t
}

// exportRules writes the same as a workbook.
func exportRules(c *web.Ctx, s *supervision.ResultSheet) error {
	title := s.Period.String() + "监察结果（按规则）"
	sheet := xlsx.Sheet{Name: "按规则", Title: title, Note: "按第 " + strconv.FormatInt(s.Revision, 10) + " 版规则", Columns: []xlsx.Column{{Label: "规则"}, {Label: "名称", Width: 32}, {Label: "类型"}, {Label: "提醒"}, {Label: "黄牌、预警"}, {Label: "红牌、报警"}, {Label: "撤牌"},
		{Label: "红黄牌率"}, {Label: "成立"}, {Label: "结束（分母）"}}}
	return c.Stream(title+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			for _, r := range s.Rules {
				if err := add(r.Rule, r.Name, string(r.Type), r.Reminders, r.Yellows, r.Reds, r.Lifted, r.Cards.Text(), r.Cards.Num, r.Cards.Den); err != nil {
					return err
				}
			}
			x := &s.Total
			return add(x.Unit, "", "", x.Reminders, x.Yellows, x.Reds, x.Lifted, x.Cards.Text(), x.Cards.Num, x.Cards.Den)
		})
	})
}

func resultCells(r *supervision.Result, name, grade templ.Component) []templ.Component {
	return []templ.Component{name, web.CellNumber(r.Ended), web.CellNumber(r.Reminders), web.CellNumber(r.Yellows), web.CellNumber(r.Reds), web.CellNumber(r.Lifted), web.CellNumber(r.Unanswered), web.CellText(ratioText(r.Cards)), web.CellText(ratioText(r.Audited)), grade}
}

// ratioText is a rate with the two numbers behind it.
func ratioText(r metric.Ratio) string {
	if r.Den == 0 {
		return metric.None
	}
	return r.Text() + "（" + strconv.FormatInt(r.Num, 10) + "/" + strconv.FormatInt(r.Den, 10) + "）"
}

func gradeTone(grade string) web.Tone {
	switch grade {
	case "优秀", "良好":
		return web.Success
	case "不合格":
		return web.Danger
	}
	return web.Info
}

func (h handlers) exportResults(c *web.Ctx) error {
	p, _, err := period(c)
	if err != nil {
		return err
	}
	s, err := h.Supervision.Results(c.Context(), p)
	if err != nil {
		return err
	}
	if c.Query("by") == "rule" {
		return exportRules(c, &s)
	}
	sheet := xlsx.Sheet{Name: "监察结果", Title: p.String() + "监察结果", Note: "按第 " + strconv.FormatInt(s.Revision, 10) + " 版规则", Columns: []xlsx.Column{{Label: "单位", Width: 24}, {Label: "结束"}, {Label: "提醒"}, {Label: "黄牌、预警"}, {Label: "红牌、报警"}, {Label: "撤牌"}, {Label: "逾期未回告"},
		{Label: "红黄牌率"}, {Label: "成立"}, {Label: "结束（分母）"}, {Label: "抽查合格率"}, {Label: "合格"}, {Label: "已查"}, {Label: "等次"}}}
	return c.Stream(p.String()+"监察结果.xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			for _, r := range append(s.Units, s.Total) {
				if err := add(r.Unit, r.Ended, r.Reminders, r.Yellows, r.Reds, r.Lifted, r.Unanswered, r.Cards.Text(), r.Cards.Num, r.Cards.Den, r.Audited.Text(), r.Audited.Num, r.Audited.Den, r.Grade); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// afterSignal leads from a case behind a signal to the form on which its unit is told what was found, with the signal in words.
func afterSignal(s *supervision.Signal, x *supervision.SignalCase) string {
	return "/supervision/alerts/new?" + url.Values{"case": {x.No}, "type": {string(supervision.Risk)}, "text": {"异常信号“" + s.Label + "”：" + x.Text + "。经核实，"}}.Encode()
}

func (h handlers) signals(c *web.Ctx) error {
	p, _, err := period(c)
	if err != nil {
		return err
	}
	list, err := h.Supervision.Signals(c.Context(), p)
	if err != nil {
		return err
	}
	parts := []templ.Component{periodBar("/supervision/signals", p, false, false)}
	if len(list) == 0 {
		parts = append(parts, web.EmptyState(web.Empty{Title: "没有发现异常信号", Text: "临期启动特别程序、理由雷同、特别程序恰好抵消超期、与受理同日开始、临期集中办结、受理后几分钟就决定和倒填日期的办件，在这里列出。"}))
	}
	for i := range list {
		s := &list[i]
		t := web.Table{ID: "signal-" + strconv.Itoa(i), Caption: s.Label, Columns: []web.Column{{Label: "办件编号", Name: true}, {Label: "事项"}, {Label: "情况", Grow: true, Wrap: true}, {Label: "时间", Minor: true}}}
		if c.Can(supervision.PermAlertHandle) {
			t.Columns = append(t.Columns, web.Column{Label: "核实以后"})
		}
		for n, x := range s.Cases {
			cells := []templ.Component{web.CellLink(casePath(x.No), x.No), web.CellText(x.Item), web.CellText(x.Text), web.CellTime(x.At)}
			if c.Can(supervision.PermAlertHandle) {
				cells = append(cells, web.CellLink(afterSignal(s, &x), "督办"))
			}
			t.Rows = append(t.Rows, web.Row{ID: strconv.Itoa(n), Cells: cells})
		}
		parts = append(parts, web.PartPanel(s.Unit+"："+s.Label, says(s.Text), web.DataTable(t)))
	}
	return c.Render(web.StaffPage(web.Page{Title: p.String() + "异常信号", Lead: "这些情形像是在应付时限，但不等于违规：请打开办件核实后再督办。"}, parts))
}
