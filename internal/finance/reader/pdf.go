package reader

import "bytes"

// pdfLines reads the text layer of a PDF through the reader that the caller handed in.
func pdfLines(b []byte, opt Options) ([]line, error) {
	if bytes.Contains(b, []byte("/Encrypt")) && opt.PDF == nil {
		return nil, ErrEncrypted
	}
	if opt.PDF == nil {
		return nil, ErrFormat.Say("这个程序没有带 PDF 阅读部分，没有审核。请用 DOCX、XLSX、HTML 或文本文件。")
	}
	pages, err := opt.PDF(b)
	if err != nil {
		return nil, err
	}
	var out []line
	for _, p := range pages {
		l := line{page: p.Page, placed: true}
		for _, w := range p.Words {
			w.Text = clean(w.Text)
			l.words = append(l.words, w)
		}
		l.join()
		out = append(out, l)
	}
	return numbered(out), nil
}
