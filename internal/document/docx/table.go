package docx

import (
	"fmt"

	"yichuang/internal/document/grid"
	"yichuang/internal/document/paper"
)

// table writes a table; no row is torn apart between two pages.
func (w *body) table(t paper.Table) error {
	rows, err := t.Layout()
	if err != nil {
		return err
	}
	size := int(2*t.Size + 0.5)
	if size == 0 {
		size = 21
	}
	widths := t.Widths(w.width)
	w.raw(fmt.Sprintf(`<w:tbl><w:tblPr><w:tblStyle w:val="Table"/><w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="0000"/></w:tblPr><w:tblGrid>`, w.width))
	for _, n := range widths {
		w.raw(fmt.Sprintf(`<w:gridCol w:w="%d"/>`, n))
	}
	w.raw(`</w:tblGrid>`)
	for _, r := range rows {
		w.raw(`<w:tr><w:trPr><w:cantSplit/>`)
		if r.Head {
			w.raw(`<w:tblHeader/>`)
		}
		w.raw(`</w:trPr>`)
		for _, s := range r.Slots {
			w.cell(s, r.Head, widths, size)
		}
		w.raw(`</w:tr>`)
	}
	w.raw(`</w:tbl><w:p><w:pPr><w:pStyle w:val="AfterTable"/></w:pPr></w:p>`)
	return nil
}

func (w *body) cell(s grid.Slot, head bool, widths []int, size int) {
	width := 0
	for _, n := range widths[s.Col : s.Col+s.Cols] {
		width += n
	}
	w.raw(fmt.Sprintf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, width))
	if s.Cols > 1 {
		w.raw(fmt.Sprintf(`<w:gridSpan w:val="%d"/>`, s.Cols))
	}
	switch {
	case s.Rows > 1 && s.Top:
		w.raw(`<w:vMerge w:val="restart"/>`)
	case s.Rows > 1:
		w.raw(`<w:vMerge/>`)
	}
	if head {
		w.raw(`<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>`)
	}
	style := "TableText"
	if head {
		style = "TableHead"
	}
	w.raw(`<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="` + style + `"/><w:jc w:val="` + [...]string{"left", "left", "center", "right"}[s.Align] + `"/></w:pPr>`)
	if s.Top && s.Text != "" {
		w.raw(`<w:r><w:rPr>`)
		if s.Bold && !head {
			w.raw(`<w:b/><w:bCs/>`)
		}
		w.raw(fmt.Sprintf(`<w:sz w:val="%d"/><w:szCs w:val="%d"/></w:rPr>`, size, size))
		w.text(s.Text)
		w.raw(`</w:r>`)
	}
	w.raw(`</w:p></w:tc>`)
}
