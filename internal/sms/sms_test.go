package sms_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yichuang/internal/errs"
	"yichuang/internal/sms"
)

func TestFileDoor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.jsonl")
	send, err := sms.Open("file:" + path)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"第一条", "第二条\n有换行"} {
		if err := send(context.Background(), "13800000001", text); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	if err != nil || len(lines) != 2 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	var m map[string]string
	if json.Unmarshal([]byte(lines[1]), &m) != nil || m["phone"] != "13800000001" || m["text"] != "第二条\n有换行" {
		t.Errorf("%s", lines[1])
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is open to others: %v, %v", info.Mode(), err)
	}
	send, _ = sms.Open("file:" + filepath.Join(t.TempDir(), "no", "such", "folder"))
	if err := send(context.Background(), "1", "x"); errs.KindOf(err) != errs.Unavailable {
		t.Errorf("into nowhere: %v", err)
	}
}

func TestAddressDoor(t *testing.T) {
	status, got := http.StatusOK, ""
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m map[string]string
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil || r.Method != http.MethodPost {
			t.Errorf("%s, %v", r.Method, err)
		}
		got = m["phone"] + m["text"]
		w.WriteHeader(status)
	}))
	send, err := sms.Open(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := send(context.Background(), "138", "好"); err != nil || got != "138好" {
		t.Errorf("%q, %v", got, err)
	}
	status = http.StatusBadGateway
	if err := send(context.Background(), "138", "好"); errs.As(err).Code != sms.ErrRefused.Code {
		t.Errorf("refused: %v", err)
	}
	srv.Close()
	if err := send(context.Background(), "138", "好"); errs.As(err).Code != sms.ErrNetwork.Code {
		t.Errorf("nobody there: %v", err)
	}
}

func TestTargets(t *testing.T) {
	if send, err := sms.Open(""); send != nil || err != nil {
		t.Errorf("no target: %v", err)
	}
	for _, bad := range []string{"file:", "ftp://host/x", "http://", "outbox.txt", "https:///path"} {
		if _, err := sms.Open(bad); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
