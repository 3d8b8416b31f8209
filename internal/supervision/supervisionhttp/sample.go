package supervisionhttp

import (
	"io"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/document/xlsx"
	"yichuang/internal/supervision"
	"yichuang/internal/web"
)

func samplePath(id supervision.SampleID) string { return "/supervision/samples/" + string(id) }

func (h handlers) samples(c *web.Ctx) error { return h.showSamples(c, nil) }

func (h handlers) showSamples(c *web.Ctx, f *web.Form) error {
	list, next, err := h.Supervision.Samples(c.Context(), c.Query("after"))
	if err != nil {
		return err
	}
	t := web.Table{ID: "samples", Caption: "办件抽查", Next: next, Columns: []web.Column{{Label: "编号"}, {Label: "名称", Grow: true, Name: true}, {Label: "办结日期", Minor: true}, {Label: "范围内", Number: true, Unit: "件"}, {Label: "抽取", Number: true, Unit: "件"}, {Label: "已查", Number: true, Unit: "件"}, {Label: "合格率", Number: true}, {Label: "状态"}},
		Empty: web.Empty{Title: "还没有抽查", Text: "选定办结日期和范围，按随机种子抽取办件，逐件检查是否真实、实时、完整、准确。"}}
	for i := range list {
		s := &list[i]
		state := web.StateBadge(web.Warning, "检查中")
		if s.ClosedAt != 0 {
			state = web.StateBadge(web.Success, "已结束")
		}
		t.Rows = append(t.Rows, web.Row{ID: string(s.ID), Href: samplePath(s.ID), Cells: []templ.Component{web.CellText(s.No), web.CellLink(samplePath(s.ID), s.Title), web.CellText(s.From.String() + " 至 " + s.To.String()), web.CellNumber(s.Population),
			web.CellNumber(s.Size), web.CellNumber(s.Checked), web.CellText(s.Rate().Text()), state}})
	}
	parts := []templ.Component{web.DataTable(t)}
	if c.Can(supervision.PermSampleChange) {
		form, err := h.sampleForm(c, f)
		if err != nil {
			return err
		}
		parts = append(parts, web.PartPanel("抽取办件", form))
	}
	page := web.StaffPage(web.Page{Title: "办件抽查", Lead: "种子由系统随机产生并公开，任何人按同样的算法都能抽出同样的办件。"}, parts)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func (h handlers) sampleForm(c *web.Ctx, f *web.Form) (templ.Component, error) {
	units, err := h.units(c)
	if err != nil {
		return nil, err
	}
	sites, err := h.sites(c)
	today := c.Now().Date()
	return web.FieldsForm(web.FormBox{Form: f, ID: "draw", Action: "/supervision/samples", Submit: "抽取", Hidden: map[string]string{"key": c.RequestID()}},
		web.InputText(web.Field{Form: f, Name: "title", Label: "抽查名称", Max: 100, Placeholder: "如：十月办件抽查"}),
		web.FieldLine(web.InputDate(web.Field{Form: f, Name: "from", Label: "办结日期自", Value: (today - 30).String()}), web.InputDate(web.Field{Form: f, Name: "to", Label: "至", Value: (today - 1).String(), Hint: "最晚为昨天"}),
			web.InputText(web.Field{Form: f, Name: "size", Label: "抽取", Value: "20", Unit: "件", Max: 3, Short: true})),
		web.FieldLine(web.InputSelect(web.Field{Form: f, Name: "units", Label: "单位", Placeholder: "全部", Options: units, Optional: true}), web.InputSelect(web.Field{Form: f, Name: "sites", Label: "站点", Placeholder: "全部", Options: sites, Optional: true})),
		web.InputCheck(web.Field{Form: f, Name: "outside", Label: "只抽大厅以外的分中心、乡镇便民服务中心和其他站点", Optional: true})), err
}

func (h handlers) drawSample(c *web.Ctx) error {
	f := c.Form()
	in := supervision.SampleInput{Key: f.Text("key"), Title: f.Text("title"), From: f.Date("from"), To: f.Date("to"), Units: chosen(f, "units"), Sites: chosen(f, "sites"), Outside: f.Bool("outside"), Size: int(f.Int("size"))}
	if f.OK() {
		s, err := h.Supervision.DrawSample(c.Context(), in)
		if err == nil {
			c.Flash(web.Success, "已从 "+strconv.FormatInt(s.Population, 10)+" 件中抽取 "+strconv.FormatInt(s.Size, 10)+" 件。")
			return c.Redirect(samplePath(s.ID))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showSamples(c, f)
}

func chosen(f *web.Form, name string) []string {
	if v := f.Text(name); v != "" {
		return []string{v}
	}
	return nil
}

func (h handlers) sample(c *web.Ctx) error { return h.showSample(c, nil) }

func (h handlers) showSample(c *web.Ctx, f *web.Form) error {
	s, err := h.Supervision.SampleOf(c.Context(), supervision.SampleID(c.Param("id")))
	if err != nil {
		return err
	}
	change := c.Can(supervision.PermSampleChange) && s.ClosedAt == 0
	tools := []templ.Component{web.ActionButton(web.Action{Label: "重新抽取核对", Href: samplePath(s.ID) + "/redraw", Post: true})}
	if change && s.Checked == s.Size {
		tools = append(tools, web.ActionButton(web.Action{Label: "结束抽查", Href: samplePath(s.ID) + "/close", Post: true, Weight: web.Primary, Confirm: "结束后结论不能再改。确定结束？"}))
	}
	parts := []templ.Component{web.Tiles([]web.Tile{{Label: "抽查合格率", Value: s.Rate().Text(), Hint: "合格 " + strconv.FormatInt(s.Passed, 10) + " / 已查 " + strconv.FormatInt(s.Checked, 10)}, {Label: "范围内", Value: strconv.FormatInt(s.Population, 10), Unit: "件"}, {Label: "抽取", Value: strconv.FormatInt(s.Size, 10), Unit: "件"}})}
	if pos := positionOf(c, &s); change && pos > 0 {
		parts = append(parts, checkForm(&s, pos, f))
	}
	parts = append(parts, web.DataTable(sampleTable(&s, change)), web.PartPanel("抽取方法", web.Definitions([]web.Item{web.ItemText("算法", "对每个办件编号计算 SM3（种子、换行、办件编号），按十六进制结果从小到大取前若干件（"+s.Algorithm+"）"),
		web.ItemText("种子", s.Seed), web.ItemText("范围校验值", s.PopulationHash), web.ItemText("办结日期", s.From.String()+" 至 "+s.To.String())})))
	page := web.StaffPage(web.Page{Title: s.Title, Lead: s.No, Crumbs: []web.Link{{Label: "办件抽查", Href: "/supervision/samples"}}, Tools: row(tools)}, parts)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

// positionOf is which case of the sample is being checked: the one of the address, or 0.
func positionOf(c *web.Ctx, s *supervision.SampleSheet) int {
	word := c.Param("pos")
	if word == "" {
		word = c.Query("check")
	}
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 || n > len(s.Rows) || s.Rows[n-1].Checked {
		return 0
	}
	return n
}

func checkForm(s *supervision.SampleSheet, pos int, f *web.Form) templ.Component {
	r := s.Rows[pos-1]
	return web.PartPanel("检查第 "+strconv.Itoa(pos)+" 件："+r.CaseNo+" "+r.ItemName, button(casePath(r.CaseNo), "打开办件"),
		web.FieldsForm(web.FormBox{Form: f, ID: "check", Action: samplePath(s.ID) + "/cases/" + strconv.Itoa(pos), Submit: "保存结论", Cancel: samplePath(s.ID)},
			web.InputChecks(web.Field{Form: f, Name: "holds", Label: "符合的打勾，四项都符合为合格", Optional: true, Options: []web.Option{{Value: "true", Label: "真实：办件和材料真实存在"}, {Value: "timely", Label: "实时：随办随录，没有事后补录"},
				{Value: "whole", Label: "完整：环节、材料和文书齐全"}, {Value: "exact", Label: "准确：内容与材料、结果一致"}}}),
			web.InputArea(web.Field{Form: f, Name: "text", Label: "检查情况", Rows: 3, Max: 2000, Optional: true, Hint: "不合格的必填"}),
			web.InputCheck(web.Field{Form: f, Name: "raise", Label: "不合格的同时向责任单位发监察预警单", Optional: true})))
}

func sampleTable(s *supervision.SampleSheet, change bool) web.Table {
	t := web.Table{ID: "cases", Caption: "抽到的办件", Download: samplePath(s.ID) + "/export.xlsx", Columns: []web.Column{{Label: "序号", Number: true}, {Label: "办件编号", Name: true}, {Label: "事项", Grow: true}, {Label: "单位"}, {Label: "站点", Minor: true}, {Label: "结论"}, {Label: "检查情况", Wrap: true, Minor: true}, {Label: "检查人", Minor: true}}}
	for _, r := range s.Rows {
		verdict := web.StateBadge("", "未检查")
		switch {
		case !r.Checked && change:
			verdict = web.CellLink(samplePath(s.ID)+"?check="+strconv.FormatInt(r.Pos, 10), "检查")
		case r.Passed:
			verdict = web.StateBadge(web.Success, "合格")
		case r.Checked:
			verdict = web.StateBadge(web.Danger, "不合格："+lacking(&r.SampleRow))
		}
		t.Rows = append(t.Rows, web.Row{ID: strconv.FormatInt(r.Pos, 10), Cells: []templ.Component{web.CellNumber(r.Pos), web.CellLink(casePath(r.CaseNo), r.CaseNo), web.CellText(r.ItemName), web.CellText(r.Unit), web.CellText(r.Site), verdict, web.CellText(r.Finding), web.CellText(r.AuditorName)}})
	}
	return t
}

// lacking names what a case failed by.
func lacking(r *supervision.SampleRow) string {
	out := ""
	for _, x := range []struct {
		ok   bool
		word string
	}{{r.True, "真实"}, {r.Timely, "实时"}, {r.Whole, "完整"}, {r.Exact, "准确"}} {
		if !x.ok {
			if out != "" {
				out += "、"
			}
			out += x.word
		}
	}
	return out
}

func (h handlers) checkCase(c *web.Ctx) error {
	f := c.Form()
	pos, err := strconv.ParseInt(c.Param("pos"), 10, 64)
	if err != nil {
		return supervision.ErrSample
	}
	holds := map[string]bool{}
	for _, w := range f.All("holds") {
		holds[w] = true
	}
	_, err = h.Supervision.CheckCase(c.Context(), supervision.SampleID(c.Param("id")), pos, supervision.CheckInput{True: holds["true"], Timely: holds["timely"], Whole: holds["whole"], Exact: holds["exact"], Finding: f.Text("text"), Raise: f.Bool("raise")})
	if err == nil {
		c.Flash(web.Success, "已保存第 "+c.Param("pos")+" 件的结论。")
		return c.Redirect(samplePath(supervision.SampleID(c.Param("id"))))
	}
	if !f.Take(err) {
		return err
	}
	return h.showSample(c, f)
}

func (h handlers) redraw(c *web.Ctx) error {
	id := supervision.SampleID(c.Param("id"))
	same, err := h.Supervision.Redraw(c.Context(), id)
	if err != nil {
		return err
	}
	if same {
		c.Flash(web.Success, "重新抽取的结果与记录完全一致。")
	} else {
		c.Flash(web.Danger, "重新抽取的结果与记录不一致：抽取之后范围内的办件有变化，请查明原因。")
	}
	return c.Redirect(samplePath(id))
}

func (h handlers) closeSample(c *web.Ctx) error {
	s, err := h.Supervision.CloseSample(c.Context(), supervision.SampleID(c.Param("id")))
	if err != nil {
		return err
	}
	c.Flash(web.Success, "抽查已结束，合格率 "+s.Rate().Text()+"。")
	return c.Redirect(samplePath(s.ID))
}

func (h handlers) exportSample(c *web.Ctx) error {
	s, err := h.Supervision.SampleOf(c.Context(), supervision.SampleID(c.Param("id")))
	if err != nil {
		return err
	}
	sheet := xlsx.Sheet{Name: "办件抽查", Title: s.Title + " " + s.No, Note: "算法 " + s.Algorithm + "，种子 " + s.Seed + "，范围 " + strconv.FormatInt(s.Population, 10) + " 件，校验值 " + s.PopulationHash + "，合格率 " + s.Rate().Text(),
		Columns: []xlsx.Column{{Label: "序号"}, {Label: "办件编号", Width: 20}, {Label: "事项", Width: 28}, {Label: "单位", Width: 20}, {Label: "站点", Width: 16}, {Label: "真实"}, {Label: "实时"}, {Label: "完整"}, {Label: "准确"}, {Label: "结论"}, {Label: "检查情况", Width: 40, Wrap: true}, {Label: "检查人"}}}
	word := func(checked, ok bool) string {
		switch {
		case !checked:
			return ""
		case ok:
			return "是"
		}
		return "否"
	}
	return c.Stream(s.Title+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			for _, r := range s.Rows {
				verdict := ""
				if r.Checked {
					verdict = map[bool]string{true: "合格", false: "不合格"}[r.Passed]
				}
				if err := add(r.Pos, r.CaseNo, r.ItemName, r.Unit, r.Site, word(r.Checked, r.True), word(r.Checked, r.Timely), word(r.Checked, r.Whole), word(r.Checked, r.Exact), verdict, r.Finding, r.AuditorName); err != nil {
					return err
				}
			}
			return nil
		})
	})
}
