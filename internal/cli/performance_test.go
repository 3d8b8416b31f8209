package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yichuang/internal/datatest"
	"yichuang/internal/performance/form"
)

// scoreFile runs the command and reads its JSON.
func scoreFile(t *testing.T, args ...string) scoreReport {
	t.Helper()
	var out, errOut bytes.Buffer
	if code := Main(context.Background(), append([]string{"performance", "score", "--json"}, args...), &out, &errOut); code != exitOK {
		t.Fatalf("exit %d: %s", code, errOut.String())
	}
	var r scoreReport
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestPerformanceScoreScoresThePublishedForms(t *testing.T) {
	file := datatest.Seed(t, "figures.json")
	for policy, want := range map[string][]string{"national-default": {"91.72优", "98.20优", "95.30优", "96.75"}, "seed-observed": {"91.82优", "82.12良", "95.30优", "88.71"}} {
		r := scoreFile(t, file, "--policy", policy)
		var got []string
		for _, f := range r.Forms {
			got = append(got, f.Score+f.Grade)
		}
		if s := strings.Join(append(got, r.Mean), " "); s != strings.Join(want, " ") {
			t.Errorf("%s: %s", policy, s)
		}
	}
	r := scoreFile(t, file, "--compare", "all")
	if len(r.Forms[0].Trials) < 3 || len(r.Forms[1].Rows) != 9 || len(r.Forms[1].Findings) == 0 || len(r.Findings) == 0 {
		t.Errorf("%+v", r.Forms[1])
	}
}

// The program's own exports, both of them, and the published text get the scores of the transcription.
func TestPerformanceScoreReadsEveryKindOfFile(t *testing.T) {
	file := datatest.Seed(t, "figures.json")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := form.Read(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files := []string{filepath.Join(dir, "a.json"), filepath.Join(dir, "a.xlsx"), datatest.Seed(t, "linxia-2024-final-accounts.txt")}
	var j, x bytes.Buffer
	if err := s.WriteJSON(&j); err != nil {
		t.Fatal(err)
	}
	if err := s.WriteXLSX(&x, nil); err != nil {
		t.Fatal(err)
	}
	for i, content := range [][]byte{j.Bytes(), x.Bytes()} {
		if err := os.WriteFile(files[i], content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range files {
		if r := scoreFile(t, f); len(r.Forms) != 3 || r.Mean != "96.75" {
			t.Errorf("%s: %d forms, mean %s", filepath.Base(f), len(r.Forms), r.Mean)
		}
	}
}

func TestPerformanceScoreRefusesWhatItCannotScore(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "a.txt")
	if err := os.WriteFile(text, []byte("一般的文字"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{"not there": {filepath.Join(dir, "nothing.json")}, "no form": {text}, "no policy": {text, "--policy", "none"}, "no folder": {text, "--policies", filepath.Join(dir, "none")}} {
		var out, errOut bytes.Buffer
		if code := Main(context.Background(), append([]string{"performance", "score"}, args...), &out, &errOut); code == exitOK || errOut.Len() == 0 {
			t.Errorf("%s: exit %d %s", name, code, errOut.String())
		}
	}
}
