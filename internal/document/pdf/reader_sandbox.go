package pdf

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"unicode/utf16"

	"github.com/klippa-app/go-pdfium/webassembly/imports"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"yichuang/internal/document/pdf/assets"
)

// sandboxes is PDFium compiled, and ready to run once for every file. A sandbox sees no files and has no network.
type sandboxes struct {
	runtime wazero.Runtime
	pdfium  wazero.CompiledModule
}

// startSandboxes compiles PDFium, or takes its machine code from the cache; a page of a sandbox's memory is 64 KiB.
func startSandboxes(folder string, mebibytes, files int) (*sandboxes, error) {
	code := assets.Module()
	if code == nil {
		return nil, ErrNoReader
	}
	cache, done, err := codeCache(folder)
	if err != nil {
		return nil, fmt.Errorf("pdf: the folder for the reader's machine code: %w", err)
	}
	defer done()
	ctx := experimental.WithCompilationWorkers(context.Background(), files)
	s := &sandboxes{runtime: wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2|experimental.CoreFeaturesExceptionHandling).
		WithCompilationCache(cache).
		WithCloseOnContextDone(true).
		WithMemoryLimitPages(uint32(mebibytes)*16))}
	if err := s.link(ctx, code); err != nil {
		s.close()
		return nil, fmt.Errorf("pdf: start the reader: %w", err)
	}
	return s, nil
}

// link compiles the code with the functions that it calls outside: clock, random numbers, and the binding's call-backs.
func (s *sandboxes) link(ctx context.Context, code []byte) (err error) {
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, s.runtime); err != nil {
		return err
	}
	if s.pdfium, err = s.runtime.CompileModule(ctx, code); err != nil {
		return err
	}
	_, err = imports.Instantiate(ctx, s.runtime, s.pdfium)
	return err
}

func (s *sandboxes) close() error { return s.runtime.Close(context.Background()) }

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

// machine starts a sandbox; it ends with ctx or by close.
func (s *sandboxes) machine(ctx context.Context) (*machine, error) {
	mod, err := s.runtime.InstantiateModule(ctx, s.pdfium, wazero.NewModuleConfig().WithStartFunctions("_initialize").
		WithStdout(io.Discard).WithStderr(io.Discard).WithRandSource(rand.Reader).WithFSConfig(wazero.NewFSConfig()).WithName(""))
	if err != nil {
		return nil, fmt.Errorf("pdf: a sandbox: %w", err)
	}
	m := &machine{ctx: ctx, mod: mod, fn: map[string]api.Function{}}
	if _, err = m.call("FPDF_InitLibrary"); err == nil {
		m.scratch, err = m.alloc(64)
	}
	if err != nil {
		m.close()
		return nil, err
	}
	return m, nil
}

// close gives the sandbox's memory back, with all that was opened in it.
func (m *machine) close() { m.mod.Close(context.Background()) }

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
