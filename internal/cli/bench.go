package cli

import (
	"encoding/json"
	"fmt"
	"io"

	"yichuang/internal/bench"
	"yichuang/internal/store"
)

// BenchCmd measures the program.
type BenchCmd struct {
	Lifecycle BenchLifecycleCmd `cmd:"" help:"工单全过程：每秒办理件数、时延，与裸数据库之比"`
	Figures   BenchFiguresCmd   `cmd:"" help:"统计和考核：在保留的数据库上测首页、指标和月度考核的用时"`
	Accounts  BenchAccountsCmd  `cmd:"" help:"部门决算：在百万条分录的账簿上测导入、九张表和说明的用时"`
	Hall      BenchHallCmd      `cmd:"" help:"大厅叫号：多个窗口同时叫号的时延、重号数，与裸数据库之比，中断后核对"`
	Cases     BenchCasesCmd     `cmd:"" help:"办件：在百万办件、千万条记录上测窗口列表、办件单和大厅月度指标的用时，与裸数据库之比"`
	Crash     BenchCrashCmd     `cmd:"" help:"反复中断程序或数据库，核对没有丢失和重复"`
}

// BenchLifecycleCmd measures full lives of tickets over the real API.
type BenchLifecycleCmd struct {
	DB      string `help:"数据库：sqlite 或 postgres（自动启动本机的 PostgreSQL 程序）" enum:"sqlite,postgres" default:"sqlite"`
	Preload int    `help:"事先装入的工单数" default:"0"`
	Clients int    `help:"并发客户端数" default:"32"`
	Seconds int    `help:"测量的秒数" default:"20"`
	Keep    string `help:"保留数据库的文件夹，下次同样的 --preload 可直接使用" type:"path"`
	JSON    bool   `name:"json" help:"只输出一个 JSON 对象"`
}

// Run measures and prints.
func (c *BenchLifecycleCmd) Run(g *Globals) error {
	b := bench.Lifecycle{Engine: store.Engine(c.DB), Preload: c.Preload, Clients: c.Clients, Seconds: c.Seconds, Dir: c.Keep}
	if !c.JSON {
		b.Progress = g.Err
	}
	r, err := b.Run(g.Ctx)
	if err != nil {
		return err
	}
	return printResult(g.Out, c.JSON, r)
}

// printResult prints a result as one JSON object, on one line or indented.
func printResult(w io.Writer, oneLine bool, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if oneLine {
		b, err = json.Marshal(v)
	}
	if err == nil {
		_, err = fmt.Fprintln(w, string(b))
	}
	return err
}

// BenchFiguresCmd measures the figures on a kept database.
type BenchFiguresCmd struct {
	Keep  string `required:"" help:"bench lifecycle --keep 保留的文件夹，或它的副本；结构较旧时会升级" type:"path"`
	Month string `help:"月份，如 2026-05；不写为上个月"`
	Runs  int    `help:"每项测几次" default:"6"`
	JSON  bool   `name:"json" help:"只输出一个 JSON 对象"`
}

// Run measures and prints.
func (c *BenchFiguresCmd) Run(g *Globals) error {
	b := bench.Figures{Dir: c.Keep, Month: c.Month, Runs: c.Runs}
	if !c.JSON {
		b.Progress = g.Err
	}
	r, err := b.Run(g.Ctx)
	if err != nil {
		return err
	}
	return printResult(g.Out, c.JSON, r)
}

// BenchAccountsCmd measures final accounts on a ledger of its own.
type BenchAccountsCmd struct {
	Entries int  `help:"账簿的分录数" default:"1000000"`
	Runs    int  `help:"每项测几次" default:"4"`
	JSON    bool `name:"json" help:"只输出一个 JSON 对象"`
}

// Run measures and prints.
func (c *BenchAccountsCmd) Run(g *Globals) error {
	b := bench.Accounts{Entries: c.Entries, Runs: c.Runs}
	if !c.JSON {
		b.Progress = g.Err
	}
	r, err := b.Run(g.Ctx)
	if err != nil {
		return err
	}
	return printResult(g.Out, c.JSON, r)
}

// BenchHallCmd measures counters that call at once.
type BenchHallCmd struct {
	DB       string `help:"数据库：sqlite 或 postgres（自动启动本机的 PostgreSQL 程序）" enum:"sqlite,postgres" default:"sqlite"`
	Counters int    `help:"窗口数" default:"60"`
	Seconds  int    `help:"每个阶段的秒数" default:"20"`
	JSON     bool   `name:"json" help:"只输出一个 JSON 对象"`
}

// Run measures and prints.
func (c *BenchHallCmd) Run(g *Globals) error {
	b := bench.Hall{Engine: store.Engine(c.DB), Counters: c.Counters, Seconds: c.Seconds}
	r, err := b.Run(g.Ctx)
	if err != nil {
		return err
	}
	return printResult(g.Out, c.JSON, r)
}

// BenchCasesCmd measures the desk of cases and the figures of the hall at size.
type BenchCasesCmd struct {
	DB      string `help:"数据库：sqlite 或 postgres（自动启动本机的 PostgreSQL 程序）" enum:"sqlite,postgres" default:"sqlite"`
	Preload int    `help:"事先装入的办件数，每件十条记录" default:"1000000"`
	Runs    int    `help:"每种读取的次数" default:"200"`
	Keep    string `help:"保留数据库的文件夹，下次同样的 --preload 可直接使用" type:"path"`
	JSON    bool   `name:"json" help:"只输出一个 JSON 对象"`
}

// Run measures and prints.
func (c *BenchCasesCmd) Run(g *Globals) error {
	b := bench.Cases{Engine: store.Engine(c.DB), Preload: c.Preload, Runs: c.Runs, Dir: c.Keep}
	if !c.JSON {
		b.Progress = g.Err
	}
	r, err := b.Run(g.Ctx)
	if err != nil {
		return err
	}
	return printResult(g.Out, c.JSON, r)
}
