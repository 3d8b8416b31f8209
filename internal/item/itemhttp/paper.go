package itemhttp

import (
	"yichuang/internal/document/grid"
	"yichuang/internal/document/paper"
	"yichuang/internal/item"
	"yichuang/internal/org"
)

// guidePaper is a guide as a printed document, of the situation that was chosen.
func guidePaper(v guideView) paper.Document {
	d := paper.Document{Title: v.Content.Name + "办事指南", Author: v.Centre.Name, At: v.Version.PublishedAt}
	s := paper.Section{Blocks: []paper.Block{paper.Text(paper.Title, v.Content.Name+"\n办事指南"),
		paper.Text(paper.Subtitle, v.Unit+"　第 "+number(int(v.Version.No))+" 版　自 "+v.Version.EffectiveFrom.String()+" 起施行")}}
	add := func(b ...paper.Block) { s.Blocks = append(s.Blocks, b...) }
	if v.Altered != nil {
		add(paper.Text(paper.Body, v.Altered.Text()+"。"))
	}
	add(paper.Text(paper.Heading1, "一、基本信息"), pairs(plainFacts(&v.Guide)))
	add(paper.Text(paper.Heading1, "二、受理条件"))
	for i, x := range v.Content.Conditions {
		add(paper.Text(paper.Body, number(i+1)+". "+x))
	}
	add(paper.Text(paper.Heading1, "三、材料"))
	if len(v.Merged) > 0 {
		add(mergedGrid(v.Merged))
	} else if len(v.materials) == 0 {
		add(paper.Text(paper.Body, "不需要申请人提交材料，所需信息由窗口通过数据共享核验。"))
	} else {
		add(materialGrid(v.materials))
	}
	add(paper.Text(paper.Heading1, "四、办理流程"), stepGrid(v.Content.Steps))
	add(paper.Text(paper.Body, "清单以外不再要求提交材料。咨询电话："+v.Content.Consult+"；监督投诉电话："+v.Content.Complaint+"。"))
	d.Sections = []paper.Section{s}
	return d
}

// plainFact is a line of the first table of a printed guide.
type plainFact struct{ label, text string }

func plainFacts(g *item.Guide) []plainFact {
	c := &g.Content
	out := []plainFact{{"实施主体", g.Unit}, {"实施编码", c.Code}, {"事项类型", c.Kind.Label()}, {"办件类型", c.CaseKind.Label()}, {"服务对象", item.Names(item.Objects(), c.Objects)}, {"承诺办结时限", c.Promise.Label()},
		{"法定办结时限", statutory(c)}, {"办理形式", item.Names(item.Channels(), c.Channels)}, {"到现场次数", visits(c)}, {"收费", fees(c)}, {"办理结果", result(c)}, {"办理地点", c.Place}, {"办理时间", c.Hours},
		{"咨询电话", c.Consult}, {"监督投诉电话", c.Complaint}}
	for _, b := range c.Bases {
		out = append(out, plainFact{"设定依据", b.Document + " " + b.Article})
	}
	for _, x := range c.Suspensions {
		out = append(out, plainFact{"不计入时限", org.LabelOf(item.SuspensionKinds(), x.Kind) + "（" + x.Basis + "）"})
	}
	if c.Remedy != "" {
		out = append(out, plainFact{"复议和诉讼", c.Remedy})
	}
	return out
}

func pairs(list []plainFact) paper.Table {
	var rows [][]string
	for _, f := range list {
		rows = append(rows, []string{f.label, f.text})
	}
	return gridOf([]string{"项目", "内容"}, []float64{1, 4}, rows)
}

func materialGrid(list []item.Material) paper.Table {
	var rows [][]string
	for i, m := range list {
		rows = append(rows, []string{number(i + 1), m.Name, copiesOf(m), sourceOf(m), notesOf(m)})
	}
	return gridOf([]string{"序号", "材料", "份数", "来源", "要求"}, []float64{0.6, 3, 1.6, 1.8, 2}, rows)
}

func mergedGrid(list []item.MergedMaterial) paper.Table {
	var rows [][]string
	for i, m := range list {
		note := notesOf(m.Material)
		if !m.Always {
			note += " 按情形提交"
		}
		rows = append(rows, []string{number(i + 1), m.Name, copiesOf(m.Material), shortOf(m.For, 4), note})
	}
	return gridOf([]string{"序号", "材料", "份数", "用于", "要求"}, []float64{0.6, 3, 1.6, 2.4, 1.6}, rows)
}

func stepGrid(list []item.StepTemplate) paper.Table {
	var rows [][]string
	for i, s := range list {
		rows = append(rows, []string{number(i + 1), s.Name, org.LabelOf(item.StepRoles(), s.Role), s.Limit.Label(), s.Note})
	}
	return gridOf([]string{"序号", "环节", "办理人", "时限", "说明"}, []float64{0.6, 2, 1.6, 1.4, 3}, rows)
}

// gridOf makes a table of plain cells.
func gridOf(heads []string, widths []float64, rows [][]string) paper.Table {
	t := grid.Table{}
	var head []grid.Cell
	for i, h := range heads {
		t.Columns = append(t.Columns, grid.Column{Width: widths[i]})
		head = append(head, grid.Cell{Text: h})
	}
	t.Head = [][]grid.Cell{head}
	for _, r := range rows {
		var cells []grid.Cell
		for _, s := range r {
			cells = append(cells, grid.Cell{Text: s})
		}
		t.Body = append(t.Body, cells)
	}
	return paper.Table{Table: t}
}
