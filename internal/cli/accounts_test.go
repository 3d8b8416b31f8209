package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yichuang/internal/finance/check"
	"yichuang/internal/finance/check/checktest"
	"yichuang/internal/money"
)

func disclosure(seed uint64) (*checktest.Ledger, string) {
	l := checktest.NewLedger(seed)
	return l, checktest.Text(l, checktest.Layout{RowNumbers: true, Unit: money.WanYuan, BlankZero: true}, false, false, false)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAccountsCheck(t *testing.T) {
	dir := t.TempDir()
	l, text := disclosure(11)
	file := filepath.Join(dir, "a.txt")
	write(t, file, text)
	var out, errOut bytes.Buffer
	if code := Main(context.Background(), []string{"accounts", "check", file, "--json"}, &out, &errOut); code != exitOK {
		t.Fatalf("exit %d: %s", code, errOut.String())
	}
	var r check.Report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil || r.Summary.Errors != 0 || r.Document.Org != l.Org || r.Summary.Passed < 60 {
		t.Errorf("%v: %+v %+v", err, r.Document, r.Summary)
	}
	broken := filepath.Join(dir, "b.txt")
	write(t, broken, strings.Replace(text, "本年支出合计", "本年支出合计 1 9.99 本年支出合计", 1))
	out.Reset()
	if code := Main(context.Background(), []string{"accounts", "check", broken, "--strict"}, &out, &errOut); code == exitOK || !strings.Contains(out.String(), "【错误】") {
		t.Errorf("exit %d: %s", code, out.String())
	}
	scan := filepath.Join(dir, "c.pdf")
	write(t, scan, "\x89PNG\r\n")
	errOut.Reset()
	if code := Main(context.Background(), []string{"accounts", "check", scan}, &out, &errOut); code == exitOK || !strings.Contains(errOut.String(), "扫描件") {
		t.Errorf("exit %d: %s", code, errOut.String())
	}
}

// A folder is ranked, and an audit that was stopped takes what is done from its journal.
func TestAccountsCheckOfAFolder(t *testing.T) {
	dir := t.TempDir()
	for seed := range uint64(3) {
		_, text := disclosure(seed + 20)
		write(t, filepath.Join(dir, string(rune('a'+seed))+".txt"), text)
	}
	write(t, filepath.Join(dir, "scan.html"), "<html><p>1</p></html>")
	book := filepath.Join(dir, "report.xlsx")
	c := AccountsCheckCmd{Path: dir, Jobs: 2, Out: book}
	var out bytes.Buffer
	g := &Globals{Ctx: t.Context(), Out: &out, Err: &out}
	a, err := newAuditor()
	if err != nil {
		t.Fatal(err)
	}
	files, err := documents(dir)
	if err != nil || len(files) != 4 {
		t.Fatal(files, err)
	}
	if _, err := c.auditAll(g, a, files[:2], book+".part"); err != nil { // the kill comes behind two files
		t.Fatal(err)
	}
	done := readJournal(book + ".part")
	if len(done) != 2 {
		t.Fatalf("%d results kept", len(done))
	}
	if r, fresh := a.one(t.Context(), files[0], done); fresh || r.Report == nil {
		t.Error("a file that is done is audited again")
	}
	write(t, files[1], "另一份文件"+strings.Repeat("字", 60))
	if _, fresh := a.one(t.Context(), files[1], done); !fresh {
		t.Error("a changed file is taken from the journal")
	}
	if err := c.Run(g); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(book); err != nil || !strings.Contains(out.String(), "共 4 份") || !strings.Contains(out.String(), "没有审核的 1 份") {
		t.Errorf("%v: %s", err, out.String())
	}
	if _, err := os.Stat(book + ".part"); err == nil {
		t.Error("the journal stays behind")
	}
}
