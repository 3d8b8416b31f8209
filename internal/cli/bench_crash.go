package cli

import (
	"os"

	"yichuang/internal/bench"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// BenchCrashCmd kills the program or its database under load and proves that nothing is lost or doubled.
type BenchCrashCmd struct {
	Kills   int    `help:"中断的次数" default:"50"`
	DB      string `help:"sqlite：杀死程序；postgres：杀死数据库服务，程序须自行恢复" enum:"sqlite,postgres" default:"sqlite"`
	Writers int    `help:"并发写入的客户端数" default:"8"`
	Rate    int64  `help:"时间加快的倍数，使时限在测试期间到期" default:"7200"`
	Seed    int64  `help:"随机数种子：中断的时刻和写入的内容" default:"1"`
	JSON    bool   `name:"json" help:"只输出一个 JSON 对象"`
}

// ErrCrash says that a crash run found faults.
var ErrCrash = errs.New(errs.Internal, "cli.crash", "中断测试发现问题，见上面的 faults。")

// Run breaks, checks and prints; it fails where something was lost or doubled.
func (c *BenchCrashCmd) Run(g *Globals) error {
	b := bench.Crash{Engine: store.Engine(c.DB), Kills: c.Kills, Writers: c.Writers, Rate: c.Rate, Seed: c.Seed}
	if !c.JSON {
		b.Progress = g.Err
	}
	if err := os.Setenv("YICHUANG_TEST_AID", "yes"); err != nil { // for the programs that it starts
		return err
	}
	r, err := b.Run(g.Ctx)
	if err != nil {
		return err
	}
	if err := printResult(g.Out, c.JSON, r); err != nil {
		return err
	}
	if !r.OK {
		return ErrCrash
	}
	return nil
}
