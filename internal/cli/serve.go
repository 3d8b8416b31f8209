package cli

import (
	"fmt"
)

// ServeCmd starts the program.
type ServeCmd struct {
	Settings `embed:""`
	Demo     bool `help:"首次启动时建立演示中心（临夏市政务中心）和 300 件演示工单，并打印登录账号"`
}

// Run serves until the process is told to stop.
func (c *ServeCmd) Run(g *Globals) error {
	if err := g.Config.DataDir(); err != nil {
		return fmt.Errorf("不能建立数据文件夹：%w", err)
	}
	a, err := g.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	l, err := a.Listen()
	if err != nil {
		return err
	}
	fmt.Fprintf(g.Out, "一窗已启动：http://%s\n按 Ctrl+C 停止。\n", l.Addr())
	return a.Serve(g.Ctx, l)
}
