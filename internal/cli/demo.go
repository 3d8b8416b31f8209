package cli

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"yichuang/internal/demo"
	"yichuang/internal/org"
)

// demoSeed makes the demonstration tell the same stories everywhere.
const demoSeed = 622901

// loadDemo makes the demonstration where there is none yet and prints its accounts, this once.
func (g *Globals) loadDemo() error {
	fmt.Fprintln(g.Out, "正在准备演示数据……")
	r, err := demo.Load(g.Ctx, demo.Options{Config: g.Config, Log: g.Log(), Now: g.Clock.Now(), Seed: demoSeed})
	if errors.Is(err, org.ErrDemoExists) {
		fmt.Fprintln(g.Out, "演示数据已在，账号密码在第一次启动时已显示。忘记了可用 yichuang user reset-password 重设。")
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(g.Out, "\n%s，演示工单 %d 件。登录账号（密码只显示这一次）：\n\n", r.Demo.Centre.Name, r.Tickets)
	fmt.Fprintf(g.Out, "  %-14s %-22s %s\n", "用户名", "密码", "姓名、角色")
	for _, a := range r.Demo.Accounts {
		fmt.Fprintf(g.Out, "  %-14s %-22s %s　%s\n", a.User.Username, a.Password, a.User.DisplayName, org.RoleNames(a.User.Roles()))
	}
	fmt.Fprintln(g.Out)
	return nil
}

// Memory of the server: the collector runs seldom while there is little to collect, and more often as the limit nears.
const (
	gcPercent   = 300
	memoryLimit = 320 << 20
)

// tuneMemory sets the collector for a server, unless the administrator has set it with GOGC or GOMEMLIMIT.
func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
