package cli

import (
	"errors"
	"fmt"

	"yichuang/internal/document/table"
	"yichuang/internal/finance"
	"yichuang/internal/finance/fiscal"
)

// AccountsTemplateCmd is the command accounts template: layouts of tables and texts that a centre adds from files.
type AccountsTemplateCmd struct {
	Check AccountsTemplateCheckCmd `cmd:"" help:"检查一份版式或说明文本，不用数据库"`
	Add   AccountsTemplateAddCmd   `cmd:"" help:"检查并保存一份版式或说明文本；同一个 id 是下一版"`
	List  AccountsTemplateListCmd  `cmd:"" help:"列出版式和说明文本"`
	Print AccountsTemplatePrintCmd `cmd:"" help:"输出一份版式或说明文本，改好后可以再加进来"`
}

// AccountsTemplateCheckCmd checks a file.
type AccountsTemplateCheckCmd struct {
	Kind finance.TemplateKind `arg:"" help:"layout 表的版式，texts 说明文本" enum:"layout,texts" placeholder:"种类"`
	File string               `arg:"" help:"YAML 文件" placeholder:"文件"`
}

// Run checks and says what was found.
func (c *AccountsTemplateCheckCmd) Run(g *Globals) error {
	source, err := g.readTemplate(c.File)
	if err != nil {
		return err
	}
	t, err := finance.ReadTemplate(c.Kind, source)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(g.Out, "检查通过：%s（%s），适用%s，从 %d 年起。\n", t.Title, t.Name, t.Region, t.FromYear)
	return err
}

// readTemplate reads a file that a command names.
func (g *Globals) readTemplate(path string) ([]byte, error) {
	b, err := g.readFile(path)
	if err != nil {
		return nil, ErrAccountsFile.Say("文件 %s 打不开。请检查路径和权限。", path).Wrap(err)
	}
	return b, nil
}

// AccountsTemplateAddCmd adds a file to the centre's templates.
type AccountsTemplateAddCmd struct {
	Kind     finance.TemplateKind `arg:"" help:"layout 表的版式，texts 说明文本" enum:"layout,texts" placeholder:"种类"`
	File     string               `arg:"" help:"YAML 文件" placeholder:"文件"`
	InCentre `embed:""`
}

// Run checks and keeps it.
func (c *AccountsTemplateAddCmd) Run(g *Globals) (err error) {
	source, err := g.readTemplate(c.File)
	if err != nil {
		return err
	}
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	t, err := a.Finance.AddTemplate(ctx, c.Kind, source)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(g.Out, "%s 已保存为 %s。请到账套的“设置”里选择。\n", t.Title, t.Key())
	return err
}

// AccountsTemplateListCmd lists the templates of a centre.
type AccountsTemplateListCmd struct {
	InCentre `embed:""`
}

// Run lists.
func (c *AccountsTemplateListCmd) Run(g *Globals) (err error) {
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	for _, kind := range finance.TemplateKinds() {
		list, err := a.Finance.Templates(ctx, kind)
		if err != nil {
			return err
		}
		fmt.Fprintln(g.Out, kind.Label())
		for _, t := range list {
			fmt.Fprintf(g.Out, "  %s\t%s\t%s\t从 %d 年起\n", t.Key(), t.Title, t.Region, t.FromYear)
		}
	}
	return nil
}

// AccountsTemplatePrintCmd prints the file of a template.
type AccountsTemplatePrintCmd struct {
	Kind     finance.TemplateKind `arg:"" help:"layout 表的版式，texts 说明文本" enum:"layout,texts" placeholder:"种类"`
	Key      string               `arg:"" help:"名称，如 gansu-2024；本中心加的写 名称@版本" placeholder:"名称"`
	InCentre `embed:""`
}

// Run prints.
func (c *AccountsTemplatePrintCmd) Run(g *Globals) (err error) {
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	t, err := a.Finance.Template(ctx, c.Kind, c.Key)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(g.Out, t.Source)
	return err
}

// AccountsSubjectsCmd imports the codes of a year from a file.
type AccountsSubjectsCmd struct {
	Scheme   fiscal.Scheme `arg:"" help:"func 功能分类，econ 经济分类" enum:"func,econ" placeholder:"分类"`
	File     string        `arg:"" help:"XLSX 或 CSV，列为：科目代码、科目名称" placeholder:"文件"`
	Year     int           `required:"" help:"年度，要已经建立账套" placeholder:"年度"`
	InCentre `embed:""`
}

// Run imports and says how many.
func (c *AccountsSubjectsCmd) Run(g *Globals) (err error) {
	file, err := g.openTable(c.File, table.Options{Expect: finance.SubjectColumns()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	list, err := finance.ReadSubjects(file, c.Scheme)
	if err != nil {
		return err
	}
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.Finance.ImportSubjects(ctx, c.Year, c.File, list); err != nil {
		return err
	}
	_, err = fmt.Fprintf(g.Out, "已导入 %d 年的%s %d 个。\n", c.Year, c.Scheme.Label(), len(list))
	return err
}
