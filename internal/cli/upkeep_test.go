package cli_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yichuang/internal/app"
	"yichuang/internal/clock"
	"yichuang/internal/config"
	"yichuang/internal/hotline"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

func (s shell) config() config.Config {
	c := config.Config{Database: config.Secret(s.db), Blobs: filepath.Join(filepath.Dir(s.db), "blobs")}
	c.Fill()
	return c
}

// within opens the shell's database between two commands.
func (s shell) within(fn func(a *app.App)) {
	s.t.Helper()
	a, err := app.Open(s.t.Context(), s.config(), slog.New(slog.DiscardHandler), clock.System{})
	if err != nil {
		s.t.Fatal(err)
	}
	defer a.Close()
	fn(a)
}

func initiated(t *testing.T) shell {
	t.Helper()
	s := shell{t, filepath.Join(t.TempDir(), "test.db")}
	s.run(0, "org", "init", "--code", "linxia", "--name", "临夏市政务中心", "--division", "622901")
	return s
}

func TestCategoriesAreImported(t *testing.T) {
	s := initiated(t)
	file := s.file("c.csv", "分类代码,分类名称\n01,住房物业\n0101,物业服务\n0109,电梯\n99,其他\n9901,其他诉求\n")
	contains(t, s.run(0, "hotline", "categories", file), "新增 3，改名 0，修改 0，不变 2，停用 0")
	out := s.run(0, "hotline", "categories", file, "--retire")
	contains(t, out, "新增 0，改名 0，修改 0，不变 5")
	if strings.Contains(out, "停用 0") {
		t.Error("nothing was retired")
	}
	s.within(func(a *app.App) {
		ctx, err := a.SystemContext(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		list, err := a.Hotline.Categories(ctx)
		if err != nil {
			t.Fatal(err)
		}
		active := map[string]hotline.Category{}
		for _, c := range list {
			if c.Active {
				active[c.Code] = c
			}
		}
		if len(active) != 5 || active["9901"].Parent != "99" || active["0109"].Name != "电梯" {
			t.Errorf("%+v", active)
		}
	})
	contains(t, s.run(1, "hotline", "categories", s.file("bad.csv", "分类代码,分类名称,上级代码\n01,甲,\n01,乙,\n0202,丙,01\n")), "第 3 行", "重复", "0202", "全部没有导入")
}

func TestDeadJobsAreListedAndRetried(t *testing.T) {
	s := initiated(t)
	contains(t, s.run(0, "jobs", "list"), "没有停止的任务")
	contains(t, s.run(1, "jobs", "retry"), "--all")
	contains(t, s.run(1, "jobs", "retry", "nosuch"), "没有停止的任务 nosuch")
	s.within(func(a *app.App) {
		err := a.DB.WithTx(t.Context(), func(tx *store.Tx) error {
			if err := jobs.Insert(tx, "", "unknown", "", 0, nil); err != nil {
				return err
			}
			_, err := tx.Exec("UPDATE job SET state = 'dead', last_error = '示例原因' WHERE kind = 'unknown'")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	contains(t, s.run(0, "jobs", "list"), "unknown", "示例原因")
	out := s.run(0, "jobs", "list", "--json")
	contains(t, out, `"error":"示例原因"`)
	_, id, _ := strings.Cut(out, `"id":"`)
	id, _, _ = strings.Cut(id, `"`)
	contains(t, s.run(0, "jobs", "retry", id), "已放回 1 个任务")
	contains(t, s.run(0, "jobs", "list"), "没有停止的任务")
}

func TestKeysAreRotated(t *testing.T) {
	s := initiated(t)
	request := hotline.RegisterInput{Channel: "电话", Kind: hotline.Help, Title: "路灯不亮", Content: "门口路灯不亮。", Name: "张三", Phone: "13800000001"}
	var before, after hotline.Registered
	register := func(to *hotline.Registered) func(*app.App) {
		return func(a *app.App) {
			ctx, err := a.SystemContext(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			if *to, err = a.Hotline.Register(ctx, request); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.within(register(&before))
	key := filepath.Join(filepath.Dir(s.db), "yichuang.key")
	old, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	contains(t, s.run(0, "keys", "rotate"), "密钥已更换", key, "备份")
	s.within(register(&after))
	s.within(func(a *app.App) {
		ctx, err := a.SystemContext(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []hotline.TicketID{before.ID, after.ID} {
			if c, err := a.Hotline.RevealCaller(ctx, id); err != nil || c.Name != "张三" {
				t.Errorf("caller of %s: %v, %v", id, c, err)
			}
		}
	})
	if err := os.WriteFile(key, old, 0o600); err != nil {
		t.Fatal(err)
	}
	contains(t, s.run(1, "user", "list"), "早于最近一次密钥轮换")
	several := shell{t, "postgres://127.0.0.1:1/none"}
	contains(t, several.run(1, "keys", "rotate"), "--stopped")
}
