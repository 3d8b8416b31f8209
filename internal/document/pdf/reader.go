// Package pdf writes and reads PDF. Writer sets a paper.Document on the page of GB/T 9704 in the type faces of official
// documents, or in open ones that are built in (ADR 0061). Reader gives the text of foreign files with the place of every
// run of characters and the ruled lines around them, which is what a table is rebuilt from; it works in a sandbox (ADR
// 0054). The package knows nothing of what a text means.
package pdf

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"time"

	"yichuang/internal/errs"
)

// What can be wrong with a file, in words for the person who brought it.
var (
	ErrEncrypted = errs.New(errs.Invalid, "pdf.encrypted", "这个 PDF 文件加了密码，无法读取。请在原软件中去掉打开密码、另存后再试。")
	ErrBroken    = errs.New(errs.Invalid, "pdf.broken", "这个文件不是完整的 PDF，或者已经损坏，无法读取。请重新下载或重新导出后再试。")
	ErrNoText    = errs.New(errs.Invalid, "pdf.no_text", "这个 PDF 只有图片，没有文字层（多为扫描件），无法读取其中的文字和数字。请提供由办公软件直接导出的 PDF，或先做文字识别。")
	ErrUnmapped  = errs.New(errs.Invalid, "pdf.unmapped", "这个 PDF 的字体没有文字编码，读出的是乱码。请用办公软件重新导出，或先做文字识别。")
	ErrTooLarge  = errs.New(errs.TooLarge, "pdf.too_large", "这个 PDF 超过了可以读取的大小，没有读取。请拆分后再试。")
	ErrNoReader  = errs.New(errs.Unavailable, "pdf.no_reader", "本程序构建时没有带上 PDF 读取器，不能读取 PDF。请改用 DOCX、XLSX、HTML 或文本，或请管理员用 make build 重新构建程序。")
	ErrTooSlow   = errs.New(errs.Unavailable, "pdf.too_slow", "读取这个 PDF 用时过长，已经停止。请拆分后再试；仍不行请用办公软件重新导出。")
)

// Limits are what a file may cost. A zero field stands for the default.
type Limits struct {
	Bytes  int64         // of the file; 64 MiB
	Pages  int           // 1,000
	Runes  int           // characters in all pages, roughly; 4 million
	Memory int           // MiB of the sandbox in which the file is opened; 512
	Time   time.Duration // for the whole file; 60 s
}

func (l Limits) filled() Limits {
	or := func(n *int, otherwise int) {
		if *n <= 0 {
			*n = otherwise
		}
	}
	or(&l.Pages, 1000)
	or(&l.Runes, 4_000_000)
	or(&l.Memory, 512)
	if l.Bytes <= 0 {
		l.Bytes = 64 << 20
	}
	if l.Time <= 0 {
		l.Time = time.Minute
	}
	return l
}

// Reader reads files in a sandbox (PDFium as WebAssembly), which is started by the first file and kept. It may be used
// by several goroutines; a file that breaks the sandbox takes down only its own.
type Reader struct {
	cache  string
	limits Limits
	slots  chan struct{} // one for every sandbox at work

	mu    sync.Mutex
	boxes *sandboxes
}

// NewReader gives a reader that keeps the sandbox's machine code in the folder cache, so that a program that was built
// without the code compiles it only once on a machine; "" keeps nothing. Nothing is started yet.
func NewReader(cache string, l Limits) *Reader {
	return &Reader{cache: cache, limits: l.filled(), slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)))}
}

// File is what was read of a file.
type File struct {
	Title    string // as the file's properties have it
	Producer string // the program that made the file
	Pages    []Page
}

// Scanned lists the numbers of the pages that hold a picture and no text.
func (f *File) Scanned() []int {
	var out []int
	for _, p := range f.Pages {
		if p.Scanned() {
			out = append(out, p.Number)
		}
	}
	return out
}

// Open reads the whole file. It fails with one of the errors of this package where the file cannot be read, so that
// a file without text is never taken for a file without content; single scanned pages are in File.Scanned.
func (r *Reader) Open(ctx context.Context, in io.ReaderAt, size int64) (*File, error) {
	if size > r.limits.Bytes {
		return nil, ErrTooLarge.Say("这个 PDF 有 %d MB，超过可以读取的 %d MB，没有读取。请拆分后再试。", size>>20, r.limits.Bytes>>20)
	}
	data := make([]byte, size)
	if _, err := in.ReadAt(data, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, ErrBroken.Wrap(err)
	}
	boxes, err := r.sandbox()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, r.limits.Time)
	defer cancel()
	f, err := r.pages(ctx, boxes, data)
	if err != nil {
		return nil, r.cause(ctx, err)
	}
	return f, f.readable()
}

// cause is what the person is told where the sandbox failed: its own reasons as they are, the end of the time, or
// a file that breaks the program that reads it.
func (r *Reader) cause(ctx context.Context, err error) error {
	var known *errs.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case ctx.Err() != nil:
		return ErrTooSlow.Wrap(err)
	}
	return ErrBroken.Wrap(err)
}

// readable refuses a file of which nothing, or nothing but signs without a meaning, could be read.
func (f *File) readable() error {
	runes, unmapped := 0, 0
	for _, p := range f.Pages {
		runes += p.runes
		unmapped += p.unmapped
	}
	switch {
	case unmapped > 50 && unmapped > runes/2:
		return ErrUnmapped
	case runes > 0:
		return nil
	case len(f.Scanned()) == 0:
		return ErrNoText.Say("这个 PDF 里没有文字，也没有图片。请确认拿到的是要读取的文件。")
	}
	return ErrNoText
}

// Start starts the sandbox before the first file needs it.
func (r *Reader) Start() error {
	_, err := r.sandbox()
	return err
}

// sandbox starts the sandbox once.
func (r *Reader) sandbox() (*sandboxes, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.boxes != nil {
		return r.boxes, nil
	}
	b, err := startSandboxes(r.cache, r.limits.Memory, cap(r.slots))
	if err == nil {
		r.boxes = b
	}
	return b, err
}

// Close ends the sandbox; the reader may start it again.
func (r *Reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.boxes == nil {
		return nil
	}
	b := r.boxes
	r.boxes = nil
	return b.close()
}
