package cli

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// load registers tickets over the API from several clients until stop is closed, and keeps the acknowledged numbers.
type load struct {
	mu   sync.Mutex
	nos  []string
	wg   sync.WaitGroup
	stop chan struct{}
}

func (l *load) acknowledged() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.nos)
}

func startLoad(t *testing.T, s *server, token string) *load {
	l := &load{stop: make(chan struct{})}
	for i := range 4 {
		l.wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-l.stop:
					return
				default:
				}
				status, answer := s.post(t, token, "/api/v1/tickets", request(fmt.Sprintf("负载 %d-%d", i, n)))
				var made struct{ No string }
				if status != 201 || json.Unmarshal([]byte(answer), &made) != nil {
					t.Errorf("%d %s", status, answer)
					return
				}
				l.mu.Lock()
				l.nos = append(l.nos, made.No)
				l.mu.Unlock()
			}
		})
	}
	return l
}

func (l *load) end() {
	close(l.stop)
	l.wg.Wait()
}

// TestBackupUnderLoad backs up beside a server that works, restores the archive elsewhere, and finds every ticket that
// was acknowledged before the backup began.
func TestBackupUnderLoad(t *testing.T) {
	p := settled(t, 20)
	blob := filepath.Join(p.dir, "blobs", "c", "ab", "abcd")
	if err := os.MkdirAll(filepath.Dir(blob), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(blob, []byte("附件"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := p.serve(t)
	l := startLoad(t, s, p.token)
	for len(l.acknowledged()) < 50 && !t.Failed() {
		time.Sleep(5 * time.Millisecond)
	}
	before := l.acknowledged()
	file := filepath.Join(t.TempDir(), "b.zip")
	out, code := execute(t, append([]string{"backup", file}, p.options()...)...)
	l.end()
	if code != 0 {
		t.Fatal(out)
	}
	mustHave(t, out, "备份完成", "警告：备份里有没有加密的密钥文件", "附件 1 个")
	if out, code := execute(t, append([]string{"backup", file}, p.options()...)...); code == 0 {
		t.Errorf("the archive was overwritten: %s", out)
	}
	s.stop(t)

	to := &place{dir: filepath.Join(t.TempDir(), "new")}
	out, code = execute(t, append([]string{"restore", file}, to.options()...)...)
	if code != 0 {
		t.Fatal(out)
	}
	mustHave(t, out, "恢复完成", "校验无误")
	a, ctx := to.open(t)
	for _, no := range before {
		if _, err := a.Hotline.Find(ctx, no); err != nil {
			t.Errorf("ticket %s was acknowledged before the backup: %v", no, err)
		}
	}
	r, err := a.Hotline.Check(ctx)
	if err != nil || len(r.Faults) > 0 || r.Tickets < int64(len(before)+20) {
		t.Errorf("%+v %v", r, err)
	}
	if b, err := os.ReadFile(filepath.Join(to.dir, "blobs", "c", "ab", "abcd")); string(b) != "附件" {
		t.Errorf("attachment: %s %v", b, err)
	}
	a.Close()
	out, code = execute(t, append([]string{"restore", file}, to.options()...)...)
	if code == 0 {
		t.Error("a database was overwritten")
	}
	mustHave(t, out, "已经存在，没有恢复，也没有改变它")
}

func TestBackupWithPassphraseAndWithout(t *testing.T) {
	p := settled(t, 1)
	dir := t.TempDir()
	word := filepath.Join(dir, "word")
	if err := os.WriteFile(word, []byte("短\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	sealed, bare := filepath.Join(dir, "sealed.zip"), filepath.Join(dir, "bare.zip")
	out, code := execute(t, append([]string{"backup", sealed, "--passphrase-file", word}, p.options()...)...)
	if code == 0 {
		t.Error("a short passphrase was taken")
	}
	mustHave(t, out, "口令")
	if err := os.WriteFile(word, []byte("河州牡丹 2026 长口令\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, code = execute(t, append([]string{"backup", sealed, "--passphrase-file", word}, p.options()...)...); code != 0 {
		t.Fatal(out)
	}
	key, err := os.ReadFile(filepath.Join(p.dir, "yichuang.key"))
	if err != nil {
		t.Fatal(err)
	}
	to := &place{dir: filepath.Join(dir, "a")}
	out, code = execute(t, append([]string{"restore", sealed}, to.options()...)...)
	if code == 0 {
		t.Error("restored without the passphrase")
	}
	mustHave(t, out, "--passphrase-file")
	if _, err := os.Stat(to.dir); err == nil {
		t.Error("something was written")
	}
	if out, code = execute(t, append([]string{"restore", sealed, "--passphrase-file", word}, to.options()...)...); code != 0 {
		t.Fatal(out)
	}
	if got, err := os.ReadFile(filepath.Join(to.dir, "yichuang.key")); string(got) != string(key) {
		t.Errorf("another key file: %v", err)
	}
	if out, code = execute(t, append([]string{"backup", bare, "--no-key"}, p.options()...)...); code != 0 {
		t.Fatal(out)
	}
	mustHave(t, out, "备份里没有密钥文件")
	to = &place{dir: filepath.Join(dir, "b")}
	if out, code = execute(t, append([]string{"restore", bare}, to.options()...)...); code != 0 {
		t.Fatal(out)
	}
	out, code = execute(t, append([]string{"migrate"}, to.options()...)...)
	if code == 0 {
		t.Error("a program without its key started")
	}
	mustHave(t, out, "找不到密钥文件", "没有启动")
}

func TestDamagedArchivesAreRefused(t *testing.T) {
	p := settled(t, 1)
	dir := t.TempDir()
	good := filepath.Join(dir, "good.zip")
	if out, code := execute(t, append([]string{"backup", good}, p.options()...)...); code != 0 {
		t.Fatal(out)
	}
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	flipped := slices.Clone(whole)
	flipped[len(flipped)/3] ^= 0x40
	for name, c := range map[string]struct {
		data []byte
		say  string
	}{"cut": {whole[:len(whole)/2], "不是本程序的备份"}, "flipped": {flipped, "已损坏"}, "text": {[]byte("不是备份"), "不是本程序的备份"}, "swapped": {repack(t, good), "校验值不符"}} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, c.data, 0o600); err != nil {
			t.Fatal(err)
		}
		to := &place{dir: filepath.Join(dir, name+".d")}
		out, code := execute(t, append([]string{"restore", file}, to.options()...)...)
		if code == 0 {
			t.Errorf("%s was restored", name)
		}
		mustHave(t, out, c.say, "没有恢复")
		if _, err := os.Stat(to.database()); err == nil {
			t.Errorf("%s left a database", name)
		}
	}
}

// repack makes a well-formed archive whose database is not the one of its manifest.
func repack(t *testing.T, file string) []byte {
	t.Helper()
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	temp := filepath.Join(t.TempDir(), "x.zip")
	out, err := os.Create(temp)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(out)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == "database" {
			b[len(b)-1] ^= 1
		}
		to, err := w.Create(f.Name)
		if err == nil {
			_, err = to.Write(b)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	out.Close()
	b, err := os.ReadFile(temp)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBackupOnPostgres(t *testing.T) {
	from, to := storetest.PostgresDatabase(t), storetest.PostgresDatabase(t)
	dir := t.TempDir()
	key, file := filepath.Join(dir, "k"), filepath.Join(dir, "pg.zip")
	options := func(url, key string) []string {
		return []string{"--database", url, "--key-file", key, "--blobs", filepath.Join(dir, "none")}
	}
	if out, code := execute(t, append([]string{"migrate"}, options(from, key)...)...); code != 0 {
		t.Fatal(out)
	}
	if out, code := execute(t, append([]string{"backup", file}, options(from, key)...)...); code != 0 {
		t.Fatal(out)
	}
	out, code := execute(t, append([]string{"restore", file}, options(from, filepath.Join(dir, "k2"))...)...)
	if code == 0 {
		t.Error("restored over data")
	}
	mustHave(t, out, "已有数据")
	if out, code = execute(t, append([]string{"restore", file}, options(to, filepath.Join(dir, "k2"))...)...); code != 0 {
		t.Fatal(out)
	}
	if out, code = execute(t, append([]string{"doctor"}, options(to, filepath.Join(dir, "k2"))...)...); code != 0 {
		t.Error(out)
	}
	mustHave(t, out, "与数据库配套")
	out, code = execute(t, "restore", file, "--database", filepath.Join(dir, "x.db"))
	if code == 0 {
		t.Error("a PostgreSQL backup became a SQLite file")
	}
	mustHave(t, out, string(store.Postgres))
}
