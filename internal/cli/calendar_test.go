package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/store"
)

// runCalendar runs a calendar command line and gives what it printed.
func runCalendar(t *testing.T, open OpenCalendar, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	var root struct {
		Calendar CalendarCmd `cmd:""`
	}
	p, err := kong.New(&root, kong.Writers(&out, &out), kong.Bind(open), kong.Bind(&Globals{}), kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	ctx, err := p.Parse(append([]string{"calendar"}, args...))
	if err != nil {
		return out.String(), err
	}
	err = ctx.Run()
	return out.String(), err
}

func noDatabase(string, string) (CalendarSession, error) {
	return CalendarSession{}, errors.New("no database was asked for")
}

func TestCalendarDue(t *testing.T) {
	out, err := runCalendar(t, noDatabase, "due", "--at", "2026-05-08T16:30", "--limit", "5wd")
	if err != nil {
		t.Fatal(err)
	}
	const want = `到期时间  2026-05-14 周四 18:00
时    限  5个工作日
起    算  2026-05-08 周五 16:30
地    区  622901
日    历  程序自带

  2026-05-08 周五  起算日，不计入
  2026-05-09 周六  第 1 个工作日：劳动节（调休上班）
  2026-05-10 周日  不计：周末
  2026-05-11 周一  第 2 个工作日
  2026-05-12 周二  第 3 个工作日
  2026-05-13 周三  第 4 个工作日
  2026-05-14 周四  第 5 个工作日
`
	if out != want {
		t.Errorf("printed\n%s\nwant\n%s", out, want)
	}
}

func TestCalendarDueOfAMissingYear(t *testing.T) {
	out, err := runCalendar(t, noDatabase, "due", "--at", "2026-12-30 10:00", "--limit", "5wd")
	if err != nil || !strings.Contains(out, "到期时间  2027-01-06 周三 18:00\n") || !strings.Contains(out, "暂    定  2027年的放假安排尚未发布或导入") {
		t.Errorf("%s %v", out, err)
	}
}

func TestCalendarDueJSON(t *testing.T) {
	out, err := runCalendar(t, noDatabase, "due", "--at", "2026-11-16T10:00", "--limit", "5wd", "--area", "620102", "--json")
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		At    string
		Text  string
		Limit string
		Days  []string
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if got.Text != "2026-11-23 周一 18:00" || got.At != "2026-11-23T18:00:00+08:00" || got.Limit != "5wd" || len(got.Days) != 5 {
		t.Errorf("%+v", got)
	}
}

func TestCalendarDueRefuses(t *testing.T) {
	for _, args := range [][]string{{"due", "--at", "明天", "--limit", "5wd"}, {"due", "--at", "2026-05-08", "--limit", "5天"}, {"due", "--limit", "5wd"}} {
		if out, err := runCalendar(t, noDatabase, args...); err == nil {
			t.Errorf("%v printed %s", args, out)
		}
	}
}

func TestCalendarImport(t *testing.T) {
	dir := t.TempDir()
	open := func(url, _ string) (CalendarSession, error) {
		ctx := actor.With(context.Background(), actor.SystemFor("c1"))
		db, err := store.Open(ctx, store.Options{URL: url})
		if err != nil {
			return CalendarSession{}, err
		}
		m := calendar.NewModule(db)
		if err := db.Migrate(ctx, audit.Migrations, calendar.Migrations); err != nil {
			return CalendarSession{}, err
		}
		err = db.WithTx(ctx, func(tx *store.Tx) error { return m.Seed(tx, "c1", "622901") })
		return CalendarSession{Context: ctx, Module: m, Close: db.Close}, err
	}
	file := filepath.Join(dir, "days.csv")
	if err := os.WriteFile(file, []byte("日期,类型,名称,依据文件\n2026-11-20,休,抢险,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	db := filepath.Join(dir, "test.db")
	args := []string{"import", file, "--database", db, "--area", "622901", "--document", "市政办〔2026〕1号"}
	out, err := runCalendar(t, open, append(args, "--dry-run")...)
	if err != nil || !strings.Contains(out, "2026-11-20 周五  平日 → 抢险（地方规定放假）") || !strings.Contains(out, "没有发布") {
		t.Fatalf("%s %v", out, err)
	}
	if out, err = runCalendar(t, open, args...); err != nil || !strings.Contains(out, "已发布：日历第 2 版") {
		t.Fatalf("%s %v", out, err)
	}
	out, err = runCalendar(t, open, "due", "--at", "2026-11-16T10:00", "--limit", "5wd", "--database", db)
	if err != nil || !strings.HasPrefix(out, "到期时间  2026-11-25 周三 18:00\n") || !strings.Contains(out, "日    历  第 2 版") {
		t.Errorf("%s %v", out, err)
	}
}
