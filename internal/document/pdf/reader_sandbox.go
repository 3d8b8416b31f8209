package pdf

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"unicode/utf16"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"yichuang/internal/document/pdf/assets"
)

// startPool compiles PDFium, or takes its machine code from the cache, and makes room for so many files at a time. The
// sandbox sees no files and has no network; a page of its memory is 64 KiB.
func startPool(folder string, mebibytes, files int) (pdfium.Pool, error) {
	cache, done, err := codeCache(folder)
	if err != nil {
		return nil, fmt.Errorf("pdf: the folder for the reader's machine code: %w", err)
	}
	defer done()
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithCompilationCache(cache).
		WithCloseOnContextDone(true).
		WithMemoryLimitPages(uint32(mebibytes) * 16)
	p, err := webassembly.Init(webassembly.Config{
		Context:       experimental.WithCompilationWorkers(context.Background(), files),
		MaxTotal:      files,
		MaxIdle:       0,
		RuntimeConfig: config,
		FSConfig:      wazero.NewFSConfig(),
		Stdout:        io.Discard,
		Stderr:        io.Discard,
	})
	if err != nil {
		return nil, fmt.Errorf("pdf: start the reader: %w", err)
	}
	return p, nil
}

// codeCache is the cache of machine code in a folder, with the code that was built in. Without a folder one is made for
// the start, and done takes it away.
func codeCache(folder string) (cache wazero.CompilationCache, done func(), err error) {
	place, data := assets.Code()
	done = func() {}
	if folder == "" {
		if place == "" {
			return wazero.NewCompilationCache(), done, nil
		}
		if folder, err = os.MkdirTemp("", "yichuang-pdf-*"); err != nil {
			return nil, done, err
		}
		done = func() { os.RemoveAll(folder) }
	}
	if place != "" {
		if err := unpackCode(filepath.Join(folder, filepath.FromSlash(place)), data); err != nil {
			done()
			return nil, func() {}, err
		}
	}
	cache, err = wazero.NewCompilationCacheWithDir(folder)
	return cache, done, err
}

// unpackCode writes the code that was built in, whole or not at all, where it does not lie yet.
func unpackCode(path string, data func() []byte) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(path), "part-*")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	if _, err := part.Write(data()); err != nil {
		part.Close()
		return err
	}
	if err := part.Close(); err != nil {
		return err
	}
	return os.Rename(part.Name(), path)
}

// machine is one sandbox with PDFium in it. Its functions are called directly, not through the binding's requests: two
// calls a character instead of ten (ADR 0054).
type machine struct {
	ctx     context.Context
	mod     api.Module
	fn      map[string]api.Function
	stack   [8]uint64
	scratch uint32 // 64 bytes of the sandbox's memory for results
}

func newMachine(ctx context.Context, box pdfium.Pdfium) (*machine, error) {
	inner := reflect.ValueOf(box.GetImplementation())
	if inner.Kind() != reflect.Pointer || !inner.Elem().FieldByName("Module").IsValid() {
		return nil, fmt.Errorf("pdf: this version of the PDFium binding has another inside")
	}
	mod, ok := inner.Elem().FieldByName("Module").Interface().(api.Module)
	if !ok {
		return nil, fmt.Errorf("pdf: this version of the PDFium binding has another inside")
	}
	m := &machine{ctx: ctx, mod: mod, fn: map[string]api.Function{}}
	var err error
	m.scratch, err = m.alloc(64)
	return m, err
}

// call calls a function of PDFium.
func (m *machine) call(name string, args ...uint64) (uint64, error) {
	f := m.fn[name]
	if f == nil {
		if f = m.mod.ExportedFunction(name); f == nil {
			return 0, fmt.Errorf("pdf: PDFium has no %s", name)
		}
		m.fn[name] = f
	}
	copy(m.stack[:], args)
	if err := f.CallWithStack(m.ctx, m.stack[:]); err != nil {
		return 0, fmt.Errorf("pdf: %s: %w", name, err)
	}
	return m.stack[0], nil
}

// pointer calls a function that gives a pointer or a handle.
func (m *machine) pointer(name string, args ...uint64) (uint64, error) {
	v, err := m.call(name, args...)
	return uint64(uint32(v)), err
}

// number calls a function that gives a whole number.
func (m *machine) number(name string, args ...uint64) (int, error) {
	v, err := m.call(name, args...)
	return int(int32(uint32(v))), err
}

// float calls a function that gives a 32-bit real.
func (m *machine) float(name string, args ...uint64) (float64, error) {
	v, err := m.call(name, args...)
	return float64(math.Float32frombits(uint32(v))), err
}

func (m *machine) alloc(n int) (uint32, error) {
	p, err := m.pointer("malloc", uint64(n))
	if err == nil && p == 0 {
		err = ErrTooLarge
	}
	return uint32(p), err
}

// floats reads n 32-bit reals from the scratch.
func (m *machine) floats(n int) (out [6]float64) {
	b, _ := m.mod.Memory().Read(m.scratch, uint32(4*n))
	for i := range len(b) / 4 {
		out[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
	}
	return out
}

// doubles reads n 64-bit reals from the scratch.
func (m *machine) doubles(n int) (out [4]float64) {
	b, _ := m.mod.Memory().Read(m.scratch, uint32(8*n))
	for i := range len(b) / 8 {
		out[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return out
}

// at is the address of the scratch's byte i, as an argument.
func (m *machine) at(i int) uint64 { return uint64(m.scratch) + uint64(i) }

// wide reads n UTF-16 units from the sandbox's memory.
func (m *machine) wide(p uint32, n int) []uint16 {
	b, ok := m.mod.Memory().Read(p, uint32(2*n))
	if !ok {
		return nil
	}
	out := make([]uint16, n)
	for i := range out {
		out[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return out
}

// property reads a property of the file, "" where it has none.
func (m *machine) property(doc uint64, name string) (string, error) {
	const limit = 1024
	p, err := m.alloc(limit + 16)
	if err != nil {
		return "", err
	}
	defer m.call("free", uint64(p))
	m.mod.Memory().Write(p+limit, append([]byte(name), 0))
	n, err := m.number("FPDF_GetMetaText", doc, uint64(p)+limit, uint64(p), limit)
	if err != nil || n < 2 || n > limit {
		return "", err
	}
	return string(utf16.Decode(m.wide(p, n/2-1))), nil
}
