package examine

import (
	"fmt"
	"strconv"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/document/grid"
	"yichuang/internal/document/paper"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/finance/check"
)

// Severities lists the severities from the gravest.
func Severities() []check.Severity { return []check.Severity{check.Error, check.Warn, check.Info} }

// SeverityLabel is the Chinese name of a severity.
func SeverityLabel(s check.Severity) string {
	return map[check.Severity]string{check.Error: "错误", check.Warn: "警告", check.Info: "提示"}[s]
}

// Suggestion is what the audited organisation should do about a finding: the rule's own advice, else what follows from the
// figures.
func (f *Finding) Suggestion() string {
	switch {
	case f.Suggest != "":
		return f.Suggest
	case f.Outcome == check.Rounding:
		return "可由四舍五入解释，无需更正；可在说明里注明尾差"
	case f.Heuristic:
		return "请核实；情况属实的写明理由，不属实的更正"
	case strings.HasPrefix(f.Rule, "DISCLOSE"), strings.HasPrefix(f.Rule, "COMP-"), strings.HasPrefix(f.Rule, "REASON"):
		return "补充所缺的内容"
	case isFigure(f.Stated) && isFigure(f.Computed):
		return "核对原始数据，把“" + f.Stated + "”更正为“" + f.Computed + "”，并同步更正引用它的地方"
	}
	return "请核实并更正"
}

// isFigure reports whether a text begins with a figure.
func isFigure(s string) bool { return s != "" && (s[0] >= '0' && s[0] <= '9' || s[0] == '-') }

// title names an examination for people.
func (x *Examination) title() string {
	return fmt.Sprintf("%s%d年度部门决算公开", x.Org, x.Year)
}

// FileName is the name of a file made of the examination.
func (x *Examination) FileName(what, ending string) string {
	return strings.NewReplacer("/", "-", "\\", "-").Replace(x.title()) + what + "." + ending
}

// open lists the findings of a severity that still stand.
func (v *View) open(s check.Severity) []Finding {
	var out []Finding
	for i := range v.Findings {
		if f := &v.Findings[i]; f.Severity == s && f.Open() {
			out = append(out, *f)
		}
	}
	return out
}

// Notice is the notice of rectification (整改通知) to the organisation: what to correct, what to explain, what was not
// judged. issuer is the office that sends it.
func (v *View) Notice(issuer string) paper.Document {
	p := func(s paper.Style, text string) paper.Block { return paper.Text(s, text) }
	blocks := []paper.Block{p(paper.Title, "关于"+v.title()+"\n有关问题整改的通知"), p(paper.Plain, ""), p(paper.Plain, v.Org+"："),
		p(paper.Body, fmt.Sprintf("经审核你单位%d年度部门决算公开文件（%s），发现错误%d处、警告%d处、提示%d处，另有%d项因文件没有提供所需内容未能判断。现将有关问题和整改要求通知如下。", v.Year, v.File, v.Errors, v.Warnings, v.Infos, v.NotEvaluated))}
	chapter := 0
	for _, part := range []struct {
		severity check.Severity
		title    string
	}{{check.Error, "应当更正的问题"}, {check.Warn, "应当核实、说明的问题"}, {check.Info, "建议完善的地方"}} {
		list := v.open(part.severity)
		if len(list) == 0 {
			continue
		}
		blocks = append(blocks, p(paper.Heading1, numeral(chapter)+"、"+part.title))
		chapter++
		for i := range list {
			blocks = append(blocks, noticeItem(i+1, &list[i])...)
		}
	}
	if chapter == 0 {
		blocks = append(blocks, p(paper.Body, "没有需要整改的问题。"))
	} else {
		blocks = append(blocks, p(paper.Heading1, numeral(chapter)+"、整改要求"),
			p(paper.Body, "请对照上述问题逐条核实。数字有误的，更正后在原公开渠道重新公开，并注明更正的内容和原因；确有依据不需更正的，书面说明理由。整改情况请书面报送。"))
	}
	blocks = append(blocks, p(paper.Plain, ""), p(paper.Signature, issuer), p(paper.Signature, dayText(v.At.Date())))
	d := paper.Document{Title: "关于" + v.title() + "有关问题整改的通知", Author: issuer, At: v.At, Sections: []paper.Section{{Blocks: blocks}}}
	if len(v.Unanswered) > 0 {
		d.Sections = append(d.Sections, paper.Section{Blocks: v.unanswered()})
	}
	return d
}

// noticeItem is one finding in the notice.
func noticeItem(no int, f *Finding) []paper.Block {
	text := strconv.Itoa(no) + ". " + f.Message
	if !strings.HasSuffix(text, "。") {
		text += "。"
	}
	at := f.Places()
	if len(at) > 5 {
		at = append(at[:5:5], fmt.Sprintf("等%d处", len(f.Places())))
	}
	more := "位置：" + strings.Join(at, "；") + "。"
	if f.Stated != "" || f.Computed != "" {
		more += "列示：" + dash(f.Stated) + "；应为：" + dash(f.Computed)
		if f.Diff != "" {
			more += "；相差：" + f.Diff
		}
		more += "。"
	}
	if f.Basis != "" {
		more += "依据：" + f.Basis + "。"
	}
	return []paper.Block{paper.Text(paper.Body, text), paper.Text(paper.Body, more+"建议："+strings.TrimSuffix(f.Suggestion(), "。")+"。")}
}

// unanswered is the annex of the notice: what could not be judged, and why.
func (v *View) unanswered() []paper.Block {
	t := grid.Table{Columns: []grid.Column{{Width: 3}, {Width: 8}, {Width: 2, Align: grid.Right}}, Head: [][]grid.Cell{{{Text: "规则", Bold: true}, {Text: "未能判断的原因", Bold: true}, {Text: "处数", Bold: true}}}}
	for _, u := range v.Unanswered {
		t.Body = append(t.Body, []grid.Cell{{Text: u.Name}, {Text: u.Reason}, {Text: strconv.Itoa(u.Count)}})
	}
	return []paper.Block{paper.Text(paper.Heading1, "附件：未能判断的事项"), paper.Text(paper.Body, "下列检查因文件没有提供所需的内容而没有结论，不表示没有问题。"), paper.Table{Table: t}}
}

func numeral(n int) string {
	list := []rune("一二三四五六七八九十")
	return string(list[min(n, len(list)-1)])
}

func dash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// Book is the examination as a workbook: summary, findings, what was not judged.
func (v *View) Book() xlsx.Book {
	summary := grid.Table{Columns: []grid.Column{{Width: 12}, {Width: 50}}, Head: [][]grid.Cell{heads("项目", "内容")}}
	for _, r := range [][2]any{{"单位", v.Org}, {"年度", int64(v.Year)}, {"文件", v.File}, {"SHA-256", v.Hash}, {"评分办法", v.PolicyName}, {"错误", int64(v.Errors)}, {"警告", int64(v.Warnings)}, {"提示", int64(v.Infos)}, {"已豁免", int64(v.Waived)},
		{"通过", int64(v.Passed)}, {"四舍五入可解释", int64(v.Rounding)}, {"不适用", int64(v.NotApplicable)}, {"未能判断", int64(v.NotEvaluated)}} {
		summary.Body = append(summary.Body, cellsOf(r[0], r[1]))
	}
	list := grid.Table{Columns: []grid.Column{{Width: 5}, {Width: 6}, {Width: 14}, {Width: 50}, {Width: 14}, {Width: 14}, {Width: 10}, {Width: 34}, {Width: 18}, {Width: 36}, {Width: 8}, {Width: 20}},
		Head: [][]grid.Cell{heads("序号", "级别", "规则", "问题", "列示", "应为", "相差", "位置", "依据", "建议", "状态", "处理说明")}}
	for i := range v.Findings {
		f := &v.Findings[i]
		list.Body = append(list.Body, cellsOf(int64(f.No), SeverityLabel(f.Severity), f.Name, f.Message, f.Stated, f.Computed, f.Diff, strings.Join(f.Places(), "；"), f.Basis, f.Suggestion(), f.State.Label(), f.Remark))
	}
	open := grid.Table{Columns: []grid.Column{{Width: 16}, {Width: 60}, {Width: 8}}, Head: [][]grid.Cell{heads("规则", "未能判断的原因", "处数")}}
	for _, u := range v.Unanswered {
		open.Body = append(open.Body, cellsOf(u.Name, u.Reason, int64(u.Count)))
	}
	return xlsx.Book{Pages: []xlsx.Page{{Name: "概况", Title: v.title() + "审核", Table: summary}, {Name: "发现", Title: "审核发现", Table: list, Landscape: true}, {Name: "未能判断", Title: "未能判断的事项", Table: open}}}
}

// Book is the comparison as a workbook.
func (c *Comparison) Book() xlsx.Book {
	t := grid.Table{Columns: []grid.Column{{Width: 5}, {Width: 28}, {Width: 8}, {Width: 8}, {Width: 8}, {Width: 8}, {Width: 10}, {Width: 34}}, Head: [][]grid.Cell{heads("名次", "单位", "错误", "警告", "提示", "已豁免", "未能判断", "文件")}}
	for _, s := range c.Standings {
		x := s.Newest
		t.Body = append(t.Body, cellsOf(int64(s.Rank), s.Org, int64(x.Errors), int64(x.Warnings), int64(x.Infos), int64(x.Waived), int64(x.NotEvaluated), x.File))
	}
	return xlsx.Book{Pages: []xlsx.Page{{Name: "排名", Title: strconv.Itoa(c.Year) + "年度部门决算公开审核排名", Table: t}}}
}

func heads(names ...string) []grid.Cell {
	out := make([]grid.Cell, len(names))
	for i, n := range names {
		out[i] = grid.Cell{Text: n, Bold: true}
	}
	return out
}

// cellsOf makes a row: a number keeps its value, so that it can be summed.
func cellsOf(values ...any) []grid.Cell {
	out := make([]grid.Cell, len(values))
	for i, v := range values {
		out[i] = grid.Cell{Text: fmt.Sprint(v)}
		if n, ok := v.(int64); ok {
			out[i].Value = n
		}
	}
	return out
}

func dayText(d clock.Date) string {
	return fmt.Sprintf("%d年%d月%d日", d.Year(), int(d.Month()), d.DayOfMonth())
}
