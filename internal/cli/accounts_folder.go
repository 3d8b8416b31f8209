package cli

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"yichuang/internal/document/grid"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/errs"
	"yichuang/internal/finance/check"
)

// ErrAccountsFolder is a folder without a document.
var ErrAccountsFolder = errs.New(errs.Invalid, "cli.accounts_folder", "文件夹里没有可以审核的文件（PDF、DOCX、XLSX、HTML、文本）。")

// audited is the result of one file of a folder, as it is kept so that an audit that was stopped goes on.
type audited struct {
	Path    string        `json:"path"`
	Content string        `json:"content"` // digest of the bytes
	Refused string        `json:"refused,omitempty"`
	Report  *check.Report `json:"report,omitempty"`
}

// auditable are the endings of files that are looked at.
var auditable = []string{".txt", ".html", ".htm", ".xlsx", ".docx", ".pdf"}

// folder audits every document of a folder and ranks them.
func (c *AccountsCheckCmd) folder(g *Globals, a *auditor) error {
	files, err := documents(c.Path)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return ErrAccountsFolder
	}
	journal := filepath.Join(c.Path, ".yichuang-accounts.jsonl")
	if c.Out != "" {
		journal = c.Out + ".part"
	}
	if c.Fresh {
		if err := os.Remove(journal); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	results, err := c.auditAll(g, a, files, journal)
	if err != nil {
		return err
	}
	slices.SortStableFunc(results, func(x, y audited) int {
		return cmp.Or(cmp.Compare(y.grade(), x.grade()), cmp.Compare(x.Path, y.Path))
	})
	if err := c.deliver(g, results); err != nil {
		return err
	}
	return os.Remove(journal)
}

// grade orders results: those that could not be read last, else by errors, then warnings, then notes.
func (r audited) grade() int {
	if r.Report == nil {
		return -1
	}
	s := r.Report.Summary
	return s.Errors*1_000_000 + s.Warnings*1_000 + s.Infos
}

// documents lists the files of a folder, also of folders within.
func documents(dir string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "~$") {
			return err
		}
		if slices.Contains(auditable, strings.ToLower(filepath.Ext(path))) {
			out = append(out, path)
		}
		return nil
	})
	if err != nil {
		return nil, ErrAccountsFile.Wrap(err)
	}
	slices.Sort(out)
	return out, nil
}

// auditAll audits what the journal does not have yet, several files at a time.
func (c *AccountsCheckCmd) auditAll(g *Globals, a *auditor, files []string, journal string) ([]audited, error) {
	done := readJournal(journal)
	out, err := os.OpenFile(journal, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, ErrAccountsFile.Say("写不了 %s。请检查文件夹的权限。", journal).Wrap(err)
	}
	defer out.Close()
	bar := countBar(g.Err, len(files))
	var (
		mu      sync.Mutex
		wg      sync.WaitGroup
		results []audited
		failed  error
	)
	work := make(chan string)
	for range c.workers() {
		wg.Go(func() {
			for path := range work {
				r, fresh := a.one(g.Ctx, path, done)
				mu.Lock()
				results = append(results, r)
				if fresh && failed == nil {
					failed = json.NewEncoder(out).Encode(r)
				}
				_ = bar.Add(1) // a bar that cannot be drawn stops nothing
				mu.Unlock()
			}
		})
	}
	for _, path := range files {
		if g.Ctx.Err() != nil {
			break
		}
		work <- path
	}
	close(work)
	wg.Wait()
	_ = bar.Finish()
	return results, errors.Join(failed, g.Ctx.Err())
}

func (c *AccountsCheckCmd) workers() int {
	if c.Jobs > 0 {
		return min(c.Jobs, 64)
	}
	return runtime.GOMAXPROCS(0)
}

// one audits a file, or takes its result of before where the content is the same.
func (a *auditor) one(ctx context.Context, path string, done map[string]audited) (audited, bool) {
	r := audited{Path: path}
	b, err := os.ReadFile(path)
	if err != nil {
		r.Refused = ErrAccountsFile.Public
		return r, true
	}
	sum := sha256.Sum256(b)
	r.Content = hex.EncodeToString(sum[:])
	if old, ok := done[path]; ok && old.Content == r.Content {
		return old, false
	}
	report, err := a.audit(ctx, strings.NewReader(string(b)), path)
	if err != nil {
		r.Refused = sentence(err)
		return r, true
	}
	r.Report = report
	return r, true
}

// sentence is what a refusal says to people.
func sentence(err error) string {
	var e *errs.Error
	if errors.As(err, &e) {
		return e.Public
	}
	return err.Error()
}

// readJournal reads the results of an audit that was stopped; a line cut off by a kill is left out.
func readJournal(path string) map[string]audited {
	out := map[string]audited{}
	f, err := os.Open(path)
	if err != nil {
		return out
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 64<<20)
	for s.Scan() {
		var r audited
		if json.Unmarshal(s.Bytes(), &r) == nil && r.Path != "" {
			out[r.Path] = r
		}
	}
	return out
}

// countBar shows how many files are done, on a terminal only.
func countBar(w io.Writer, n int) *progressbar.ProgressBar {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return progressbar.NewOptions(n, progressbar.OptionSetVisibility(false))
	}
	return progressbar.NewOptions(n, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription("已审核"), progressbar.OptionShowCount(),
		progressbar.OptionShowIts(), progressbar.OptionSetItsString("份"), progressbar.OptionClearOnFinish())
}

// deliver prints the ranking, or JSON, and writes the spreadsheet.
func (c *AccountsCheckCmd) deliver(g *Globals, results []audited) error {
	if c.Out != "" {
		if err := writeBook(c.Out, results); err != nil {
			return err
		}
	}
	if c.JSON {
		e := json.NewEncoder(g.Out)
		e.SetIndent("", "  ")
		return e.Encode(results)
	}
	errors, refused := 0, 0
	for _, r := range results {
		if r.Report == nil {
			refused++
			fmt.Fprintf(g.Out, "%s：%s\n", r.Path, r.Refused)
			continue
		}
		s := r.Report.Summary
		errors += s.Errors
		fmt.Fprintf(g.Out, "%s：%s，错误 %d，警告 %d，提示 %d，未能判断 %d\n", r.Path, orDash(r.Report.Document.Org), s.Errors, s.Warnings, s.Infos, s.NotEvaluated)
	}
	fmt.Fprintf(g.Out, "共 %d 份，错误 %d 处，没有审核的 %d 份。\n", len(results), errors, refused)
	if c.Strict && errors > 0 {
		return ErrAccountsFaults
	}
	return nil
}

// writeBook writes the ranking and the findings as a workbook.
func writeBook(path string, results []audited) error {
	rank := grid.Table{Columns: []grid.Column{{Width: 5}, {Width: 24}, {Width: 7}, {Width: 7}, {Width: 7}, {Width: 7}, {Width: 7}, {Width: 9}, {Width: 40}},
		Head: [][]grid.Cell{heads("名次", "单位", "年度", "类别", "错误", "警告", "提示", "未能判断", "文件")}}
	list := grid.Table{Columns: []grid.Column{{Width: 24}, {Width: 6}, {Width: 14}, {Width: 60}, {Width: 16}, {Width: 16}, {Width: 40}, {Width: 20}},
		Head: [][]grid.Cell{heads("单位", "级别", "规则", "问题", "列示", "应为", "位置", "依据")}}
	for i, r := range results {
		if r.Report == nil {
			rank.Body = append(rank.Body, cellsOf(int64(i+1), r.Refused, "—", "—", "—", "—", "—", "—", r.Path))
			continue
		}
		d, s := r.Report.Document, r.Report.Summary
		rank.Body = append(rank.Body, cellsOf(int64(i+1), orDash(d.Org), yearText(d.Year), d.Kind, int64(s.Errors), int64(s.Warnings), int64(s.Infos), int64(s.NotEvaluated), r.Path))
		for _, f := range r.Report.Findings {
			list.Body = append(list.Body, cellsOf(orDash(d.Org), severityNames[f.Severity], f.Rule, f.Message, f.Stated, f.Computed, placesText(f), f.Basis))
		}
	}
	file, err := os.Create(path)
	if err != nil {
		return ErrAccountsFile.Say("写不了 %s。请检查路径和权限。", path).Wrap(err)
	}
	err = xlsx.Book{Pages: []xlsx.Page{{Name: "排名", Title: "部门决算公开审核排名", Table: rank}, {Name: "问题", Title: "部门决算公开审核问题", Table: list}}}.Write(file)
	return errors.Join(err, file.Close())
}

func placesText(f check.Finding) string {
	var out []string
	for i, p := range f.Places {
		if i == 10 {
			out = append(out, fmt.Sprintf("等 %d 处", len(f.Places)))
			break
		}
		out = append(out, placeText(p))
	}
	return strings.Join(out, "；")
}

func heads(names ...string) []grid.Cell {
	out := make([]grid.Cell, len(names))
	for i, n := range names {
		out[i] = grid.Cell{Text: n, Bold: true}
	}
	return out
}

// cellsOf makes a row: a number keeps its value, so that it can be summed.
func cellsOf(values ...any) []grid.Cell {
	out := make([]grid.Cell, len(values))
	for i, v := range values {
		out[i] = grid.Cell{Text: fmt.Sprint(v)}
		if n, ok := v.(int64); ok {
			out[i].Value = n
		}
	}
	return out
}
