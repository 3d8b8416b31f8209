package cli

import (
	"errors"
	"fmt"

	"yichuang/internal/document/table"
	"yichuang/internal/hotline"
)

// HotlineCategoriesCmd imports the centre's own classification of requests.
type HotlineCategoriesCmd struct {
	File     string `arg:"" help:"名单（XLSX 或 CSV），列为：分类代码、分类名称、上级代码、状态、原代码；后三列可以没有" placeholder:"文件"`
	Retire   bool   `help:"停用名单里没有的分类"`
	Title    string `help:"这一版的名称" placeholder:"名称"`
	Basis    string `help:"依据的文件" placeholder:"文号"`
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
	list.Retire, list.Title, list.Basis = c.Retire, c.Title, c.Basis
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	done, err := a.Hotline.PublishCategories(ctx, list)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(g.Out, "事项分类：新增 %d，改名 %d，修改 %d，不变 %d，停用 %d，对应 %d。\n", done.Added, done.Renamed, done.Changed, done.Same, done.Retired, done.Moved)
	return err
}
