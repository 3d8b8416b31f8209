package cli

import (
	"fmt"
	"os"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// ServeCmd starts the program.
type ServeCmd struct {
	Settings `embed:""`
	Demo     bool `help:"首次启动时建立演示中心（临夏市政务中心）和 300 件演示工单，并打印登录账号"`
	// TestClock speeds the clock up, for the crash benchmark only: see testClock.
	TestClock string `hidden:"" placeholder:"FROMxRATE"`
}

// Run serves until the process is told to stop.
func (c *ServeCmd) Run(g *Globals) error {
	if err := g.Config.DataDir(); err != nil {
		return fmt.Errorf("不能建立数据文件夹：%w", err)
	}
	if err := g.testClock(c.TestClock); err != nil {
		return err
	}
	if c.Demo {
		if err := g.loadDemo(); err != nil {
			return err
		}
	}
	tuneMemory()
	a, err := g.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	l, err := a.Listen()
	if err != nil {
		return err
	}
	if err := g.warn(a); err != nil {
		return err
	}
	if a.DB.Engine() == store.SQLite {
		if d := openDoor(a); d != nil {
			go d.serve(g.Ctx)
			defer d.close()
		}
	}
	fmt.Fprintf(g.Out, "一窗已启动：http://%s\n按 Ctrl+C 停止。\n", l.Addr())
	return a.Serve(g.Ctx, l)
}

// ErrTestClock refuses the test aid where it was not asked for twice.
var ErrTestClock = errs.New(errs.Invalid, "cli.test_clock", "--test-clock 只供测试使用，会使时间变快、时限失真。确实在做测试时，请同时设置环境变量 YICHUANG_TEST_AID=yes，并写成 毫秒x倍数。")

// testClock makes the program's time run faster: text is "<from, in milliseconds since 1970>x<rate>", see clock.Fast. It
// is a test aid and takes an environment variable besides, so that it cannot be left on by mistake.
func (g *Globals) testClock(text string) error {
	if text == "" {
		return nil
	}
	var c clock.Fast
	if n, _ := fmt.Sscanf(text, "%dx%d", &c.From, &c.Rate); n != 2 || c.Rate < 1 || os.Getenv("YICHUANG_TEST_AID") != "yes" {
		return ErrTestClock
	}
	g.Clock = c
	fmt.Fprintf(g.Err, "测试：时间以 %d 倍速度前进，不得用于正式数据。\n", c.Rate)
	return nil
}
