package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// killedFolder names the folder that the process which is to be killed audits.
const killedFolder = "YICHUANG_TEST_KILLED_FOLDER"

// TestAuditToBeKilled is the process that TestAnAuditGoesOnAfterAKill starts and kills; by itself it does nothing.
func TestAuditToBeKilled(t *testing.T) {
	dir := os.Getenv(killedFolder)
	if dir == "" {
		t.Skip("runs only within TestAnAuditGoesOnAfterAKill")
	}
	Main(context.Background(), []string{"accounts", "check", dir, "--jobs", "1", "--out", filepath.Join(filepath.Dir(dir), "report.xlsx")}, os.Stdout, os.Stderr)
}

// A process that audits a folder is killed for real (SIGKILL); what it had done is not done again, and the rest is.
func TestAnAuditGoesOnAfterAKill(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "district")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	const files = 120
	for seed := range uint64(files) {
		_, text := disclosure(seed + 1000)
		write(t, filepath.Join(dir, fmt.Sprintf("%03d.txt", seed)), text)
	}
	book := filepath.Join(base, "report.xlsx")
	journal := book + ".part"
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := exec.Command(self, "-test.run=^TestAuditToBeKilled$")
	p.Env = append(os.Environ(), killedFolder+"="+dir)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	lines := func() int { b, _ := os.ReadFile(journal); return bytes.Count(b, []byte("\n")) }
	for end := time.Now().Add(60 * time.Second); lines() < 5; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the audit does not begin")
		}
	}
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if p.Wait() == nil {
		t.Skip("the audit was over before the kill")
	}
	if _, err := os.Stat(book); err == nil {
		t.Fatal("a report was written before the end")
	}
	done := readJournal(journal)
	if len(done) < 5 || len(done) >= files {
		t.Fatalf("%d results kept", len(done))
	}
	b, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	first := done[filepath.Join(dir, "000.txt")]
	marked := bytes.Replace(b, []byte(`"org":"`+first.Report.Document.Org), []byte(`"org":"已审过的`), 1)
	if err := os.WriteFile(journal, marked, 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	if code := Main(context.Background(), []string{"accounts", "check", dir, "--jobs", "2", "--out", book}, &out, &errOut); code != exitOK {
		t.Fatalf("exit %d: %s", code, errOut.String())
	}
	if !strings.Contains(out.String(), "已审过的") || !strings.Contains(out.String(), fmt.Sprintf("共 %d 份", files)) {
		t.Errorf("not taken from the journal, or not all: %s", out.String()[max(0, out.Len()-300):])
	}
	if _, err := os.Stat(book); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(journal); err == nil {
		t.Error("the journal stays behind")
	}
}
