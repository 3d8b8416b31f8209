package pdf_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strconv"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/document/chart"
	"yichuang/internal/document/grid"
	"yichuang/internal/document/paper"
)

const prose = "2024年度收入总计1,176.80万元，支出总计1,176.80万元。与2023年度相比，收、支总计各增加98.05万元，增长9.09%，主要原因是：一是按照《关于深化政务服务“一网通办”改革的意见》（某政办发〔2024〕12号），新增窗口人员23人；二是办公用房维修经费增加31.5万元……其余事项见附表。"

func sample(t testing.TB) paper.Document {
	return paper.Document{Title: "某市政务服务中心2024年度部门决算公开说明", Author: "某市政务服务中心", At: clock.At(2025, 8, 20, 9, 0), Sections: []paper.Section{
		{Blocks: []paper.Block{
			paper.Text(paper.Title, "某市政务服务中心\n2024年度部门决算公开说明"), paper.Text(paper.Subtitle, "（2025年8月20日）"),
			paper.Contents{Title: "目　录", Levels: 3},
		}},
		{Blocks: body(t)},
		{Landscape: true, Blocks: []paper.Block{
			paper.Text(paper.Heading1, "第二部分　2024年度部门决算表"),
			paper.Text(paper.Caption, "财政拨款“三公”经费支出决算表"), paper.Text(paper.Note, "公开07表\t单位：万元"), paper.Table{Table: threePublic()},
			paper.Text(paper.Note, "注：本表反映部门本年度“三公”经费支出预决算情况。"),
		}},
		{Blocks: []paper.Block{
			paper.Paragraph{Style: paper.Caption, Anchor: "long", Runs: []paper.Run{{Text: "附表　一般公共预算财政拨款支出决算明细表"}}}, paper.Table{Table: long(90)},
			paper.Text(paper.Signature, "某市政务服务中心"), paper.Text(paper.Signature, "2025年8月20日"),
		}},
	}}
}

func body(t testing.TB) []paper.Block {
	out := []paper.Block{
		paper.Text(paper.Heading1, "第一部分　部门概况"), paper.Text(paper.Addressee, "各乡镇人民政府，市直各部门："),
		paper.Text(paper.Heading2, "（一）主要职责"), paper.Text(paper.Body, prose),
		paper.Paragraph{Style: paper.Body, Runs: []paper.Run{{Text: "重点："}, {Text: "收入决算", Bold: true}, {Text: "与"}, {Text: "支出决算", Color: "B5403A"}, {Text: "，明细见"}, {Text: "附表", Link: "#long", Color: "1F5FA8"}, {Text: "，依据见"}, {Text: "中华人民共和国预算法", Link: "https://www.npc.gov.cn/law?id=1&x=(2)"}, {Text: "。办事群众姓名用字：䶮、㛃、喆、堃、𠮷、𣲗。"}}},
		paper.Text(paper.Heading3, "1. 收入情况"), paper.Text(paper.Body, prose+prose),
		paper.Chart{Chart: chart.Chart{Kind: chart.Columns, Title: "近六年收入与支出", Unit: "万元", Categories: []string{"2019年", "2020年", "2021年", "2022年", "2023年", "2024年"}, Series: []chart.Series{{Name: "收入", Values: []float64{1100, 1180.5, 940, 1250, 1078.75, 1176.8}}, {Name: "支出", Values: []float64{1090, 1170, 930, 1201, math.NaN(), 1176.8}}}}},
		paper.Text(paper.Heading2, "（二）机构设置"), paper.Text(paper.Body, prose),
	}
	for i, c := range []chart.Chart{
		{Kind: chart.Shares, Title: "支出构成", Categories: []string{"一般公共服务支出", "社会保障和就业支出", "卫生健康支出", "住房保障支出"}, Series: []chart.Series{{Name: "支出", Values: []float64{812.4, 171.2, 98.6, 94.6}}}},
		{Kind: chart.Lines, Title: "预算执行率", Percent: true, Categories: []string{"一季度", "二季度", "三季度", "四季度"}, Series: []chart.Series{{Name: "执行率", Values: []float64{0.21, 0.493, 0.71, 0.998}}, {Name: "时序", Values: []float64{0.25, 0.5, 0.75, 1}}}},
		{Kind: chart.Bars, Title: "项目支出", Unit: "万元", Categories: []string{"政务服务大厅运行维护经费", "12345热线购买服务", "办公用房维修"}, Series: []chart.Series{{Name: "金额", Values: []float64{120.5, 88, 31.5}}}},
	} {
		out = append(out, paper.Text(paper.Caption, fmt.Sprintf("图 %d", i+2)), paper.Chart{Chart: c, Height: 65})
	}
	return append(out, paper.Picture{Data: picture(t), Width: 40, Alt: "示意"})
}

func picture(t testing.TB) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, 80, 40))
	for x := range 80 {
		for y := range 40 {
			img.Set(x, y, color.NRGBA{31, uint8(3 * x), 168, uint8(255 - 4*y)})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// threePublic is a wide table whose head has three levels, with a row of column numbers.
func threePublic() grid.Table {
	half := func(name string) []grid.Cell { return []grid.Cell{{Text: name, Cols: 6}} }
	t := grid.Table{Columns: make([]grid.Column, 12)}
	for i := range t.Columns {
		t.Columns[i] = grid.Column{Align: grid.Right}
	}
	t.Head = append(t.Head, append(half("预算数"), half("决算数")...))
	var second, third, numbers []grid.Cell
	for range 2 {
		second = append(second, grid.Cell{Text: "合计", Rows: 2}, grid.Cell{Text: "因公出国（境）费", Rows: 2}, grid.Cell{Text: "公务用车购置及运行维护费", Cols: 3}, grid.Cell{Text: "公务接待费", Rows: 2})
		third = append(third, grid.Cell{Text: "小计"}, grid.Cell{Text: "公务用车购置费"}, grid.Cell{Text: "公务用车运行维护费"})
	}
	for i := range 12 {
		numbers = append(numbers, grid.Cell{Text: strconv.Itoa(i + 1)})
	}
	t.Head = append(t.Head, second, third, numbers)
	t.Body = [][]grid.Cell{{{Text: "12.50"}, {Text: "0.00"}, {Text: "10.00"}, {Text: "0.00"}, {Text: "10.00"}, {Text: "2.50"}, {Text: "11.86"}, {Text: "0.00"}, {Text: "9.97"}, {Text: "0.00"}, {Text: "9.97"}, {Text: "1.89"}}}
	return t
}

// long is a table over several pages with row numbers and cells that reach over rows.
func long(rows int) grid.Table {
	t := grid.Table{Columns: []grid.Column{{Width: 1, Align: grid.Centre}, {Width: 1.4}, {Width: 1.8}, {Width: 4}, {Width: 1.8, Align: grid.Right}, {Width: 1.8, Align: grid.Right}, {Width: 1.8, Align: grid.Right}},
		Head: [][]grid.Cell{{{Text: "行次", Rows: 2}, {Text: "类别", Rows: 2}, {Text: "项目", Cols: 2}, {Text: "合计", Rows: 2}, {Text: "其中", Cols: 2}}, {{Text: "科目编码"}, {Text: "科目名称"}, {Text: "基本支出"}, {Text: "项目支出"}}}}
	for i := range rows {
		row := []grid.Cell{{Text: strconv.Itoa(i + 1)}}
		if i%5 == 0 {
			row = append(row, grid.Cell{Text: "第" + strconv.Itoa(i/5+1) + "类", Rows: min(5, rows-i), Align: grid.Centre})
		}
		basic, project := 1000+i*37, i*i*11
		money := func(v int) string { return fmt.Sprintf("%d,%03d.%02d", 1+v/1000, v%1000, v%97) }
		row = append(row, grid.Cell{Text: strconv.Itoa(2080500 + i)}, grid.Cell{Text: []string{"机关事业单位基本养老保险缴费支出", "行政运行", "其他政府办公厅（室）及相关机构事务支出"}[i%3]},
			grid.Cell{Text: money(basic + project), Bold: i%5 == 0}, grid.Cell{Text: money(basic)}, grid.Cell{Text: money(project)})
		t.Body = append(t.Body, row)
	}
	return t
}
