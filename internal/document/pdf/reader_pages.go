package pdf

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// many is the number of pages from which on they are shared among the sandboxes that are idle: opening a file twice
// costs about as much as reading a few pages.
const many = 12

// pages reads a file with one sandbox, and with others that nobody uses at the moment where it has many pages.
func (r *Reader) pages(ctx context.Context, boxes *sandboxes, data []byte) (*File, error) {
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	m, err := boxes.machine(ctx)
	if err != nil {
		return nil, err
	}
	defer m.close()
	doc, n, err := m.load(data, r.limits)
	if err != nil {
		return nil, err
	}
	f := &File{Pages: make([]Page, n)}
	if err := m.properties(doc, f); err != nil {
		return nil, err
	}
	hands := 1
	for n >= many && hands < cap(r.slots) && r.idle() {
		hands++
	}
	defer func() {
		for range hands - 1 {
			<-r.slots
		}
	}()
	g, shared := errgroup.WithContext(ctx)
	for hand := 1; hand < hands; hand++ {
		g.Go(func() error { return r.help(shared, boxes, data, f.Pages, hand, hands) })
	}
	g.Go(func() error { return m.share(doc, f.Pages, 0, hands, r.limits.Runes) })
	return f, g.Wait()
}

// idle takes another slot if one is free; it never waits, so that files do not wait for each other.
func (r *Reader) idle() bool {
	select {
	case r.slots <- struct{}{}:
		return true
	default:
		return false
	}
}

// help reads a share of the pages with a sandbox of its own.
func (r *Reader) help(ctx context.Context, boxes *sandboxes, data []byte, pages []Page, hand, hands int) error {
	m, err := boxes.machine(ctx)
	if err != nil {
		return err
	}
	defer m.close()
	doc, _, err := m.load(data, r.limits)
	if err != nil {
		return err
	}
	return m.share(doc, pages, hand, hands, r.limits.Runes)
}

// share reads every page whose turn it is.
func (m *machine) share(doc uint64, pages []Page, hand, hands, most int) error {
	for i := hand; i < len(pages); i += hands {
		p, err := m.page(doc, i, most)
		if err != nil {
			return err
		}
		most -= p.runes
		pages[i] = p
	}
	return nil
}

// load opens a file that lies in memory, and counts its pages.
func (m *machine) load(data []byte, l Limits) (doc uint64, pages int, err error) {
	p, err := m.alloc(len(data) + 1)
	if err != nil {
		return 0, 0, err
	}
	if !m.mod.Memory().Write(p, data) {
		return 0, 0, ErrTooLarge
	}
	if doc, err = m.pointer("FPDF_LoadMemDocument", uint64(p), uint64(len(data)), 0); err != nil {
		return 0, 0, err
	}
	if doc == 0 {
		return 0, 0, m.refusal()
	}
	if pages, err = m.number("FPDF_GetPageCount", doc); err != nil {
		return 0, 0, err
	}
	switch {
	case pages <= 0:
		return 0, 0, ErrBroken
	case pages > l.Pages:
		return 0, 0, ErrTooLarge.Say("这个 PDF 有 %d 页，超过可以读取的 %d 页，没有读取。请拆分后再试。", pages, l.Pages)
	}
	return doc, pages, nil
}

func (m *machine) properties(doc uint64, f *File) (err error) {
	if f.Title, err = m.property(doc, "Title"); err != nil {
		return err
	}
	f.Producer, err = m.property(doc, "Producer")
	return err
}
