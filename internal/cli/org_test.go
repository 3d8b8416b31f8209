package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"yichuang/internal/cli"
)

// shell runs commands on one database file.
type shell struct {
	t  *testing.T
	db string
}

func (s shell) run(wantCode int, args ...string) string {
	s.t.Helper()
	var out, errOut bytes.Buffer
	args = append(args, "--database", s.db, "--blobs", filepath.Join(filepath.Dir(s.db), "blobs"))
	if code := cli.Main(context.Background(), args, &out, &errOut); code != wantCode {
		s.t.Fatalf("%s: exit %d, want %d: %s%s", strings.Join(args, " "), code, wantCode, out.String(), errOut.String())
	}
	return out.String() + errOut.String()
}

func (s shell) file(name, text string) string {
	s.t.Helper()
	path := filepath.Join(filepath.Dir(s.db), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

func contains(t *testing.T, out string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(out, p) {
			t.Errorf("no %q in %s", p, out)
		}
	}
}

var oneTime = regexp.MustCompile(`[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}`)

func TestFirstStepsOfAnInstallation(t *testing.T) {
	s := shell{t, filepath.Join(t.TempDir(), "test.db")}
	contains(t, s.run(1, "user", "list"), "没有找到这个中心")
	out := s.run(0, "org", "init", "--code", "linxia", "--name", "临夏市政务中心", "--division", "622901")
	contains(t, out, "已新建 临夏市政务中心（linxia）", "已新建用户 admin（系统管理员）")
	if !oneTime.MatchString(out) {
		t.Errorf("no password in %s", out)
	}
	contains(t, s.run(1, "org", "init", "--code", "linxia", "--name", "又一个", "--division", "622901"), "已有相同代码")

	units := s.file("units.csv", "单位名称,简称,性质,类别\n临夏市水务局,市水务局,承办单位,县直部门\n")
	contains(t, s.run(0, "org", "import", "units", units, "--dry-run"), "新增 1，修改 0，不变 0，拒绝 0", "没有导入")
	contains(t, s.run(0, "org", "import", "units", units), "新增 1", "导入完成")
	contains(t, s.run(0, "org", "import", "units", units), "不变 1", "导入完成")
	users := s.file("users.csv", "用户名,姓名,单位,角色\nzhangsan,张三,市水务局,承办单位联络员\n")
	if out := s.run(0, "org", "import", "users", users); len(oneTime.FindAllString(out, -1)) != 1 {
		t.Errorf("passwords of the import: %s", out)
	}
	contains(t, s.run(1, "org", "import", "users", s.file("bad.csv", "用户名,姓名,单位\nlisi,李四,没有的局\n")), "第 2 行 lisi 拒绝：没有单位“没有的局”", "全部没有导入")
	contains(t, s.run(1, "org", "import", "users", "/nowhere.csv"), "读不到文件")

	contains(t, s.run(0, "user", "add", "lisi", "--name", "李四", "--role", "话务员", "--unit", "市水务局"), "已新建用户 lisi（话务员）")
	contains(t, s.run(1, "user", "add", "lisi", "--name", "李四"), "已有相同用户名")
	contains(t, s.run(1, "user", "add", "wangwu", "--name", "王五", "--role", "皇帝"), "没有“皇帝”这个角色")
	contains(t, s.run(0, "user", "reset-password", "zhangsan"), "zhangsan（张三）的一次性密码")
	contains(t, s.run(0, "user", "list"), "admin", "lisi", "承办单位联络员", "启用")
	contains(t, s.run(1, "token", "create", "--user", "lisi", "--name", "取数", "--scope", "org.unit.read"), "还没有改掉一次性密码")
	contains(t, s.run(0, "org", "divisions", s.file("d.csv", "code,name\n62,甘肃省\n")), "新增 1")
}
