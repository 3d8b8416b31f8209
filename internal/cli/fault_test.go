package cli

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver, for databases of other programs

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/store"
)

// acknowledge registers tickets until one is refused, and gives the numbers and the refusal.
func acknowledge(t *testing.T, s *server, token string, atMost int) (nos []string, status int, answer string) {
	t.Helper()
	for i := range atMost {
		in := request(fmt.Sprintf("第 %d 件", i))
		in.Content = strings.Repeat(in.Content, 200)
		if status, answer = s.post(t, token, "/api/v1/tickets", in); status != 201 {
			return nos, status, answer
		}
		var made struct{ No string }
		if err := json.Unmarshal([]byte(answer), &made); err != nil {
			t.Fatal(err)
		}
		nos = append(nos, made.No)
	}
	return nos, status, answer
}

// mustHold opens the place and proves that every number is there and everything adds up.
func (p *place) mustHold(t *testing.T, nos []string) {
	t.Helper()
	a, ctx := p.open(t)
	defer a.Close()
	for _, no := range nos {
		if _, err := a.Hotline.Find(ctx, no); err != nil {
			t.Errorf("acknowledged ticket %s: %v", no, err)
		}
	}
	if r, err := a.Hotline.Check(ctx); err != nil || len(r.Faults) > 0 {
		t.Errorf("%v\n%s", err, r.String())
	}
}

func TestFullDisk(t *testing.T) {
	p := settled(t, 1)
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=10m"); err != nil {
		t.Skipf("no small disk can be mounted here (%v); TestDiskError covers the same path", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, 0); err != nil {
			t.Error(err)
		}
	})
	for _, name := range []string{"yichuang.db", "yichuang.key"} {
		b, err := os.ReadFile(filepath.Join(p.dir, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(disk, name), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	p.dir = disk
	s := p.serve(t)
	nos, status, answer := acknowledge(t, s, p.token, 5000)
	if status != 503 || len(nos) == 0 {
		t.Fatalf("after %d tickets: %d %s", len(nos), status, answer)
	}
	mustHave(t, answer, "磁盘空间已满", "没有保存", "store.full")
	if status, _ := s.post(t, "", "/api/v1/public/progress", map[string]string{"code": "0000000000"}); status != 404 {
		t.Errorf("reading on a full disk: %d", status)
	}
	out, code := execute(t, append([]string{"doctor", "--quick"}, p.options()...)...)
	if code == 0 {
		t.Error("the examination is content with a full disk")
	}
	mustHave(t, out, "数据文件夹")
	if out, code = execute(t, append([]string{"backup", filepath.Join(disk, "b.zip")}, p.options()...)...); code == 0 {
		t.Error("a backup fitted on a full disk")
	}
	mustHave(t, out, "磁盘空间不够，备份没有完成")
	if left, _ := filepath.Glob(filepath.Join(disk, ".backup*")); len(left) > 0 {
		t.Errorf("the failed backup left %v", left)
	}
	s.stop(t)
	if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, "size=64m"); err != nil {
		t.Fatal(err)
	}
	s = p.serve(t)
	if more, status, answer := acknowledge(t, s, p.token, 3); len(more) != 3 {
		t.Errorf("after cleaning up: %d %s", status, answer)
	} else {
		nos = append(nos, more...)
	}
	s.stop(t)
	p.mustHold(t, nos)
}

// TestDiskError lets the system refuse to write a file beyond a size.
func TestDiskError(t *testing.T) {
	p := settled(t, 1)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	s := &server{base: "http://" + addr, out: &buffer{}}
	s.cmd = exec.CommandContext(t.Context(), "sh", append([]string{"-c", `ulimit -f 6000; exec "$0" "$@"`, self, "serve", "--listen", addr}, p.options()...)...)
	s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = append(os.Environ(), asProgram+"=yes"), s.out, s.out
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for watch := clock.StartStopwatch(); watch.Elapsed() < 2*time.Minute && !strings.Contains(s.out.String(), "已启动"); {
		time.Sleep(10 * time.Millisecond)
	}
	nos, status, answer := acknowledge(t, s, p.token, 5000)
	if status != 503 || len(nos) == 0 {
		t.Fatalf("after %d tickets: %d %s\n%s", len(nos), status, answer, s.out)
	}
	mustHave(t, answer, "没有保存")
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	p.mustHold(t, nos)
}

func TestReadOnlyFolder(t *testing.T) {
	p := settled(t, 1)
	out, code := p.asNobody(t, "migrate")
	if code == 0 {
		t.Error("the program started on a read-only folder")
	}
	mustHave(t, out, "不能写入", "权限")
	out, code = p.asNobody(t, "doctor", "--quick")
	if code == 0 {
		t.Error("the examination is content with a read-only folder")
	}
	mustHave(t, out, levelBad+"  数据文件夹", "只读")
	if err := os.Chmod(p.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	p.mustHold(t, nil)
}

// asNobody runs the program on the place's folder without the right to write there: as the user nobody where the test
// is root, whom no permission binds.
func (p *place) asNobody(t *testing.T, args ...string) (string, int) {
	t.Helper()
	cmd, out := command(t, append(args, p.options()...)...)
	for _, dir := range []string{filepath.Dir(p.dir), p.dir} {
		if err := os.Chmod(dir, 0o555); err != nil {
			t.Fatal(err)
		}
	}
	if os.Getuid() == 0 {
		nobody, err := user.Lookup("nobody")
		if err != nil {
			t.Skip(err)
		}
		uid, _ := strconv.Atoi(nobody.Uid)
		gid, _ := strconv.Atoi(nobody.Gid)
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		cmd.Path = public(t, cmd.Path)
		files, _ := filepath.Glob(filepath.Join(p.dir, "*"))
		for _, f := range files {
			if err := os.Chmod(f, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Run()
	if cmd.ProcessState == nil {
		t.Skip("a process of another user cannot be started here")
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// public copies the program to where every user may run it.
func public(t *testing.T, program string) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	from, err := os.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	path := filepath.Join(dir, "yichuang")
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o755)
	if err == nil {
		_, err = io.Copy(to, from)
	}
	if err == nil {
		err = to.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBusyPort(t *testing.T) {
	p := settled(t, 1)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	out, code := execute(t, append([]string{"serve", "--listen", l.Addr().String()}, p.options()...)...)
	if code == 0 {
		t.Error("two programs on one port")
	}
	mustHave(t, out, l.Addr().String(), "端口已被另一个程序占用", "--listen")
	out, code = execute(t, append([]string{"doctor", "--quick", "--listen", l.Addr().String()}, p.options()...)...)
	if code == 0 {
		t.Error("the examination does not see the busy port")
	}
	mustHave(t, out, levelBad+"  监听地址")
}

func TestNewerDatabase(t *testing.T) {
	p := settled(t, 1)
	p.change(t, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (209912310000, TRUE)")
	for _, args := range [][]string{{"serve"}, {"migrate"}, {"doctor"}, {"audit", "verify"}} {
		out, code := execute(t, append(args, p.options()...)...)
		if code == 0 {
			t.Errorf("%v worked on a newer database", args)
		}
		mustHave(t, out, "209912310000", "新", "请改用更新的程序")
	}
	p.change(t, "DELETE FROM goose_db_version WHERE version_id = 209912310000")
	p.mustHold(t, nil)
}

// change runs a statement on the file, behind the program's back.
func (p *place) change(t *testing.T, statement string) {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{URL: p.database()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.WithTx(t.Context(), func(tx *store.Tx) error {
		n, err := tx.Exec(statement)
		if err == nil && n == 0 {
			t.Errorf("nothing changed by %s", statement)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestMissingCalendarYear(t *testing.T) {
	p := settled(t, 1)
	var out bytes.Buffer
	g := &Globals{Ctx: t.Context(), Out: &out, Err: io.Discard, Config: p.config(), Clock: clock.NewManual(clock.At(2031, 5, 8, 10, 0))}
	if err := (&DoctorCmd{}).Run(g); err != nil {
		t.Errorf("a missing year is an error: %v", err)
	}
	mustHave(t, out.String(), levelNote+"  工作日历", "2031 年全国放假安排尚未导入", "暂定")
	out.Reset()
	a, err := g.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := g.warn(a); err != nil {
		t.Fatal(err)
	}
	mustHave(t, out.String(), "注意（临夏市政务中心）：2031 年全国放假安排尚未导入")
	ctx, err := a.SystemContext(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	made, err := a.Hotline.Register(ctx, request("缺日历"))
	if err != nil {
		t.Fatal(err)
	}
	c := hotline.Command{TicketID: made.ID}
	if _, err := a.Hotline.Accept(ctx, c, hotline.Classify{}); err != nil {
		t.Fatal(err)
	}
	unit, err := a.Org.UnitTree(ctx)
	if err != nil || len(unit) == 0 {
		t.Fatal(err)
	}
	sent, err := a.Hotline.Dispatch(ctx, c, hotline.DispatchInput{UnitID: unit[0].ID})
	if err != nil || !sent.Provisional || sent.Due == 0 {
		t.Errorf("a dispatch in a year without its calendar: %+v %v", sent, err)
	}
}

func TestMissingAndForeignKeyFile(t *testing.T) {
	p, other := settled(t, 1), settled(t, 1)
	key := filepath.Join(p.dir, "yichuang.key")
	kept, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	refused := func(say string) {
		t.Helper()
		for _, args := range [][]string{{"serve"}, {"doctor"}} {
			out, code := execute(t, append(args, p.options()...)...)
			if code == 0 {
				t.Errorf("%v worked", args)
			}
			mustHave(t, out, say)
		}
	}
	refused("找不到密钥文件 " + key)
	if _, err := os.Stat(key); err == nil {
		t.Error("another key file was made")
	}
	foreign, err := os.ReadFile(filepath.Join(other.dir, "yichuang.key"))
	if err == nil {
		err = os.WriteFile(key, foreign, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	refused("与数据库不配套")
	if err := os.WriteFile(key, kept, 0o600); err != nil {
		t.Fatal(err)
	}
	p.mustHold(t, nil)
}

func TestForeignFileAsDatabase(t *testing.T) {
	dir := t.TempDir()
	text, others := filepath.Join(dir, "letter.docx"), filepath.Join(dir, "other.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("关于做好政务服务工作的通知。", 100)), 0o644); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", others)
	if err == nil {
		_, err = db.Exec("CREATE TABLE account (name TEXT)")
		db.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	for file, say := range map[string]string{text: "不是本程序的数据文件", others: "是另一个程序的数据库"} {
		before, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out, code := execute(t, "serve", "--database", file)
		if code == 0 {
			t.Errorf("started on %s", file)
		}
		mustHave(t, out, file, say, "请检查 database 设置")
		if after, _ := os.ReadFile(file); !bytes.Equal(before, after) {
			t.Errorf("%s was changed", file)
		}
	}
}

func TestSecondProcessAndCommandsBesideTheServer(t *testing.T) {
	p := settled(t, 1)
	s := p.serve(t)
	for _, args := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"migrate"}} {
		out, code := execute(t, append(args, p.options()...)...)
		if code == 0 {
			t.Errorf("%v worked beside the server", args)
		}
		mustHave(t, out, p.database(), "正被另一个程序使用", "请先停止它")
	}
	_, addr, _ := strings.Cut(s.base, "//")
	for _, c := range []struct {
		args []string
		say  string
	}{
		{append([]string{"doctor", "--listen", addr}, p.options()...), "正由运行中的程序使用"},
		{append([]string{"audit", "verify"}, p.options()...), "0 处不符"},
		{append([]string{"audit", "head"}, p.options()...), "审计日志各链的最新校验值"},
		{[]string{"calendar", "due", "--at", "2026-05-08T16:30", "--limit", "5wd", "--database", p.database()}, "到期时间  2026-05-14 周四 18:00"},
	} {
		out, code := execute(t, c.args...)
		if code != 0 {
			t.Errorf("%v: %s", c.args, out)
		}
		mustHave(t, out, c.say)
	}
}

func TestChangedAuditLogIsFound(t *testing.T) {
	p := settled(t, 3)
	p.change(t, "UPDATE audit_log SET actor_id = 'x' WHERE action = 'hotline.register'")
	for _, args := range [][]string{{"doctor"}, {"audit", "verify"}} {
		out, code := execute(t, append(args, p.options()...)...)
		if code == 0 {
			t.Errorf("%v is content", args)
		}
		mustHave(t, out, "校验")
	}
	file := filepath.Join(t.TempDir(), "b.zip")
	if out, code := execute(t, append([]string{"backup", file}, p.options()...)...); code != 0 {
		t.Fatal(out)
	}
	to := &place{dir: t.TempDir()}
	out, code := execute(t, append([]string{"restore", file}, to.options()...)...)
	if code == 0 {
		t.Error("a changed log was restored")
	}
	mustHave(t, out, "审计日志校验不符", "没有恢复")
}

func TestNoDatabaseServer(t *testing.T) {
	out, code := execute(t, "serve", "--database", "postgres://nobody:geheim@127.0.0.1:1/none", "--key-file", filepath.Join(t.TempDir(), "k"))
	if code == 0 {
		t.Error("started without a database")
	}
	mustHave(t, out, "连接不上数据库")
	if strings.Contains(out, "geheim") {
		t.Errorf("the password was printed: %s", out)
	}
}
