package docx

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // formats of pictures
	_ "image/png"

	"yichuang/internal/document/paper"
)

// English Metric Units, in which drawings are measured.
const (
	emuPerTwip = 635
	emuPerMM   = 36000
)

func (w *body) picture(p paper.Picture) error {
	cfg, format, err := image.DecodeConfig(bytes.NewReader(p.Data))
	if err != nil || cfg.Width == 0 || cfg.Height == 0 {
		return fmt.Errorf("a picture that is neither PNG nor JPEG: %w", err)
	}
	wide := int(p.Width * emuPerMM)
	if limit := w.width * emuPerTwip; wide <= 0 || wide > limit {
		wide = limit
	}
	high := wide * cfg.Height / cfg.Width
	if limit := w.height * emuPerTwip * 9 / 10; high > limit {
		wide, high = wide*limit/high, limit
	}
	w.drawings++
	name := fmt.Sprintf("image%d.%s", w.drawings, map[string]string{"png": "png", "jpeg": "jpeg"}[format])
	w.pack.add("word/media/"+name, "", p.Data)
	rel := w.pack.relate(relImage, "media/"+name)
	w.drawing(wide, high, p.Alt, `<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="`+fmt.Sprint(w.drawings)+
		`" name="`+name+`"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="`+rel+`"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>`+
		fmt.Sprintf(`<a:ext cx="%d" cy="%d"/>`, wide, high)+`</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>`)
	return nil
}

// drawing writes a paragraph with one drawing in it.
func (w *body) drawing(wide, high int, alt, graphic string) {
	w.raw(`<w:p><w:pPr><w:pStyle w:val="Drawing"/></w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">` +
		fmt.Sprintf(`<wp:extent cx="%d" cy="%d"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:docPr id="%d" name="drawing%d" descr="%s"/>`, wide, high, w.drawings, w.drawings, escape(alt)) +
		`<wp:cNvGraphicFramePr/><a:graphic>` + graphic + `</a:graphic></wp:inline></w:drawing></w:r></w:p>`)
}
