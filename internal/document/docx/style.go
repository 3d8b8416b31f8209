package docx

import (
	"fmt"
	"strings"
)

// Type faces of official documents with what stands in for them on a machine that lacks them. Latin letters and digits
// are set in Times New Roman.
const (
	fangsong = "仿宋_GB2312"
	kaiti    = "楷体_GB2312"
	heiti    = "黑体"
	xiaobiao = "方正小标宋简体"
	songti   = "宋体"
	latin    = "Times New Roman"
)

type face struct {
	name, alternatives, family, pitch string
}

// faces lists the faces with alternatives in the order of likeness: those of Windows, of WPS, then free ones.
func faces() []face {
	return []face{
		{fangsong, "仿宋,FangSong,华文仿宋,STFangsong,Noto Serif CJK SC", "modern", "fixed"},
		{kaiti, "楷体,KaiTi,华文楷体,STKaiti,LXGW WenKai,Noto Serif CJK SC", "modern", "fixed"},
		{heiti, "SimHei,华文黑体,Noto Sans CJK SC", "modern", "fixed"},
		{xiaobiao, "方正小标宋_GBK,FZXiaoBiaoSong-B05S,华文中宋,STZhongsong,宋体,Noto Serif CJK SC", "auto", "variable"},
		{songti, "SimSun,Noto Serif CJK SC", "auto", "variable"},
		{latin, "Liberation Serif,Noto Serif CJK SC", "roman", "variable"},
	}
}

func fontTable() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<w:fonts` + namespaces + `>`)
	for _, f := range faces() {
		charset := "86"
		if f.name == latin {
			charset = "00"
		}
		fmt.Fprintf(&b, `<w:font w:name="%s"><w:altName w:val="%s"/><w:charset w:val="%s"/><w:family w:val="%s"/><w:pitch w:val="%s"/></w:font>`, f.name, f.alternatives, charset, f.family, f.pitch)
	}
	b.WriteString(`</w:fonts>`)
	return b.String()
}

func fonts(eastAsian string) string {
	return `<w:rFonts w:ascii="` + latin + `" w:hAnsi="` + latin + `" w:eastAsia="` + eastAsian + `" w:cs="` + latin + `"/>`
}

// Lines stand 28.95 pt apart, so that 22 of them fill the type area (GB/T 9704 5.2.3).
const line = `<w:spacing w:before="0" w:after="0" w:line="579" w:lineRule="exact"/>`

// squeeze takes 0.25 pt from every character, so that 28 of them fill a line of 156 mm (GB/T 9704 5.2.3).
const squeeze = `<w:spacing w:val="-5"/>`

// keep holds a paragraph on the page of the next one.
const keep = `<w:keepNext/>`

type style struct {
	id, name, based, paragraph, run string
}

// paragraphStyles lists the styles; indentation in characters is followed by the same in twentieths of a point for
// programs that do not know characters.
func paragraphStyles() []style {
	return []style{
		{"Normal", "Normal", "", line + `<w:jc w:val="both"/>`, ""},
		{"BodyText", "Body Text", "Normal", `<w:ind w:firstLineChars="200" w:firstLine="630"/>`, squeeze},
		{"Title", "Title", "Normal", keep + `<w:spacing w:before="0" w:after="290" w:line="640" w:lineRule="exact"/><w:jc w:val="center"/>`, fonts(xiaobiao) + `<w:sz w:val="44"/><w:szCs w:val="44"/>`},
		{"Subtitle", "Subtitle", "Normal", `<w:spacing w:before="0" w:after="290" w:line="579" w:lineRule="exact"/><w:jc w:val="center"/>`, fonts(kaiti)},
		{"Heading1", "heading 1", "Normal", keep + `<w:ind w:firstLineChars="200" w:firstLine="640"/><w:outlineLvl w:val="0"/>`, fonts(heiti)},
		{"Heading2", "heading 2", "Normal", keep + `<w:ind w:firstLineChars="200" w:firstLine="640"/><w:outlineLvl w:val="1"/>`, fonts(kaiti)},
		{"Heading3", "heading 3", "Normal", keep + `<w:ind w:firstLineChars="200" w:firstLine="640"/><w:outlineLvl w:val="2"/>`, `<w:b/><w:bCs/>`},
		{"Caption", "caption", "Normal", keep + `<w:spacing w:before="120" w:after="60" w:line="360" w:lineRule="exact"/><w:jc w:val="center"/>`, fonts(heiti) + `<w:sz w:val="24"/><w:szCs w:val="24"/>`},
		{"Note", "Note", "Normal", `<w:spacing w:before="0" w:after="120" w:line="320" w:lineRule="exact"/>`, `<w:sz w:val="21"/><w:szCs w:val="21"/>`},
		{"Signature", "Signature", "Normal", `<w:ind w:rightChars="400" w:right="1280"/><w:jc w:val="right"/>`, ""},
		{"Addressee", "Addressee", "Normal", ``, ""},
		{"Part", "Part", "Normal", keep + `<w:spacing w:before="0" w:after="290" w:line="640" w:lineRule="exact"/><w:jc w:val="center"/><w:outlineLvl w:val="0"/>`, fonts(xiaobiao) + `<w:sz w:val="44"/><w:szCs w:val="44"/>`},
		{"Chapter", "Chapter", "Normal", keep + `<w:ind w:firstLineChars="200" w:firstLine="640"/><w:outlineLvl w:val="1"/>`, fonts(heiti)},
		{"Article", "Article", "Normal", keep + `<w:ind w:firstLineChars="200" w:firstLine="640"/><w:outlineLvl w:val="2"/>`, fonts(kaiti)},
		{"FormTitle", "Form Title", "Normal", keep + `<w:spacing w:before="0" w:after="60" w:line="480" w:lineRule="exact"/><w:jc w:val="center"/><w:outlineLvl w:val="1"/>`, fonts(heiti)},
		{"AboveTable", "Above Table", "Normal", keep + `<w:spacing w:before="0" w:after="0" w:line="320" w:lineRule="exact"/>`, `<w:sz w:val="21"/><w:szCs w:val="21"/>`},
		{"TableText", "Table Text", "Normal", `<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/><w:jc w:val="left"/>`, `<w:sz w:val="21"/><w:szCs w:val="21"/>`},
		{"TableHead", "Table Head", "TableText", keep + `<w:jc w:val="center"/>`, fonts(heiti)},
		{"AfterTable", "After Table", "Normal", `<w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/>`, `<w:sz w:val="10"/><w:szCs w:val="10"/>`},
		{"Drawing", "Drawing", "Normal", `<w:spacing w:before="60" w:after="60" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>`, ""},
		{"SectionEnd", "Section End", "Normal", `<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>`, `<w:sz w:val="2"/><w:szCs w:val="2"/>`},
		{"Footer", "footer", "Normal", `<w:spacing w:before="0" w:after="0" w:line="280" w:lineRule="exact"/>`, fonts(songti) + `<w:sz w:val="28"/><w:szCs w:val="28"/>`},
		{"ContentsTitle", "Contents Title", "Normal", keep + `<w:spacing w:before="0" w:after="290" w:line="579" w:lineRule="exact"/><w:jc w:val="center"/>`, fonts(heiti)},
		{"TOC1", "toc 1", "Normal", "", ""},
		{"TOC2", "toc 2", "Normal", `<w:ind w:leftChars="200" w:left="640"/>`, ""},
		{"TOC3", "toc 3", "Normal", `<w:ind w:leftChars="400" w:left="1280"/>`, ""},
	}
}

func styles() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<w:styles` + namespaces + `><w:docDefaults><w:rPrDefault><w:rPr>` + fonts(fangsong) +
		`<w:kern w:val="2"/><w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>`)
	for _, s := range paragraphStyles() {
		b.WriteString(`<w:style w:type="paragraph" w:styleId="` + s.id + `"`)
		if s.id == "Normal" {
			b.WriteString(` w:default="1"`)
		}
		b.WriteString(`><w:name w:val="` + s.name + `"/>`)
		if s.based != "" {
			b.WriteString(`<w:basedOn w:val="` + s.based + `"/>`)
		}
		paragraph, kept := strings.CutPrefix(s.paragraph, keep)
		b.WriteString(`<w:qFormat/><w:pPr>`)
		if kept {
			b.WriteString(keep)
		}
		b.WriteString(`<w:widowControl w:val="0"/>` + paragraph + `</w:pPr><w:rPr>` + s.run + `</w:rPr></w:style>`)
	}
	b.WriteString(`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>` +
		`<w:top w:w="0" w:type="dxa"/><w:left w:w="70" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>`)
	b.WriteString(`<w:style w:type="table" w:styleId="Table"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		width := 4
		if side == "top" || side == "bottom" {
			width = 8
		}
		fmt.Fprintf(&b, `<w:%s w:val="single" w:sz="%d" w:space="0" w:color="000000"/>`, side, width)
	}
	b.WriteString(`</w:tblBorders></w:tblPr></w:style></w:styles>`)
	return b.String()
}

// footer is the page number between dashes, "— 1 —", one character from the outer edge (GB/T 9704 7.5).
func footer(side string) string {
	indent := `<w:ind w:rightChars="100" w:right="280"/>`
	if side == "left" {
		indent = `<w:ind w:leftChars="100" w:left="280"/>`
	}
	return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<w:ftr` + namespaces + `><w:p><w:pPr><w:pStyle w:val="Footer"/>` + indent + `<w:jc w:val="` + side + `"/></w:pPr>` +
		`<w:r><w:t xml:space="preserve">— </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>` +
		`<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>`
}

func settings(fields bool) string {
	update := ""
	if fields {
		update = `<w:updateFields w:val="true"/>`
	}
	return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<w:settings` + namespaces + `><w:zoom w:percent="100"/>` +
		`<w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>` + `<w:characterSpacingControl w:val="compressPunctuation"/>` + update +
		`<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>` +
		`<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`
}
