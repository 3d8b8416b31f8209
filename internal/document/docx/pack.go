package docx

import (
	"archive/zip"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"yichuang/internal/document/paper"
)

// Content types and relations of the parts.
const (
	typeDocument = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
	typeStyles   = "application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"
	typeSettings = "application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"
	typeFonts    = "application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"
	typeFooter   = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
	typeChart    = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
	typeCore     = "application/vnd.openxmlformats-package.core-properties+xml"

	office      = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	relImage    = office + "image"
	relChart    = office + "chart"
	relPackage  = office + "package"
	relFooter   = office + "footer"
	relStyles   = office + "styles"
	relSettings = office + "settings"
	relFonts    = office + "fontTable"
	relLink     = office + "hyperlink"
)

// pack is the package of parts.
type pack struct {
	parts map[string][]byte
	types map[string]string // by part; parts without one have a default by extension
	rels  []relation        // of word/document.xml
}

type relation struct{ id, kind, target string }

func newPack() *pack { return &pack{parts: map[string][]byte{}, types: map[string]string{}} }

func (p *pack) add(name, kind string, data []byte) {
	p.parts[name] = data
	if kind != "" {
		p.types[name] = kind
	}
}

// relate gives the id by which the document refers to a part.
func (p *pack) relate(kind, target string) string {
	id := fmt.Sprintf("rId%d", len(p.rels)+1)
	p.rels = append(p.rels, relation{id, kind, target})
	return id
}

// fixed adds the parts that every document has.
func (p *pack) fixed(d paper.Document, fields bool) {
	p.add("word/styles.xml", typeStyles, []byte(styles()))
	p.add("word/settings.xml", typeSettings, []byte(settings(fields)))
	p.add("word/fontTable.xml", typeFonts, []byte(fontTable()))
	p.add("word/footer1.xml", typeFooter, []byte(footer("right")))
	p.add("word/footer2.xml", typeFooter, []byte(footer("left")))
	p.rels = append(p.rels, relation{"footerEven", relFooter, "footer2.xml"}, relation{"footerOdd", relFooter, "footer1.xml"},
		relation{"styles", relStyles, "styles.xml"}, relation{"settings", relSettings, "settings.xml"}, relation{"fonts", relFonts, "fontTable.xml"})
	p.add("docProps/core.xml", typeCore, []byte(core(d)))
	p.add("word/_rels/document.xml.rels", "", []byte(relations(p.rels)))
	p.add("_rels/.rels", "", []byte(relations([]relation{{"rId1", office + "officeDocument", "word/document.xml"},
		{"rId2", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "docProps/core.xml"}})))
}

func relations(rels []relation) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for _, r := range rels {
		outside := ""
		if r.kind == relLink {
			outside = ` TargetMode="External"`
		}
		fmt.Fprintf(&b, `<Relationship Id="%s" Type="%s" Target="%s"%s/>`, r.id, r.kind, escape(r.target), outside)
	}
	b.WriteString(`</Relationships>`)
	return b.String()
}

func (p *pack) contentTypes(names []string) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="jpeg" ContentType="image/jpeg"/><Default Extension="png" ContentType="image/png"/>` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xlsx" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"/><Default Extension="xml" ContentType="application/xml"/>`)
	for _, n := range names {
		if t := p.types[n]; t != "" {
			fmt.Fprintf(&b, `<Override PartName="/%s" ContentType="%s"/>`, n, t)
		}
	}
	b.WriteString(`</Types>`)
	return []byte(b.String())
}

// write writes the parts in the order of their names after the list of their types, with which readers begin.
func (p *pack) write(w io.Writer) error {
	names := make([]string, 0, len(p.parts))
	for n := range p.parts {
		names = append(names, n)
	}
	slices.Sort(names)
	parts := map[string][]byte{"[Content_Types].xml": p.contentTypes(names)}
	for _, n := range names {
		parts[n] = p.parts[n]
	}
	return zipParts(w, append([]string{"[Content_Types].xml"}, names...), parts)
}

// zipParts writes an archive with fixed times.
func zipParts(w io.Writer, names []string, parts map[string][]byte) error {
	z := zip.NewWriter(w)
	for _, n := range names {
		method := zip.Deflate
		if ext := path.Ext(n); ext == ".png" || ext == ".jpeg" || ext == ".xlsx" {
			method = zip.Store
		}
		f, err := z.CreateHeader(&zip.FileHeader{Name: n, Method: method, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return err
		}
		if _, err := f.Write(parts[n]); err != nil {
			return err
		}
	}
	return z.Close()
}

func core(d paper.Document) string {
	s := `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"` +
		` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<dc:title>` + escape(d.Title) + `</dc:title><dc:creator>` + escape(d.Author) + `</dc:creator><cp:lastModifiedBy>` + escape(d.Author) + `</cp:lastModifiedBy>`
	if !d.At.IsZero() {
		at := d.At.Time().UTC().Format("2006-01-02T15:04:05Z")
		s += `<dcterms:created xsi:type="dcterms:W3CDTF">` + at + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + at + `</dcterms:modified>`
	}
	return s + `</cp:coreProperties>`
}
