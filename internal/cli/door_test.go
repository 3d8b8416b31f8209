package cli

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"yichuang/internal/audit"
	"yichuang/internal/store"
)

// Commands that write find the running server's door, and are in the audit log as the local administrator's.
func TestCommandsWorkBesideARunningServer(t *testing.T) {
	p := settled(t, 0)
	s := p.serve(t)
	folder := doorFolder(p.database())
	for path, want := range map[string]fs.FileMode{folder: 0o700, doorPath(p.database()): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Fatalf("%s: %v, %v", path, info, err)
		}
	}
	run := func(code int, want string, args ...string) string {
		t.Helper()
		out, got := execute(t, append(args, p.options()...)...)
		if got != code || !strings.Contains(out, want) {
			t.Errorf("%v: exit %d, %s", args, got, out)
		}
		return out
	}
	run(0, "一次性密码", "user", "add", "lixiaolong", "--name", "李小龙", "--role", "话务员")
	run(0, "李小龙", "user", "list")
	run(0, "一次性密码", "user", "reset-password", "lixiaolong")
	run(1, "已有", "user", "add", "lixiaolong", "--name", "李小龙")
	run(0, "令牌只显示这一次", "token", "create", "--user", "mali", "--name", "取数", "--scope", "hotline.ticket.read")
	run(0, "已放回 0 个任务", "jobs", "retry", "--all")
	run(0, "密钥已更换", "keys", "rotate")
	if status, answer := s.post(t, p.token, "/api/v1/tickets", request("换过密钥以后")); status != http.StatusCreated {
		t.Errorf("a ticket under the new key: %d %s", status, answer)
	}
	list := filepath.Join(t.TempDir(), "单位.csv")
	if err := os.WriteFile(list, []byte("名称,性质,类别\n市地震局,承办单位,县直部门\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(0, "导入完成", "org", "import", "units", list)
	run(1, "读不到文件", "org", "import", "units", list+".none")
	rows := filepath.Join(t.TempDir(), "工单.csv")
	if err := os.WriteFile(rows, []byte("编号,标题\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(1, "", "hotline", "import", rows, "--map", "pingshan")
	if out, code := execute(t, "calendar", "import", list, "--database", p.database(), "--document", "x"); code != 1 || !strings.Contains(out, "第 1 行") {
		t.Errorf("a file that is no calendar: %d %s", code, out)
	}
	days := filepath.Join(t.TempDir(), "days.csv")
	if err := os.WriteFile(days, []byte("日期,类型,名称,依据文件\n2026-11-27,休,抢险,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, code := execute(t, "calendar", "import", days, "--database", p.database(), "--document", "市政办〔2026〕1号", "--area", "622901", "--merge"); code != 0 || !strings.Contains(out, "已发布") {
		t.Errorf("calendar import: %d %s", code, out)
	}
	s.stop(t)
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("the door is left: %v", err)
	}
	local := localLines(t, p)
	for _, action := range []string{"org.user_create", "org.password_reset", "org.token_create", "crypt.rotate", "org.import", "calendar.day_publish"} {
		if local[action] == 0 {
			t.Errorf("no line of the local administrator for %s: %v", action, local)
		}
	}
}

// localLines counts the audit lines of the local administrator by action.
func localLines(t *testing.T, p *place) map[string]int {
	t.Helper()
	a, ctx := p.open(t)
	defer a.Close()
	out := map[string]int{}
	err := a.DB.Read(ctx, func(tx *store.Tx) error {
		lines, err := audit.List(tx, p.centre, audit.Filter{Limit: 1000})
		for _, l := range lines {
			if l.ActorKind == "system" && l.IP == "local" {
				out[l.Action]++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What may not come through the door is told so, and what is no call at all changes nothing.
func TestTheDoorTakesOnlyItsCommands(t *testing.T) {
	p := settled(t, 0)
	s := p.serve(t)
	ask := func(line string) string {
		t.Helper()
		conn, err := dialDoor(p.database())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := conn.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
		conn.CloseWrite()
		out := ""
		for lines := json.NewDecoder(conn); ; {
			var a doorAnswer
			if err := lines.Decode(&a); err != nil || a.End {
				return out
			}
			out += a.Out + a.Err
		}
	}
	for line, want := range map[string]string{
		`{"args":["restore","x.zip"]}` + "\n":                   "不能在服务运行时执行",
		`{"args":["serve"]}` + "\n":                             "不能在服务运行时执行",
		`{"args":["backup","/tmp/door-test-backup"]}` + "\n":    "不能在服务运行时执行",
		`{"args":["no-such-command"]}` + "\n":                   "命令写法不对",
		"no json\n":                                             "",
		`{"args":["config","--database","/etc/passwd"]}` + "\n": "不能在服务运行时执行",
	} {
		if out := ask(line); !strings.Contains(out, want) {
			t.Errorf("%s: %s", line, out)
		}
	}
	if out, code := execute(t, append([]string{"serve", "--listen", "127.0.0.1:0"}, p.options()...)...); code != 1 || !strings.Contains(out, "正被另一个程序使用") {
		t.Errorf("a second server: %d %s", code, out)
	}
	if status, answer := s.post(t, p.token, "/api/v1/tickets", request("还在")); status != http.StatusCreated {
		t.Errorf("the server after it all: %d %s", status, answer)
	}
}

// Somebody else on the machine does not get in, even where the rights of the files were loosened: the kernel says who
// calls.
func TestTheDoorIsShutToOtherUsers(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can act as somebody else")
	}
	p := settled(t, 0)
	p.serve(t)
	cmd, out := command(t, append([]string{"user", "list"}, p.options()...)...)
	cmd.Path = public(t, cmd.Path)
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: 65534, Gid: 65534}
	err := filepath.WalkDir(filepath.Dir(p.dir), func(path string, _ fs.DirEntry, err error) error {
		if err == nil {
			err = os.Chmod(path, 0o777)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = cmd.Run()
	if cmd.ProcessState == nil {
		t.Skip("a process of another user cannot be started here")
	}
	if cmd.ProcessState.ExitCode() != exitFault || strings.Contains(out.String(), "mali") {
		t.Errorf("nobody got in: %s", out)
	}
	mustHave(t, out.String(), "用运行服务的系统用户")
}

func TestALongPathHasNoDoor(t *testing.T) {
	path := filepath.Join(t.TempDir(), strings.Repeat("长", 40)+".db")
	if l, err := listenDoor(path); err == nil {
		l.Close()
		t.Error("a socket was made")
	}
}
