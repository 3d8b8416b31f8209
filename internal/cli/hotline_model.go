package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"yichuang/internal/errs"
	"yichuang/internal/learn"
)

// Errors of the commands that work with a model.
var (
	ErrTrainInput = errs.New(errs.Invalid, "cli.train_input", "从文件训练要写明 --in 和 --out；用本中心的办结工单训练，两个都不写。")
	ErrModelFile  = errs.New(errs.Invalid, "cli.model_file", "读不到模型文件。请检查 --model 写的文件名和权限。")
	ErrWrite      = errs.New(errs.Unavailable, "cli.write", "写不出文件。请检查目录、权限和磁盘空间。")
	ErrEvaluate   = errs.New(errs.Invalid, "cli.evaluate", "请用 --model 写明要检验的模型，或用 --folds 写明交叉验证的份数（2 至 20）。")
)

// HotlineTrainCmd trains a classifier, from files or from the centre's own closed orders.
type HotlineTrainCmd struct {
	In       string `help:"样本（JSONL：title、content、label，每行一条）" placeholder:"文件"`
	Tokens   string `help:"已分词的样本（CSV：row_id、label、tokens）" placeholder:"文件"`
	Out      string `help:"模型写到哪里" placeholder:"文件"`
	Seed     uint64 `help:"随机种子：同样的样本和种子得到同样的模型" default:"1"`
	JSON     bool   `name:"json" help:"输出 JSON"`
	InCentre `embed:""`
}

// Run trains and says how the model did on what was held back.
func (c *HotlineTrainCmd) Run(g *Globals) error {
	if c.In == "" && c.Out == "" && c.Tokens == "" {
		return c.centre(g)
	}
	if c.In == "" || c.Out == "" {
		return ErrTrainInput
	}
	examples, err := readExamples(c.In, c.Tokens)
	if err != nil {
		return err
	}
	m, err := learn.Train(g.Ctx, examples, learn.Options{Seed: c.Seed})
	if err != nil {
		return err
	}
	if err := writeModel(m, c.Out); err != nil {
		return err
	}
	a := m.About()
	if c.JSON {
		return json.NewEncoder(g.Out).Encode(a)
	}
	fmt.Fprintf(g.Out, "用 %d 条样本训练了 %d 类，写到 %s。\n特征 %d 个，词 %d 个，校验值 %s。\n留出检验（轮流留出三分之一，模型没有见过）：\n", a.Examples, a.Labels, c.Out, a.Features, a.Words, a.Hash)
	printMeasure(g.Out, a.HeldBack)
	return nil
}

// readExamples reads the files of examples.
func readExamples(in, tokens string) (examples []learn.Example, err error) {
	lines, err := openFile(in)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, lines.Close()) }()
	if tokens == "" {
		return learn.ReadExamples(lines, nil)
	}
	cut, err := openFile(tokens)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, cut.Close()) }()
	return learn.ReadExamples(lines, cut)
}

func openFile(name string) (*os.File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, ErrFile.Say("读不到文件 %s。请检查文件名和权限。", name).Wrap(err)
	}
	return f, nil
}

// writeModel writes the file beside its place and then moves it there, so that no half of a model is ever found.
func writeModel(m *learn.Model, name string) error {
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return ErrWrite.Wrap(err)
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".model-*")
	if err != nil {
		return ErrWrite.Wrap(err)
	}
	_, err = f.Write(b.Bytes())
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return ErrWrite.Wrap(errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

func readModel(name string) (*learn.Model, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, ErrModelFile.Wrap(err)
	}
	m, err := learn.Read(bufio.NewReaderSize(f, 1<<20))
	return m, errors.Join(err, f.Close())
}

// HotlineClassifyCmd classifies what comes on the standard input.
type HotlineClassifyCmd struct {
	Model string `required:"" help:"训练好的模型" placeholder:"文件"`
	In    string `help:"要分类的 JSONL（title、content）；不写就读标准输入" placeholder:"文件"`
}

// Run writes a line for every line.
func (c *HotlineClassifyCmd) Run(g *Globals) (err error) {
	m, err := readModel(c.Model)
	if err != nil {
		return err
	}
	in := io.Reader(os.Stdin)
	if c.In != "" {
		f, err := openFile(c.In)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	out := bufio.NewWriter(g.Out)
	defer func() { err = errors.Join(err, out.Flush()) }()
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	return learn.Lines(in, func(_ int, l learn.Line) error { return lines.Encode(m.Predict(l.Text())) })
}

// HotlineEvaluateCmd measures a model, or the kind of model, on labelled texts.
type HotlineEvaluateCmd struct {
	File   string `arg:"" help:"带类别的样本（JSONL：title、content、label）" placeholder:"文件"`
	Model  string `help:"要检验的模型" placeholder:"文件"`
	Folds  int    `help:"交叉验证：分成几份，轮流用其余各份训练、用这一份检验" placeholder:"份数"`
	Tokens string `help:"交叉验证时一并使用的已分词样本（CSV）" placeholder:"文件"`
	Seed   uint64 `help:"随机种子" default:"1"`
	JSON   bool   `name:"json" help:"输出 JSON"`
}

// Run measures and prints.
func (c *HotlineEvaluateCmd) Run(g *Globals) error {
	if (c.Model == "") == (c.Folds == 0) || c.Folds != 0 && (c.Folds < 2 || c.Folds > 20) {
		return ErrEvaluate
	}
	examples, err := readExamples(c.File, c.Tokens)
	if err != nil {
		return err
	}
	m, err := c.measure(g, examples)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(g.Out).Encode(m)
	}
	printMeasure(g.Out, m)
	return nil
}

func (c *HotlineEvaluateCmd) measure(g *Globals, examples []learn.Example) (learn.Measure, error) {
	if c.Folds > 0 {
		return learn.Cross(g.Ctx, examples, c.Folds, learn.Options{Seed: c.Seed}, func(part int, m learn.Measure) {
			fmt.Fprintf(g.Err, "第 %d 份：%d 条，准确率 %.4f，宏平均 F1 %.4f\n", part, m.Texts, m.Accuracy, m.MacroF1)
		})
	}
	model, err := readModel(c.Model)
	if err != nil {
		return learn.Measure{}, err
	}
	t := learn.NewTally()
	for _, e := range examples {
		t.Add(e.Label, model.Predict(e.Text))
	}
	return t.Measure(), nil
}

// printMeasure prints figures, the labels by size.
func printMeasure(w io.Writer, m learn.Measure) {
	fmt.Fprintf(w, "样本 %d 条：准确率 %d/%d = %.4f，前三命中 %d/%d = %.4f，宏平均 F1 %.4f，校准误差 %.4f\n", m.Texts, m.Right, m.Texts, m.Accuracy, m.RightTop3, m.Texts, m.Top3, m.MacroF1, m.Error)
	for _, l := range m.Labels {
		fmt.Fprintf(w, "  %s：%d 条，查准 %.4f，查全 %.4f，F1 %.4f\n", l.Label, l.Texts, l.Precision, l.Recall, l.F1)
	}
}
