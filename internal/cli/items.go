package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"yichuang/internal/document/table"
	"yichuang/internal/item"
)

// ItemsCmd is the command items: the catalogue of items in bulk.
type ItemsCmd struct {
	Import ItemsImportCmd `cmd:"" help:"导入事项清单（CSV、XLSX 或 JSONL），可重复执行"`
	Export ItemsExportCmd `cmd:"" help:"按 GB/T 39046 的字段名导出事项（CSV 或 JSONL），可以再导入"`
}

// ItemsExportCmd writes the catalogue of items.
type ItemsExportCmd struct {
	JSON     bool `name:"json" help:"每行一个 JSON 对象；不选为 CSV"`
	InCentre `embed:""`
}

// Run writes every item, in the version in force or, without one, the newest.
func (c *ItemsExportCmd) Run(g *Globals) (err error) {
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	rows := func(add func([]string) error) error { return a.Item.Export(ctx, add) }
	if c.JSON {
		return item.WriteLines(g.Out, rows)
	}
	return writeCSV(g.Out, item.ListColumns(), rows)
}

// writeCSV writes a head and rows.
func writeCSV(out io.Writer, head []string, rows func(add func([]string) error) error) error {
	w := csv.NewWriter(out)
	if err := w.Write(head); err != nil {
		return err
	}
	err := rows(w.Write)
	w.Flush()
	return errors.Join(err, w.Error())
}

// ItemsImportCmd makes items from a list.
type ItemsImportCmd struct {
	File        string `arg:"" help:"要导入的文件" placeholder:"文件"`
	CreateUnits bool   `help:"没有的单位一并新建"`
	DryRun      bool   `help:"只预览，不导入"`
	InCentre    `embed:""`
}

// Run reads the list, says what it would do, and imports all rows or none.
func (c *ItemsImportCmd) Run(g *Globals) (err error) {
	file, err := g.openTable(c.File, table.Options{Expect: item.ImportHeads()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	list, err := item.ReadList(filepath.Base(c.File), file)
	if err != nil {
		return err
	}
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	received, err := a.Item.Receive(ctx, list, "")
	if err != nil {
		return err
	}
	p, err := a.Item.Preview(ctx, received.ID, c.CreateUnits)
	if err != nil {
		return err
	}
	for i, x := range p.Problems {
		if i == 20 {
			fmt.Fprintf(g.Out, "  另有 %d 行有误。\n", len(p.Problems)-i)
			break
		}
		fmt.Fprintf(g.Out, "  第 %d 行：%v\n", x.Line, x.Problems)
	}
	verb := "可以导入"
	if !c.DryRun {
		if p, err = a.Item.Apply(ctx, received.ID, c.CreateUnits); err != nil {
			return err
		}
		verb = "已导入"
	}
	fmt.Fprintf(g.Out, "读取 %d 行：%s，新增 %d 个，变更 %d 个，没有变化 %d 个，有误 %d 行，新建单位 %d 个。\n", len(list.Lines), verb, p.New, p.Changed, p.Same, p.Refused, len(p.Units))
	return nil
}
