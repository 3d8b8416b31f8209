// Package cli is the command line: serve, demo, import, bench and the rest, over the same use cases as the pages.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"syscall"
	"unicode"

	"github.com/alecthomas/kong"

	"yichuang/internal/app"
	"yichuang/internal/clock"
	"yichuang/internal/config"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Globals are what every command gets: where to write, the machine's clock, and the settings.
type Globals struct {
	Ctx    context.Context
	Out    io.Writer
	Err    io.Writer
	Config config.Config
	Clock  clock.Clock

	live  *app.App                            // the running server's, for a command that came through the door
	files func(path string) (*os.File, error) // opens a file of whoever called; nil for the process's own

	mustWrite bool // looking at the calendar is not enough for this command
}

// Log makes the logger that the settings ask for.
func (g *Globals) Log() *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(g.Config.LogLevel)) // the option's enum allows only valid names
	o := &slog.HandlerOptions{Level: level}
	if g.Config.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(g.Err, o))
	}
	return slog.New(slog.NewTextHandler(g.Err, o))
}

// Open opens the database that the settings name, migrates it and builds the modules.
func (g *Globals) Open() (*app.App, error) {
	if g.live != nil {
		return g.live, nil
	}
	return app.Open(g.Ctx, g.Config, g.Log(), g.Clock)
}

// Inspect opens the database that the settings name without the right to change it, also beside a running server.
func (g *Globals) Inspect() (*app.App, error) {
	if g.live != nil {
		return g.live, nil
	}
	return app.Inspect(g.Ctx, g.Config, g.Log(), g.Clock)
}

// Settings are the options of every command that opens the database.
type Settings struct {
	config.Config `embed:"" group:"设置"`
	SettingsFile  kong.ConfigFlag `name:"settings" help:"设置文件（JSON）" placeholder:"FILE" group:"设置"`
}

// AfterApply puts the settings where the command finds them.
func (s *Settings) AfterApply(g *Globals) error {
	if g.live == nil {
		g.Config = s.Config
	}
	return nil
}

// openCalendar opens the database at url for the calendar commands.
func (g *Globals) openCalendar(url, centre string) (CalendarSession, error) {
	if g.live == nil {
		g.Config.Database = config.Secret(url)
		g.Config.Fill()
	}
	a, err := g.Open()
	if errors.Is(err, store.ErrLocked) && !g.mustWrite { // a server has the file: looking is enough for what does not publish
		a, err = g.Inspect()
	}
	if err != nil {
		return CalendarSession{}, err
	}
	ctx, err := a.SystemContext(g.Ctx, centre)
	if err != nil {
		a.Close()
		return CalendarSession{}, err
	}
	return CalendarSession{Context: ctx, Module: a.Calendar, Close: a.Close}, nil
}

// root is the command tree.
type root struct {
	Serve       ServeCmd       `cmd:"" help:"启动服务"`
	Migrate     MigrateCmd     `cmd:"" help:"升级数据库结构后退出"`
	Backup      BackupCmd      `cmd:"" help:"备份数据库、密钥和附件到一个文件（服务可以照常运行）"`
	Restore     RestoreCmd     `cmd:"" help:"从备份恢复到空的位置"`
	Doctor      DoctorCmd      `cmd:"" help:"体检：检查设置、磁盘、数据库、密钥、审计链、任务和日历"`
	Audit       AuditCmd       `cmd:"" help:"审计日志"`
	Accounts    AccountsCmd    `cmd:"" help:"部门决算：审核已公开的文件"`
	Performance PerformanceCmd `cmd:"" help:"预算绩效：给绩效自评表评分"`
	Archive     ArchiveCmd     `cmd:"" help:"档案：核验归档包"`
	Calendar    CalendarCmd    `cmd:"" help:"工作日历与时限"`
	Hotline     HotlineCmd     `cmd:"" help:"12345 热线"`
	Items       ItemsCmd       `cmd:"" help:"政务服务事项"`
	Exchange    ExchangeCmd    `cmd:"" help:"数据共享：核验使用记录"`
	Casework    CaseworkCmd    `cmd:"" help:"办件"`
	Hall        HallCmd        `cmd:"" help:"政务大厅指标的核对"`
	Org         OrgCmd         `cmd:"" help:"政务中心、站点、单位和用户名单"`
	User        UserCmd        `cmd:"" help:"用户"`
	Token       TokenCmd       `cmd:"" help:"接口令牌"`
	Jobs        JobsCmd        `cmd:"" help:"后台任务"`
	Keys        KeysCmd        `cmd:"" help:"加密密钥"`
	Bench       BenchCmd       `cmd:"" help:"测量性能"`
	Telephony   TelephonyCmd   `cmd:"" help:"话务平台接入"`
	Version     VersionCmd     `cmd:"" help:"版本"`
	Config      ConfigCmd      `cmd:"" name:"config" help:"显示设置（不显示密码）"`
}

// Exit codes of the program.
const (
	exitOK    = 0
	exitFault = 1
	exitUsage = 2
)

// Main runs the command line and gives the exit code. Errors are one Chinese sentence that says what to do.
func Main(ctx context.Context, args []string, out, errOut io.Writer) int {
	return perform(&Globals{Ctx: ctx, Out: out, Err: errOut, Clock: clock.System{}}, args)
}

// perform runs one command.
func perform(g *Globals, args []string) int {
	var r root
	k, err := kong.New(&r, kong.Bind(g), kong.BindTo(g.Ctx, (*context.Context)(nil)), kong.BindTo(g.Clock, (*clock.Clock)(nil)), kong.BindTo(g.Out, (*io.Writer)(nil)), kong.Bind(OpenCalendar(g.openCalendar)), kong.Name("yichuang"), kong.Description("一窗：政务服务中心一体化平台"), kong.Writers(g.Out, g.Err), kong.Configuration(kong.JSON),
		kong.Help(printHelp), kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Exit(func(int) {}))
	if err != nil {
		fmt.Fprintln(g.Err, err)
		return exitFault
	}
	k.Exit = func(code int) { panic(exitCode(code)) }
	return run(k, g, args)
}

type exitCode int

func run(k *kong.Kong, g *Globals, args []string) (code int) {
	defer func() {
		switch c := recover().(type) {
		case nil:
		case exitCode: // kong ends the program after --help
			code = int(c)
		default: // a fault of ours must not pass for success
			panic(c)
		}
	}()
	parsed, err := k.Parse(args)
	if err != nil {
		reportUsage(g, err)
		return exitUsage
	}
	target := parsed.Selected().Target.Addr().Interface()
	if _, mayCome := target.(doorCommand); g.live != nil && !mayCome {
		report(g.Err, ErrDoorCommand)
		return exitFault
	}
	_, g.mustWrite = target.(*CalendarImportCmd)
	err = parsed.Run(g)
	if errors.Is(err, store.ErrLocked) {
		if code, done := g.call(target, args); done {
			return code
		}
	}
	if err != nil {
		report(g.Err, err)
		return exitFault
	}
	return exitOK
}

// report prints an error for the person at the console: what happened and what to do; the cause behind it in brackets.
func report(w io.Writer, err error) {
	var e *errs.Error
	if !errors.As(err, &e) {
		fmt.Fprintf(w, "出错了：%v\n", err)
		return
	}
	fmt.Fprintln(w, e.Public)
	for _, f := range e.Fields {
		fmt.Fprintf(w, "  %s%s\n", fieldWord(f.Name), f.Public)
	}
	if cause := causeWord(e); cause != "" {
		fmt.Fprintf(w, "  （%s）\n", cause)
	}
}

// fieldWord is a field's name where people have one for it; the names of forms say nothing at a console.
func fieldWord(name string) string {
	for _, r := range name {
		if r > unicode.MaxASCII {
			return name + "："
		}
	}
	return ""
}

// causeWord says what is behind an error: in Chinese where the system's word for it is a usual one, and with all details
// where it is no fault of what was typed.
func causeWord(e *errs.Error) string {
	switch {
	case e.Err == nil:
		return ""
	case errors.Is(e.Err, fs.ErrNotExist):
		return "没有这个文件或文件夹"
	case errors.Is(e.Err, fs.ErrPermission):
		return "没有读写的权限"
	case errors.Is(e.Err, syscall.EISDIR):
		return "这是一个文件夹，不是文件"
	case errors.Is(e.Err, syscall.ECONNREFUSED):
		return "连接被拒绝，服务没有在这个地址运行"
	case e.Kind == errs.Internal || e.Kind == errs.Unavailable:
		return fmt.Sprintf("%s：%v", e.Code, e.Err)
	}
	return ""
}

// VersionCmd prints the version.
type VersionCmd struct{}

// Run prints it.
func (VersionCmd) Run(g *Globals) error {
	_, err := fmt.Fprintln(g.Out, "一窗 yichuang", app.Version)
	return err
}

// ConfigCmd prints the settings in force.
type ConfigCmd struct {
	Settings `embed:""`
}

// Run prints them.
func (*ConfigCmd) Run(g *Globals) error {
	_, err := fmt.Fprint(g.Out, g.Config.Print())
	return err
}

// MigrateCmd brings the database up to date.
type MigrateCmd struct {
	Settings `embed:""`
}

// Run migrates and closes.
func (*MigrateCmd) Run(g *Globals) error {
	a, err := g.Open()
	if err != nil {
		return err
	}
	fmt.Fprintln(g.Out, "数据库结构已是最新。")
	return a.Close()
}

// Environment gives the process's streams to Main; package main has nothing else to do.
func Environment(ctx context.Context) int { return Main(ctx, os.Args[1:], os.Stdout, os.Stderr) }
