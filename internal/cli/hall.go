package cli

import (
	"encoding/json"
	"fmt"

	"yichuang/internal/hallmetric"
	"yichuang/internal/metric"
)

// HallCmd is the command hall: the figures of the service hall.
type HallCmd struct {
	Recount HallRecountCmd `cmd:"" help:"只按办件事件重算一个月的大厅指标，与记录和已封存的数值核对"`
}

// HallRecountCmd counts a month again from the events of the cases.
type HallRecountCmd struct {
	Month    string `required:"" help:"月份，如 2026-05" placeholder:"月份"`
	JSON     bool   `name:"json" help:"输出 JSON"`
	InCentre `embed:""`
}

// Run counts and prints; it ends with an error where records and events, or a frozen figure and its seal, do not agree.
func (c *HallRecountCmd) Run(g *Globals) error {
	month, err := metric.ParseMonth(c.Month)
	if err != nil {
		return err
	}
	a, err := g.Inspect()
	if err != nil {
		return err
	}
	defer a.Close()
	ctx, err := a.SystemContext(g.Ctx, c.Centre)
	if err != nil {
		return err
	}
	r, err := a.HallMetric.Recount(ctx, month)
	if err != nil {
		return err
	}
	if c.JSON {
		if err := json.NewEncoder(g.Out).Encode(r); err != nil {
			return err
		}
	} else {
		printRecount(g, r)
	}
	if !r.Equal {
		return hallmetric.ErrRecount
	}
	return nil
}

func printRecount(g *Globals, r hallmetric.Recount) {
	result := "一致"
	if !r.Equal {
		result = "不一致"
	}
	fmt.Fprintf(g.Out, "%s：按事件重建 %d 个办件，核验省平台办件 %d 个，核对 %d 个数值：%s\n", r.Period, r.Cases, r.Platform, r.Figures, result)
	for _, f := range r.Faults {
		fmt.Fprintf(g.Out, "  %s\n", f)
	}
	if r.Month == nil {
		fmt.Fprintln(g.Out, "这个月还没有封存公布。")
		return
	}
	fmt.Fprintf(g.Out, "封存于 %s，%d 个数值，校验值 %s\n", r.Month.PublishedAt, r.Month.Figures, r.Month.Hash)
	if n := len(r.Later); n > 0 {
		fmt.Fprintf(g.Out, "公布以后有 %d 处变化，不影响已公布的数值：\n", n)
	}
	for _, d := range r.Later {
		fmt.Fprintf(g.Out, "  %s %s %s：%s → %s\n", d.Metric, d.Subject, d.What, d.Was, d.Is)
	}
}
