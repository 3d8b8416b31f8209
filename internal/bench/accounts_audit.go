package bench

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"

	"yichuang/internal/document/grid"
	"yichuang/internal/document/paper"
	"yichuang/internal/document/pdf"
	"yichuang/internal/finance/check"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/publication"
	"yichuang/internal/finance/reader"
)

// AuditResult are the costs of auditing published accounts.
type AuditResult struct {
	Text      Spread  `json:"text_ms"` // one document as text; the first compiles the rules
	TextBytes int     `json:"text_bytes"`
	HeapMB    float64 `json:"heap_mb"` // that the program holds beyond what it held before the first audit
	Many      float64 `json:"texts_per_second"`
	Workers   int     `json:"workers"`
	PDF       Spread  `json:"pdf_ms"` // the first starts the reader
	PDFPages  int     `json:"pdf_pages"`
}

// manyTexts is how many documents the throughput is measured on, pagesWanted how long the PDF is at least.
const (
	manyTexts   = 200
	pagesWanted = 60
)

// auditBench audits documents.
type auditBench struct {
	ctx   context.Context
	rules *check.Rules
	codes *fiscal.Dictionary
	pdf   *pdf.Reader
}

func (a *auditBench) audit(b []byte) error {
	d, err := reader.Bytes(a.ctx, b, reader.Options{Dictionary: a.codes, PDF: a.pdf})
	if err != nil {
		return err
	}
	if r := a.rules.Run(d, check.Options{Dictionary: a.codes}); r.Summary.Passed < 10 {
		return fmt.Errorf("the audit passed only %d checks", r.Summary.Passed)
	}
	return nil
}

// audits measures audits of what the books publish.
func (l *yearBooks) audits(runs int) (*AuditResult, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as `accounts check` does
	p, err := l.app.Finance.Publication(l.ctx, l.year, 0, publication.JSON)
	if err != nil {
		return nil, err
	}
	text := []byte(plainText(p))
	out := &AuditResult{TextBytes: len(text), Workers: runtime.GOMAXPROCS(0)}
	before := heap()
	a := &auditBench{ctx: l.ctx, pdf: pdf.NewReader("", pdf.Limits{})}
	defer a.pdf.Close()
	out.Text, err = spread(runs, func() error {
		if a.rules == nil {
			if err := a.prepare(); err != nil {
				return err
			}
		}
		return a.audit(text)
	})
	if err != nil {
		return nil, err
	}
	out.HeapMB = float64(int64(heap())-int64(before)) / (1 << 20)
	if out.Many, err = a.many(text, out.Workers); err != nil {
		return nil, err
	}
	file, pages, err := longPDF(p)
	if err != nil {
		return nil, err
	}
	out.PDFPages = pages
	out.PDF, err = spread(runs, func() error { return a.audit(file) })
	return out, err
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func (a *auditBench) prepare() (err error) {
	if a.rules, err = check.BuiltIn(); err != nil {
		return err
	}
	subjects, err := fiscal.BuiltIn()
	a.codes = fiscal.NewDictionary(fiscal.BuiltInYear, fiscal.BuiltInYear, subjects)
	return err
}

// many audits documents on all processors and gives how many a second.
func (a *auditBench) many(text []byte, workers int) (float64, error) {
	var next atomic.Int64
	var wg sync.WaitGroup
	failed := make(chan error, workers)
	watch := startWatch()
	for range workers {
		wg.Go(func() {
			for i := next.Add(1); i <= manyTexts; i = next.Add(1) {
				if err := a.audit(fmt.Appendf(append([]byte{}, text...), "\n附记%d。\n", i)); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wg.Wait()
	took := watch().Seconds()
	close(failed)
	return manyTexts / took, <-failed
}

// plainText is a disclosure as text that was copied out of its pages.
func plainText(p *publication.Publication) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%d年度部门决算\n第一部分 部门概况\n一、部门职责\n%s\n第二部分 %d年度部门决算表\n", p.Department, p.Year, p.Duties, p.Year)
	for _, t := range p.Statement.Tables {
		fmt.Fprintf(&b, "%s\n%s\n部门：%s 金额单位：%s\n", t.Title, t.Form, p.Department, p.Statement.Unit)
		g := p.Statement.Draw(t).Grid()
		for _, row := range append(append([][]grid.Cell{}, g.Head...), g.Body...) {
			var cells []string
			for _, c := range row {
				if c.Text != "" {
					cells = append(cells, strings.ReplaceAll(c.Text, "\n", ""))
				}
			}
			b.WriteString(strings.Join(cells, " ") + "\n")
		}
		b.WriteString(strings.Join(t.Notes, "\n") + "\n")
	}
	fmt.Fprintf(&b, "第三部分 %d年度部门决算情况说明\n", p.Year)
	for _, s := range p.Narrative.Sections {
		b.WriteString(s.Title + "\n" + s.Text() + "\n")
	}
	return b.String()
}

// longPDF prints the tables and the text of a disclosure again and again until they fill the pages that are wanted.
func longPDF(p *publication.Publication) ([]byte, int, error) {
	d := paper.Document{Title: p.Title(), Sections: []paper.Section{{Blocks: []paper.Block{paper.Text(paper.Title, p.Department), paper.Text(paper.Title, fmt.Sprintf("%d年度部门决算", p.Year))}}}}
	for pages := 1; pages < pagesWanted; {
		for _, t := range p.Statement.Tables {
			d.Sections = append(d.Sections, paper.Section{Blocks: []paper.Block{paper.Text(paper.Form, t.Title), paper.Text(paper.Above, "金额单位："+p.Statement.Unit), paper.Table{Table: p.Statement.Draw(t).Grid(), Size: 9}}})
			pages++
		}
		var text []paper.Block
		for _, s := range p.Narrative.Sections {
			text = append(text, paper.Text(paper.Heading1, s.Title), paper.Text(paper.Body, s.Text()))
		}
		d.Sections = append(d.Sections, paper.Section{Blocks: text})
		pages++
	}
	var b bytes.Buffer
	if err := pdf.NewWriter().Write(&b, d); err != nil {
		return nil, 0, err
	}
	return b.Bytes(), bytes.Count(b.Bytes(), []byte("/Type /Page")) + bytes.Count(b.Bytes(), []byte("/Type/Page")), nil
}
