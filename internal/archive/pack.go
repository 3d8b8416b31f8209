package archive

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/emmansun/gmsm/sm3"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

func shaSum(b []byte) [32]byte { return sha256.Sum256(b) }

// FileSum is one file of a package with its sums.
type FileSum struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SM3    string `json:"sm3"`
	SHA256 string `json:"sha256"`
}

// Manifest (清单) is the first file of a package, manifest.json: what the package is of, and every other file with its
// sums.
type Manifest struct {
	Format     string        `json:"format"`
	Kind       string        `json:"kind"`
	No         string        `json:"no"`
	Record     string        `json:"record"` // id of the record
	Centre     string        `json:"centre"`
	Class      string        `json:"class"`
	ArchivedAt clock.Instant `json:"archived_at"`
	ContentSM3 string        `json:"content_sm3"` // over names, sizes and SHA-256 of the files; recorded when it was archived
	Files      []FileSum     `json:"files"`
}

// PackageFormat names the layout of packages.
const PackageFormat = "yichuang-archive/1"

const manifestName = "manifest.json"

// contentSum is the SM3 over one line a file, sorted by name.
func contentSum(files []FileSum) string {
	list := slices.Clone(files)
	slices.SortFunc(list, func(a, b FileSum) int { return strings.Compare(a.Name, b.Name) })
	h := sm3.New()
	for _, f := range list {
		fmt.Fprintf(h, "%d %s %q\n", f.Size, f.SHA256, f.Name)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Opener gives the content of an enclosure.
type Opener func(Enclosure) (io.ReadCloser, error)

// WritePackage writes a record's package (归档包) as a ZIP: the documents, the enclosures, and the manifest at the end,
// because the SM3 of a file is known only when it has been read. The same record gives the same manifest.
func WritePackage(w io.Writer, r Record, b Body, open Opener) (Manifest, error) {
	m := Manifest{Format: PackageFormat, Kind: r.Kind, No: r.No, Record: r.ID, Centre: r.CentreID, Class: r.Class, ArchivedAt: r.ArchivedAt, ContentSM3: r.ContentSM3}
	z := zip.NewWriter(w)
	for _, d := range b.Documents {
		sum, err := addFile(z, r, d.Name, bytes.NewReader(d.Data))
		if err != nil {
			return m, err
		}
		m.Files = append(m.Files, sum)
	}
	for _, e := range b.Enclosures {
		f, err := open(e)
		if err != nil {
			return m, err
		}
		sum, err := addFile(z, r, e.Name, f)
		f.Close()
		if err != nil {
			return m, err
		}
		if sum.SHA256 != e.SHA256 {
			return m, ErrDamaged.Say("附件 %s 与归档时的校验值不符，没有导出。请从备份恢复附件文件夹。", e.Name)
		}
		m.Files = append(m.Files, sum)
	}
	slices.SortFunc(m.Files, func(a, b FileSum) int { return strings.Compare(a.Name, b.Name) })
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, err
	}
	if _, err := addFile(z, r, manifestName, bytes.NewReader(append(text, '\n'))); err != nil {
		return m, err
	}
	return m, z.Close()
}

func addFile(z *zip.Writer, r Record, name string, content io.Reader) (FileSum, error) {
	f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: r.ArchivedAt.Time().Truncate(2 * time.Second).UTC()})
	if err != nil {
		return FileSum{}, err
	}
	s := newSummer()
	n, err := io.Copy(io.MultiWriter(f, s.sm3, s.sha), content)
	return FileSum{Name: name, Size: n, SM3: hex.EncodeToString(s.sm3.Sum(nil)), SHA256: hex.EncodeToString(s.sha.Sum(nil))}, err
}

type summer struct{ sm3, sha hash.Hash }

func newSummer() summer { return summer{sm3.New(), sha256.New()} }

// Report is what Verify found in a package.
type Report struct {
	Manifest Manifest          `json:"manifest"`
	Files    int               `json:"files"`
	Faults   []string          `json:"faults"`
	Contents map[string][]byte `json:"-"` // the documents (*.json), for checks of what they say
}

// ErrPackage is a file that is no package at all.
var ErrPackage = errs.New(errs.Invalid, "archive.package", "这个文件不是归档包，或已损坏，无法核验。请重新导出后再试。")

// Limits of a package that is verified: a hostile one may not fill the memory.
const (
	maxDocument = 64 << 20
	maxFiles    = 10_000
)

// Verify checks a package from itself alone: every file is in the manifest with its sums, nothing is missing, nothing is
// added, and the content sum is that of the files. The content sum can then be compared with the one that the archive's
// catalogue and the audit log hold.
func Verify(file io.ReaderAt, size int64) (Report, error) {
	rep := Report{Faults: []string{}, Contents: map[string][]byte{}}
	z, err := zip.NewReader(file, size)
	if err != nil || len(z.File) > maxFiles {
		return rep, ErrPackage.Wrap(err)
	}
	found := map[string]FileSum{}
	for _, f := range z.File {
		if _, twice := found[f.Name]; twice {
			rep.fault("文件 %s 出现了两次", f.Name)
		}
		sum, content, err := readFile(f)
		if err != nil {
			rep.fault("文件 %s 读不出来", f.Name)
		}
		found[f.Name] = sum
		if content != nil {
			rep.Contents[f.Name] = content
		}
	}
	if err := json.Unmarshal(rep.Contents[manifestName], &rep.Manifest); err != nil || rep.Manifest.Format != PackageFormat {
		return rep, ErrPackage.Say("归档包里没有可读的清单（manifest.json），无法核验。").Wrap(err)
	}
	delete(found, manifestName)
	rep.compare(found)
	return rep, nil
}

func (rep *Report) fault(format string, args ...any) {
	rep.Faults = append(rep.Faults, fmt.Sprintf(format, args...))
}

func (rep *Report) compare(found map[string]FileSum) {
	listed := map[string]bool{}
	for _, want := range rep.Manifest.Files {
		got, ok := found[want.Name]
		switch {
		case listed[want.Name]:
			rep.fault("清单中 %s 出现了两次", want.Name)
		case !ok:
			rep.fault("缺少文件 %s", want.Name)
		case got.Size != want.Size || got.SM3 != want.SM3 || got.SHA256 != want.SHA256:
			rep.fault("文件 %s 与清单的校验值不符", want.Name)
		}
		listed[want.Name] = true
	}
	var all []FileSum
	for name, got := range found {
		if all = append(all, got); !listed[name] {
			rep.fault("文件 %s 不在清单中", name)
		}
	}
	rep.Files = len(all)
	if contentSum(all) != rep.Manifest.ContentSM3 {
		rep.fault("归档包的内容与归档时的校验值不符")
	}
	slices.Sort(rep.Faults)
}

// readFile gives the sums of a file, and the content of a document.
func readFile(f *zip.File) (FileSum, []byte, error) {
	r, err := f.Open()
	if err != nil {
		return FileSum{Name: f.Name}, nil, err
	}
	defer r.Close()
	s := newSummer()
	var keep bytes.Buffer
	to := io.MultiWriter(s.sm3, s.sha)
	document := strings.HasSuffix(f.Name, ".json") && !strings.Contains(f.Name, "/")
	var from io.Reader = r
	if document {
		to, from = io.MultiWriter(to, &keep), io.LimitReader(r, maxDocument)
	}
	n, err := io.Copy(to, from)
	sum := FileSum{Name: f.Name, Size: n, SM3: hex.EncodeToString(s.sm3.Sum(nil)), SHA256: hex.EncodeToString(s.sha.Sum(nil))}
	if !document {
		return sum, nil, err
	}
	return sum, keep.Bytes(), err
}
