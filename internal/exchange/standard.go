package exchange

import (
	"context"
	"strings"

	"yichuang/internal/casework"
	"yichuang/internal/org"
)

// StandardEntries gives the catalogue in force as the set of GB/T 39046-2020 has it (表 16). An entry is about data and not about one
// item, so its name stands for that of the item, and its fields are the summary. The period does not matter.
func (m *Module) StandardEntries(ctx context.Context, _ casework.ExportInput, add func(casework.Facts) error) error {
	f := EntryFilter{}
	for {
		list, next, err := m.Entries(ctx, f)
		if err != nil {
			return err
		}
		for _, e := range list {
			c, err := m.liveOf(ctx, e.Entry)
			if err != nil {
				return err
			}
			var names []string
			for _, x := range c.Fields {
				names = append(names, x.Name)
			}
			if err := add(casework.Facts{"事项名称": short(c.Name, 50), "应用场景": c.Conditions, "政务服务数据提供方": e.Unit, "政务服务数据摘要": short(strings.Join(names, "、"), 50), "提供渠道": short(c.Source, 50), "更新周期": org.LabelOf(Cycles(), c.Cycle), "目录代码": e.Code, "共享属性": c.Class.Label()}); err != nil {
				return err
			}
		}
		if f.After = next; next == "" {
			return nil
		}
	}
}

// short cuts running text to a greatest number of characters.
func short(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}
