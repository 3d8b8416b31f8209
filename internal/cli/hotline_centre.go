package cli

import (
	"encoding/json"
	"errors"
	"fmt"

	"yichuang/internal/hotline/advice"
)

// centre trains the centre's models from its own closed orders.
func (c *HotlineTrainCmd) centre(g *Globals) (err error) {
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	var rows []advice.ModelRow
	for _, kind := range advice.ModelKinds {
		row, err := a.Advice.Train(ctx, kind, int64(c.Seed))
		if err != nil {
			return err
		}
		rows = append(rows, row)
		if c.JSON {
			continue
		}
		used := "已启用"
		if !row.Active {
			used = "尚未启用，请在“建议模型”页面核对后启用"
		}
		fmt.Fprintf(g.Out, "%s：用 %d 件办结工单训练了 %d 类，版本 %s，%s。\n留出检验（轮流留出三分之一，模型没有见过）：\n", advice.ModelKindLabel(kind), row.Examples, row.Labels, row.ID, used)
		printMeasure(g.Out, row.HeldBack)
	}
	if c.JSON {
		return json.NewEncoder(g.Out).Encode(rows)
	}
	return nil
}
