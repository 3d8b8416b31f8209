package cli

import (
	"encoding/json"
	"fmt"

	"yichuang/internal/assess"
	"yichuang/internal/errs"
	"yichuang/internal/metric"
)

// HotlineReproduceCmd computes a published sheet of assessment again.
type HotlineReproduceCmd struct {
	Month    string `required:"" help:"考核月份，如 2026-05" placeholder:"月份"`
	Scheme   string `help:"方案代码；不写为该月所有已锁定和已发布的考核表" placeholder:"代码"`
	JSON     bool   `name:"json" help:"输出 JSON"`
	InCentre `embed:""`
}

// ErrNotReproduced ends the command where a sheet cannot be computed again as it was.
var ErrNotReproduced = errs.New(errs.Conflict, "cli.not_reproduced", "重算结果与封存的考核表不同，不同之处已列出。请核对数据是否被改动。")

// ErrNoSheet ends the command where the month has no sheet.
var ErrNoSheet = errs.New(errs.NotFound, "cli.no_sheet", "这个月没有已锁定或已发布的考核表。")

// Run computes again and prints equal or the places that differ.
func (c *HotlineReproduceCmd) Run(g *Globals) error {
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
	list, err := a.Assess.Reproduce(ctx, month, c.Scheme)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return ErrNoSheet
	}
	if c.JSON {
		err = json.NewEncoder(g.Out).Encode(list)
	} else {
		printReproductions(g, month, list)
	}
	for _, r := range list {
		if !r.Equal && err == nil {
			err = ErrNotReproduced
		}
	}
	return err
}

func printReproductions(g *Globals, month metric.Period, list []assess.Reproduction) {
	for _, r := range list {
		result := "相同"
		if !r.Equal {
			result = "不同"
		}
		fmt.Fprintf(g.Out, "%s 方案 %s：%d 个单位，截止 %s，校验值 %s：%s\n", month, r.Sheet.SchemeCode, r.Units, r.Sheet.Cutoff, r.Sheet.Hash, result)
		for _, f := range r.Found {
			fmt.Fprintf(g.Out, "  不同：%s\n", f)
		}
		if n := len(r.Later); n > 0 {
			fmt.Fprintf(g.Out, "  截止之后有 %d 处记录变化，不影响已发布的结果：\n", n)
		}
		for _, f := range r.Later {
			fmt.Fprintf(g.Out, "    %s\n", f)
		}
	}
}
