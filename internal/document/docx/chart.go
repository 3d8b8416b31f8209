package docx

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"

	"yichuang/internal/document/chart"
	"yichuang/internal/document/paper"
)

// chart writes a chart that the reader's program draws and lets edit: its figures lie beside it in a small workbook.
func (w *body) chart(c paper.Chart) error {
	if err := c.Check(); err != nil {
		return err
	}
	high := c.Height
	if high <= 0 {
		high = 75
	}
	w.drawings++
	name := fmt.Sprintf("chart%d", w.drawings)
	book, err := workbook(c.Chart)
	if err != nil {
		return err
	}
	w.pack.add("word/embeddings/"+name+".xlsx", "", book)
	w.pack.add("word/charts/_rels/"+name+".xml.rels", "", []byte(relations([]relation{{"rId1", relPackage, "../embeddings/" + name + ".xlsx"}})))
	w.pack.add("word/charts/"+name+".xml", typeChart, chartPart(c.Chart))
	rel := w.pack.relate(relChart, "charts/"+name+".xml")
	alt := c.Alt
	if alt == "" {
		alt = c.Title
	}
	w.drawing(w.width*emuPerTwip, int(high*emuPerMM), alt,
		`<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart r:id="`+rel+`"/></a:graphicData>`)
	return nil
}

// palette are the colours of series and shares: told apart in print and by the colour-blind.
func palette(i int) string {
	return [...]string{"1F5FA8", "E08A1E", "3C8D5A", "B5403A", "7A5BA6", "5F6B7A", "C2A83E", "2B9DB0"}[i%8]
}

// chartPart writes the part of a chart.
func chartPart(c chart.Chart) []byte {
	var m markup
	m.raw(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<c:chartSpace` + namespaces + `><c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart>`)
	if c.Title == "" {
		m.raw(`<c:autoTitleDeleted val="1"/>`)
	} else {
		m.raw(`<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1200" b="0"/></a:pPr><a:r><a:rPr lang="zh-CN" sz="1200" b="0"><a:latin typeface="` + latin + `"/><a:ea typeface="` + heiti + `"/></a:rPr><a:t>` +
			escape(c.Title) + `</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/>`)
	}
	m.raw(`<c:plotArea><c:layout/>`)
	switch c.Kind {
	case chart.Shares:
		m.raw(`<c:doughnutChart><c:varyColors val="1"/>`)
		m.series(c, 0)
		m.raw(`<c:firstSliceAng val="0"/><c:holeSize val="50"/></c:doughnutChart>`)
	case chart.Lines:
		m.raw(`<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>`)
		m.allSeries(c)
		m.raw(`<c:marker val="1"/><c:axId val="1"/><c:axId val="2"/></c:lineChart>`)
		m.axes(c)
	default:
		direction := "col"
		if c.Kind == chart.Bars {
			direction = "bar"
		}
		m.raw(`<c:barChart><c:barDir val="` + direction + `"/><c:grouping val="clustered"/><c:varyColors val="0"/>`)
		m.allSeries(c)
		m.raw(`<c:gapWidth val="60"/><c:axId val="1"/><c:axId val="2"/></c:barChart>`)
		m.axes(c)
	}
	m.raw(`</c:plotArea>`)
	if len(c.Series) > 1 || c.Kind == chart.Shares {
		m.raw(`<c:legend><c:legendPos val="` + map[bool]string{true: "r", false: "b"}[c.Kind == chart.Shares] + `"/><c:overlay val="0"/></c:legend>`)
	}
	m.raw(`<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart><c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr>` +
		`<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1000"><a:latin typeface="` + latin + `"/><a:ea typeface="` + songti + `"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>` +
		`<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>`)
	return m.bytes()
}

func (m *markup) allSeries(c chart.Chart) {
	for i := range c.Series {
		m.series(c, i)
	}
}

// series writes one series with its figures and where in the workbook they stand.
func (m *markup) series(c chart.Chart, i int) {
	s, column := c.Series[i], columnName(i+1)
	last := len(c.Categories) + 1
	m.raw(fmt.Sprintf(`<c:ser><c:idx val="%d"/><c:order val="%d"/><c:tx><c:strRef><c:f>Sheet1!$%s$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>%s</c:v></c:pt></c:strCache></c:strRef></c:tx>`, i, i, column, escape(s.Name)))
	fill := `<a:solidFill><a:srgbClr val="` + palette(i) + `"/></a:solidFill>`
	switch c.Kind {
	case chart.Lines:
		m.raw(`<c:spPr><a:ln w="25400">` + fill + `</a:ln></c:spPr><c:marker><c:symbol val="circle"/><c:size val="5"/><c:spPr>` + fill + `</c:spPr></c:marker>`)
	case chart.Shares:
		m.raw(`<c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:ln></c:spPr>`)
		for p := range c.Categories {
			m.raw(fmt.Sprintf(`<c:dPt><c:idx val="%d"/><c:bubble3D val="0"/><c:spPr><a:solidFill><a:srgbClr val="%s"/></a:solidFill><a:ln w="9525"><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:ln></c:spPr></c:dPt>`, p, palette(p)))
		}
	default:
		m.raw(`<c:spPr>` + fill + `</c:spPr><c:invertIfNegative val="0"/>`)
	}
	m.labels(c)
	m.raw(fmt.Sprintf(`<c:cat><c:strRef><c:f>Sheet1!$A$2:$A$%d</c:f><c:strCache><c:ptCount val="%d"/>`, last, len(c.Categories)))
	for p, name := range c.Categories {
		m.raw(fmt.Sprintf(`<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, p, escape(name)))
	}
	m.raw(fmt.Sprintf(`</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>Sheet1!$%s$2:$%s$%d</c:f><c:numCache><c:formatCode>%s</c:formatCode><c:ptCount val="%d"/>`, column, column, last, c.Format(), len(s.Values)))
	for p, v := range s.Values {
		if !math.IsNaN(v) {
			m.raw(fmt.Sprintf(`<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, p, number(v)))
		}
	}
	m.raw(`</c:numCache></c:numRef></c:val>`)
	if c.Kind == chart.Lines {
		m.raw(`<c:smooth val="0"/>`)
	}
	m.raw(`</c:ser>`)
}

// labels writes the values beside what shows them, where there is room for them.
func (m *markup) labels(c chart.Chart) {
	show := len(c.Series)*len(c.Categories) <= 24
	flag := func(on bool) string { return map[bool]string{true: "1", false: "0"}[on] }
	percent := c.Kind == chart.Shares
	m.raw(`<c:dLbls><c:numFmt formatCode="` + map[bool]string{true: "0.0%", false: c.Format()}[percent] + `" sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>`)
	if percent {
		m.raw(`<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="900"><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>`)
	} else {
		m.raw(`<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="900"/></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>`)
	}
	if c.Kind == chart.Lines {
		m.raw(`<c:dLblPos val="t"/>`)
	}
	m.raw(`<c:showLegendKey val="0"/><c:showVal val="` + flag(show && !percent) + `"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="` + flag(show && percent) + `"/><c:showBubbleSize val="0"/>`)
	if percent {
		m.raw(`<c:showLeaderLines val="0"/>`)
	}
	m.raw(`</c:dLbls>`)
}

// axes writes the axes of categories and values. Lying bars are drawn from the bottom, so their axis is turned round.
func (m *markup) axes(c chart.Chart) {
	order, at, valueAt, crosses := "minMax", "b", "l", "autoZero"
	if c.Kind == chart.Bars {
		order, at, valueAt, crosses = "maxMin", "l", "b", "max"
	}
	grey := `<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="BFBFBF"/></a:solidFill></a:ln></c:spPr>`
	m.raw(`<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="` + order + `"/></c:scaling><c:delete val="0"/><c:axPos val="` + at +
		`"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>` + grey + `<c:crossAx val="2"/><c:crosses val="autoZero"/><c:auto val="1"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="0"/></c:catAx>`)
	m.raw(`<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/>`)
	low, high := bounds(c)
	if c.Percent && high <= 1 {
		m.raw(`<c:max val="1"/>`)
	}
	if low >= 0 {
		m.raw(`<c:min val="0"/>`)
	}
	m.raw(`</c:scaling><c:delete val="0"/><c:axPos val="` + valueAt + `"/><c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="E5E5E5"/></a:solidFill></a:ln></c:spPr></c:majorGridlines>`)
	if c.Unit != "" {
		m.raw(`<c:title><c:tx><c:rich><a:bodyPr rot="0" vert="horz"/><a:p><a:pPr><a:defRPr sz="900" b="0"/></a:pPr><a:r><a:rPr lang="zh-CN" sz="900" b="0"/><a:t>` + escape(c.Unit) + `</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>`)
	}
	m.raw(`<c:numFmt formatCode="` + c.Format() + `" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr><c:crossAx val="1"/><c:crosses val="` + crosses + `"/><c:crossBetween val="between"/></c:valAx>`)
}

// bounds gives the least and the greatest of 0 and the values.
func bounds(c chart.Chart) (low, high float64) {
	for _, s := range c.Series {
		for _, v := range s.Values {
			if !math.IsNaN(v) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	return low, high
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', 15, 64) }

// columnName is the name of a column in a spreadsheet: A, B … Z, AA.
func columnName(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}

// workbook is the smallest spreadsheet that holds a chart's figures, so that "edit data" works.
func workbook(c chart.Chart) ([]byte, error) {
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	const spread = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	var sheet markup
	sheet.raw(head + `<worksheet xmlns="` + spread + `"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t></t></is></c>`)
	for i, s := range c.Series {
		sheet.raw(`<c r="` + columnName(i+1) + `1" t="inlineStr"><is><t xml:space="preserve">` + escape(s.Name) + `</t></is></c>`)
	}
	sheet.raw(`</row>`)
	for r, name := range c.Categories {
		sheet.raw(fmt.Sprintf(`<row r="%d"><c r="A%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, r+2, r+2, escape(name)))
		for i, s := range c.Series {
			if !math.IsNaN(s.Values[r]) {
				sheet.raw(fmt.Sprintf(`<c r="%s%d"><v>%s</v></c>`, columnName(i+1), r+2, number(s.Values[r])))
			}
		}
		sheet.raw(`</row>`)
	}
	sheet.raw(`</sheetData></worksheet>`)
	parts := map[string][]byte{
		"[Content_Types].xml": []byte(head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`),
		"_rels/.rels":                []byte(relations([]relation{{"rId1", office + "officeDocument", "xl/workbook.xml"}})),
		"xl/_rels/workbook.xml.rels": []byte(relations([]relation{{"rId1", office + "worksheet", "worksheets/sheet1.xml"}})),
		"xl/workbook.xml":            []byte(head + `<workbook xmlns="` + spread + `" xmlns:r="` + strings.TrimSuffix(office, "/") + `"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`),
		"xl/worksheets/sheet1.xml":   sheet.bytes(),
	}
	var out bytes.Buffer
	err := zipParts(&out, []string{"[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/workbook.xml", "xl/worksheets/sheet1.xml"}, parts)
	return out.Bytes(), err
}
