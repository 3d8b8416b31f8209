package crypt_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

var now = clock.At(2026, 5, 8, 16, 30)

func TestFirstStartMakesAFileForItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "yichuang.key")
	k, err := crypt.Load(path, "", now)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	again, err := crypt.Load(path, k.Check(), now)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := again.Open(k.Seal("张三")); err != nil || text != "张三" {
		t.Fatalf("after a restart: %q, %v", text, err)
	}
	if again.BlindIndex(crypt.KindPhone, "1") != k.BlindIndex(crypt.KindPhone, "1") {
		t.Fatal("the index key changed over a restart")
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".key-*"))
	if len(left) > 0 {
		t.Fatalf("temporary files stay: %v", left)
	}
}

func TestStartIsRefusedWithoutTheRightFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "yichuang.key")
	k, err := crypt.Load(path, "", now)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(path)
	if err := k.Rotate(now); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		prepare func() error
		want    *errs.Error
	}{
		"lost":            {func() error { return os.Remove(path) }, crypt.ErrKeyMissing},
		"older than last": {func() error { return os.WriteFile(path, before, 0o600) }, crypt.ErrKeyWrong},
		"foreign":         {func() error { return foreign(path) }, crypt.ErrKeyWrong},
		"not JSON":        {func() error { return os.WriteFile(path, []byte("hello"), 0o600) }, crypt.ErrKeyFile},
		"half written":    {func() error { return os.WriteFile(path, before[:len(before)/2], 0o600) }, crypt.ErrKeyFile},
		"without keys":    {func() error { return os.WriteFile(path, []byte(`{"version":1}`), 0o600) }, crypt.ErrKeyFile},
		"from the future": {func() error { return os.WriteFile(path, []byte(`{"version":2}`), 0o600) }, crypt.ErrKeyFile},
	}
	for name, c := range cases {
		if err := c.prepare(); err != nil {
			t.Fatal(err)
		}
		was, _ := os.ReadFile(path)
		_, err := crypt.Load(path, k.Check(), now)
		if !errors.Is(err, c.want) || !strings.Contains(errs.As(err).Public, path) || !strings.Contains(errs.As(err).Public, "没有启动") {
			t.Errorf("%s: %v", name, err)
		}
		if is, _ := os.ReadFile(path); string(is) != string(was) {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

func foreign(path string) error {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	_, err := crypt.Load(path, "", now)
	return err
}

func TestAFileThatOthersCouldReadIsClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "yichuang.key")
	k, err := crypt.Load(path, "", now)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := crypt.Load(path, k.Check(), now); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Fatalf("mode stays %v", info.Mode())
	}
}

func TestAFolderThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := crypt.Load(filepath.Join(file, "sub", "yichuang.key"), "", now)
	if code := errs.CodeOf(err); code != "crypt.key_write" && code != "crypt.key_file" {
		t.Fatal(err)
	}
}

func TestRotationSurvivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "yichuang.key")
	k, err := crypt.Load(path, "", now)
	if err != nil {
		t.Fatal(err)
	}
	first := k.Seal("一")
	if err := k.Rotate(now); err != nil {
		t.Fatal(err)
	}
	second := k.Seal("二")
	again, err := crypt.Load(path, k.Check(), now)
	if err != nil {
		t.Fatal(err)
	}
	if !again.IsCurrent(second) || again.IsCurrent(first) {
		t.Fatal("the current key is not the newest")
	}
	for want, s := range map[string][]byte{"一": first, "二": second} {
		if text, err := again.Open(s); err != nil || text != want {
			t.Fatalf("%q, %v", text, err)
		}
	}
}

func TestUnlock(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		path := filepath.Join(t.TempDir(), "yichuang.key")
		k, err := crypt.Unlock(ctx, db, path)
		if err != nil {
			t.Fatal(err)
		}
		sealed := k.Seal("张三")
		if err := k.Rotate(now); err != nil {
			t.Fatal(err)
		}
		if err := db.WithTx(ctx, func(tx *store.Tx) error { return crypt.Remember(tx, k) }); err != nil {
			t.Fatal(err)
		}
		again, err := crypt.Unlock(ctx, db, path)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := again.Open(sealed); err != nil || text != "张三" {
			t.Fatalf("%q, %v", text, err)
		}
		if _, err := crypt.Unlock(ctx, db, path+".other"); !errors.Is(err, crypt.ErrKeyMissing) {
			t.Fatalf("a missing file: %v", err)
		}
		if _, err := os.Stat(path + ".other"); !os.IsNotExist(err) {
			t.Fatal("a second set of keys was made")
		}
		if err := foreign(path + ".other"); err != nil {
			t.Fatal(err)
		}
		if _, err := crypt.Unlock(ctx, db, path+".other"); !errors.Is(err, crypt.ErrKeyWrong) {
			t.Fatalf("a foreign file: %v", err)
		}
	}, crypt.Migrations)
}

func TestOfTwoFirstStartsOneWins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		dir := t.TempDir()
		var wg sync.WaitGroup
		results := make([]error, 2)
		for i, name := range []string{"a", "b"} {
			wg.Go(func() {
				_, results[i] = crypt.Unlock(context.Background(), db, filepath.Join(dir, name, "yichuang.key"))
			})
		}
		wg.Wait()
		won := 0
		for _, err := range results {
			switch {
			case err == nil:
				won++
			case !errors.Is(err, crypt.ErrKeyWrong) && !errors.Is(err, crypt.ErrKeyMissing):
				t.Error(err)
			}
		}
		if won != 1 {
			t.Fatalf("%d of two nodes with different keys started: %v", won, results)
		}
	}, crypt.Migrations)
}

// A process that runs takes over a key that another one has added to the file: by itself when it meets a value of it, and
// by Refresh before that. A file that is something else changes nothing.
func TestARunningProcessTakesOverANewKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "yichuang.key")
	server, err := crypt.Load(path, "", now)
	if err != nil {
		t.Fatal(err)
	}
	command, err := crypt.Load(path, server.Check(), now)
	if err != nil {
		t.Fatal(err)
	}
	old := server.Seal("一")
	if err := command.Rotate(now); err != nil {
		t.Fatal(err)
	}
	sealed := command.Seal("二")
	if text, err := server.Open(sealed); err != nil || text != "二" || !server.IsCurrent(server.Seal("三")) || server.IsCurrent(old) {
		t.Fatalf("the server reads %q, %v, and its current key is the old one: %v", text, err, server.IsCurrent(old))
	}
	if err := server.Rotate(now); err != nil { // on top of the other's rotation
		t.Fatal(err)
	}
	if fresh, err := command.Refresh(); err != nil || !fresh || command.Check() != server.Check() {
		t.Errorf("refresh: %v, %v", fresh, err)
	}
	if fresh, err := command.Refresh(); err != nil || fresh {
		t.Errorf("a second refresh: %v, %v", fresh, err)
	}
	foreign, err := crypt.Load(filepath.Join(t.TempDir(), "other.key"), "", now)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := foreign.Rotate(now); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := server.Open(foreign.Seal("四")); !errors.Is(err, crypt.ErrUnknownKey) {
		t.Errorf("a value of another installation: %v", err)
	}
	if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := server.Refresh(); errs.CodeOf(err) != "crypt.key_file" {
		t.Errorf("a broken file: %v", err)
	}
	if text, err := server.Open(sealed); err != nil || text != "二" {
		t.Errorf("after a broken file: %q, %v", text, err)
	}
}
