package cli

import (
	"errors"
	"fmt"

	"yichuang/internal/document/table"
	"yichuang/internal/hotline"
)

// HotlineCategoriesCmd imports the centre's own classification of requests.
type HotlineCategoriesCmd struct {
	File     string `arg:"" help:"名单（XLSX 或 CSV），列为：分类代码、分类名称、上级代码、状态；后两列可以没有" placeholder:"文件"`
	Retire   bool   `help:"停用名单里没有的分类"`
	InCentre `embed:""`
}

// Run imports and says what changed.
func (c *HotlineCategoriesCmd) Run(g *Globals) (err error) {
	file, err := g.openTable(c.File, table.Options{Expect: hotline.CategoryColumns})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	list, err := hotline.ReadCategories(file)
	if err != nil {
		return err
	}
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	done, err := a.Hotline.ImportCategories(ctx, list, c.Retire)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(g.Out, "事项分类：新增 %d，修改 %d，不变 %d，停用 %d。\n", done.Added, done.Changed, done.Same, done.Retired)
	return err
}
