package cli

import (
	"encoding/json"
	"fmt"

	"yichuang/internal/errs"
	"yichuang/internal/hotline"
)

// HotlineCheckCmd proves the hotline's data of a centre.
type HotlineCheckCmd struct {
	JSON     bool `name:"json" help:"输出 JSON"`
	InCentre `embed:""`
}

// ErrNotProven ends the command where something does not hold.
var ErrNotProven = errs.New(errs.Conflict, "cli.not_proven", "热线数据有不符之处，已列出。请保留现场，从备份核对。")

// Run checks and prints what does not hold.
func (c *HotlineCheckCmd) Run(g *Globals) error {
	a, err := g.Inspect()
	if err != nil {
		return err
	}
	defer a.Close()
	ctx, err := a.SystemContext(g.Ctx, c.Centre)
	if err != nil {
		return err
	}
	r, err := a.Hotline.Check(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(g.Out).Encode(r)
	} else {
		printCheck(g, r)
	}
	if err == nil && len(r.Faults) > 0 {
		err = ErrNotProven
	}
	return err
}

func printCheck(g *Globals, r hotline.CheckReport) {
	fmt.Fprintf(g.Out, "核对工单 %d 张、办理记录 %d 条、在办承办件 %d 件、提醒 %d 条。\n", r.Tickets, r.Events, r.Legs, r.Notices)
	fmt.Fprintf(g.Out, "按办理记录重新推算 %d 张，与统计所用的数据逐项比较", r.Replayed)
	if r.Untold > 0 {
		fmt.Fprintf(g.Out, "；另有 %d 张是早期记录，不能推算", r.Untold)
	}
	fmt.Fprintf(g.Out, "。\n不符 %d 处。\n", len(r.Faults))
	for _, f := range r.Faults {
		fmt.Fprintf(g.Out, "  %s\n", f.Public)
	}
}
