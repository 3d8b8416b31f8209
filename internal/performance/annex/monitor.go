package annex

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/document/docx"
	"yichuang/internal/document/grid"
	"yichuang/internal/document/paper"
	"yichuang/internal/document/pdf"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/money"
	"yichuang/internal/performance/score"
)

// Monitor (绩效目标执行监控表) is how a programme stands on a day of its year, such as the mid-year form, as it is handed in:
// the money spent so far, each indicator against its target and its course, the lights, and why (全国规则 §2.6; the columns
// follow the form of 财预〔2019〕136号).
type Monitor struct {
	Form     *score.Form   `json:"form"`
	Day      clock.Date    `json:"day"`
	Rows     []MonitorRow  `json:"rows"` // one an indicator, in the order of the form
	Light    score.Warning `json:"light,omitempty"`
	Expected string        `json:"expected"` // share of the budget that should be spent
	Why      []string      `json:"why,omitempty"`
	Reason   string        `json:"reason,omitempty"` // and measures, of whoever kept the record
	By       string        `json:"by,omitempty"`
	At       clock.Instant `json:"at,omitzero"`
	Hash     string        `json:"hash,omitempty"` // of the kept record
}

// MonitorRow is one indicator on that day; shares are as they are printed, — where there is no value.
type MonitorRow struct {
	Actual   string        `json:"actual"`
	Share    string        `json:"share"`
	Expected string        `json:"expected"`
	Light    score.Warning `json:"light,omitempty"`
	Origin   string        `json:"origin,omitempty"`
}

// MonitorFormats lists the formats of a Monitor.
func MonitorFormats() []Format { return []Format{PDF, DOCX, XLSX, JSON} }

// Title is the form's title.
func (m *Monitor) Title() string {
	if m.Form.Kind == score.Whole {
		return "部门整体支出绩效目标执行监控表"
	}
	return "项目支出绩效目标执行监控表"
}

// Name is the name of the file in a format.
func (m *Monitor) Name(f Format) string {
	name := strconv.Itoa(m.Form.Year) + "年" + m.Form.Name + "绩效监控表（截至" + m.Day.String() + "）"
	return strings.NewReplacer("/", "-", "\\", "-").Replace(name) + "." + string(f)
}

// Write writes the form in a format; print lays out the pages of a PDF.
func (m *Monitor) Write(w io.Writer, f Format, print *pdf.Writer) error {
	switch f {
	case DOCX:
		return docx.Write(w, m.paper())
	case PDF:
		if print == nil {
			return pdf.ErrNoFonts
		}
		return print.Write(w, m.paper())
	case XLSX:
		return xlsx.Book{Pages: []xlsx.Page{{Name: "监控表", Title: m.Title(), Table: m.Table()}}}.Write(w)
	case JSON:
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		e.SetEscapeHTML(false)
		return e.Encode(m)
	}
	return fmt.Errorf("annex: no format %q of a monitor", f)
}

func (m *Monitor) paper() paper.Document {
	blocks := []paper.Block{paper.Text(paper.Part, m.Title()), paper.Text(paper.Above, "（"+strconv.Itoa(m.Form.Year)+"年度，截至"+m.Day.String()+"）\t金额单位：万元"), paper.Table{Table: m.Table(), Size: 8.5}}
	if m.Hash != "" {
		blocks = append(blocks, paper.Text(paper.Note, "记录人："+m.By+"　记录时间："+m.At.Date().String()+"　校验值："+m.Hash))
	}
	return paper.Document{Title: m.Title(), Author: m.Form.Implementer, At: m.At, Sections: []paper.Section{{Landscape: true, Blocks: blocks}}}
}

func cell(text string, cols int) grid.Cell { return grid.Cell{Text: text, Cols: cols} }

func mid(text string, cols int) grid.Cell {
	return grid.Cell{Text: text, Cols: cols, Align: grid.Centre}
}

func wanYuan(f money.Fen) grid.Cell {
	return grid.Cell{Text: f.WanYuan(), Value: float64(f) / float64(money.WanYuan), Format: "0.00", Align: grid.Right}
}

// Table is the form as a table of ten columns: what it is about, the money, the goal, the indicators, and why.
func (m *Monitor) Table() grid.Table {
	t := grid.Table{}
	for _, w := range []float64{9, 10, 17, 12, 12, 9, 9, 7, 17, 8} {
		t.Columns = append(t.Columns, grid.Column{Width: w})
	}
	add := func(cells ...grid.Cell) { t.Body = append(t.Body, cells) }
	add(mid("名称", 1), mid(m.Form.Name, 4), mid("实施单位", 2), mid(m.Form.Implementer, 3))
	add(grid.Cell{Text: "资金（万元）", Rows: len(m.Form.Funds) + 1, Align: grid.Centre}, mid("", 2), mid("年初预算数", 1), mid("全年预算数", 1), mid("截至当日执行数", 2), mid("执行率", 1), mid("原因", 2))
	for _, x := range m.Form.Funds {
		rate := "—"
		if x.Full > 0 {
			rate = share(x.Actual, x.Full) + "%"
		}
		spent := wanYuan(x.Actual)
		spent.Cols = 2
		add(cell(x.Kind.Label(), 2), wanYuan(x.Initial), wanYuan(x.Full), spent, mid(rate, 1), cell(x.Reason, 2))
	}
	add(mid("年度总体目标", 1), cell(m.Form.Goal, 9))
	head := []grid.Cell{}
	for _, h := range []string{"一级指标", "二级指标", "三级指标", "年度指标值", "截至当日完成值", "完成", "应完成", "单位", "数据依据", "预警"} {
		head = append(head, grid.Cell{Text: h, Bold: true, Align: grid.Centre})
	}
	add(head...)
	for i, x := range m.Form.Indicators {
		r, light := m.Rows[i], "—"
		if r.Actual != "" {
			light = r.Light.Label()
		}
		add(mid(x.Class, 1), mid(x.Group, 1), cell(x.Name, 1), mid(x.TargetText(), 1), mid(r.Actual, 1), mid(r.Share, 1), mid(r.Expected, 1), mid(x.Unit, 1), cell(r.Origin, 1), mid(light, 1))
	}
	add(mid("应执行进度", 1), cell(m.Expected, 9))
	add(mid("监控结论", 1), cell(m.verdict(), 9))
	add(mid("原因和措施", 1), cell(m.Reason, 9))
	return t
}

// verdict says in one sentence each what the lights are for.
func (m *Monitor) verdict() string {
	if len(m.Why) == 0 {
		return "没有预警。"
	}
	return m.Light.Label() + "：" + strings.Join(m.Why, "；") + "。"
}
