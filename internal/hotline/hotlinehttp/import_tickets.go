package hotlinehttp

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"

	"github.com/a-h/templ"

	"yichuang/internal/document/table"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// imports are the pages that take in tickets from a file of another system.
type imports struct{ Deps }

// Bounds of an import through the page; longer files go through the command line, which has no browser that waits.
const (
	importSize = 8 << 20
	importRows = 20_000
)

// importView is the import of a file: the form alone, what the file would do, or what it has done.
type importView struct {
	Form    *web.Form
	Report  *hotline.ImportReport
	Title   string // of the mapping
	Content string // the file, packed, kept in the page between preview and run
	Mapping string // the mapping: a name, or the text of a file
	Own     bool   // Mapping is the text of a file
	Name    string
	NoUnits bool // the reader may not make the units that the file needs
}

// ownMapping is the choice of a mapping file of one's own.
const ownMapping = "own"

func mappingOptions() []web.Option {
	var out []web.Option
	for _, name := range hotline.MappingNames() {
		m, _, err := hotline.BuiltinMapping(name)
		if err != nil {
			continue
		}
		label := m.Title
		if label == "" {
			label = name
		}
		out = append(out, web.Option{Value: name, Label: label})
	}
	return append(out, web.Option{Value: ownMapping, Label: "自己的字段对照文件", Hint: "YAML 或 JSON，写明每一栏对应工单的什么"})
}

func (s imports) form(c *web.Ctx) error { return c.Render(importPage(importView{})) }

// preview reads the file and says what would become of every row, without writing anything.
func (s imports) preview(c *web.Ctx) error {
	v := importView{Form: c.Form()}
	content, err := v.read()
	if err == nil && v.Form.OK() {
		err = s.run(c, &v, content, true)
	}
	if err != nil && !takeFile(v.Form, err) {
		return err
	}
	if v.Report == nil {
		return c.Invalid(importPage(v))
	}
	if v.Content, err = pack(content); err != nil {
		return err
	}
	return c.Render(importPage(v))
}

// read takes file and mapping from the form.
func (v *importView) read() ([]byte, error) {
	f := v.Form
	content, name, err := uploaded(f, "file", importSize)
	if err != nil {
		return nil, err
	}
	v.Name, v.Mapping = name, f.Text("mapping")
	switch {
	case content == nil:
		f.Fail("file", "请选择文件。")
	case v.Mapping == "":
		f.Fail("mapping", "请选择字段对照。")
	case v.Mapping == ownMapping:
		text, _, err := uploaded(f, "mapping_file", 1<<20)
		if err != nil {
			return nil, err
		}
		if text == nil {
			f.Fail("mapping_file", "请选择字段对照文件。")
		}
		v.Mapping, v.Own = string(text), true
	}
	return content, nil
}

// uploaded reads a file of the form whole; nil where none was chosen.
func uploaded(f *web.Form, field string, limit int64) (content []byte, name string, err error) {
	up := f.File(field)
	if up == nil || up.Size == 0 {
		return nil, "", nil
	}
	if up.Size > limit {
		f.Fail(field, "文件超过 %d MB。请拆分后再试，或由管理员用命令行导入。", limit>>20)
		return nil, up.Name, nil
	}
	file, err := up.Open()
	if err != nil {
		return nil, up.Name, err
	}
	defer file.Close()
	content, err = io.ReadAll(file)
	return content, up.Name, err
}

// run imports the file, or only checks it.
func (s imports) run(c *web.Ctx, v *importView, content []byte, dry bool) error {
	m, err := v.mapping()
	if err != nil {
		return err
	}
	v.Title = m.Title
	r, err := table.Open(v.Name, bytes.NewReader(content), int64(len(content)), table.Options{Expect: m.Columns(), Limits: table.Limits{Size: importSize, Rows: importRows}})
	if err != nil {
		return err
	}
	report, err := s.Hotline.Import(c.Context(), m, r, hotline.ImportOptions{DryRun: dry, Problems: 200})
	if err != nil {
		return err
	}
	v.Report = &report
	v.NoUnits = dry && len(report.Units) > 0 && !c.Can(org.PermUnitWrite)
	return nil
}

func (v *importView) mapping() (*hotline.Mapping, error) {
	if v.Own {
		return hotline.ReadMapping([]byte(v.Mapping))
	}
	m, ok, err := hotline.BuiltinMapping(v.Mapping)
	if err == nil && !ok {
		err = hotline.ErrMapping.Field("mapping", "没有这个字段对照，请重新选择。")
	}
	return m, err
}

// start runs the import that was previewed. A row that is there already is passed over, so that sending it twice does no
// harm.
func (s imports) start(c *web.Ctx) error {
	f := c.Form()
	v := importView{Form: f, Name: f.Text("name"), Mapping: f.Raw("mapping"), Own: f.Bool("own")}
	content, err := unpack(f.Raw("content"))
	if err != nil {
		return web.ErrForm.Wrap(err)
	}
	if err := s.run(c, &v, content, false); err != nil {
		if !takeFile(f, err) {
			return err
		}
		return c.Invalid(importPage(v))
	}
	return c.Render(importPage(v))
}

func pack(content []byte) (string, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b.Bytes()), nil
}

func unpack(text string) ([]byte, error) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(r, importSize+1))
	if err == nil && len(content) > importSize {
		err = fmt.Errorf("import of more than %d bytes", importSize)
	}
	return content, err
}

// hidden carries the previewed file to its run.
func (v importView) hidden() map[string]string {
	out := map[string]string{"content": v.Content, "mapping": v.Mapping, "name": v.Name}
	if v.Own {
		out["own"] = "1"
	}
	return out
}

func (v importView) tiles() []web.Tile {
	r := v.Report
	taken := "将导入"
	if !r.DryRun {
		taken = "已导入"
	}
	return []web.Tile{{Label: "读到", Value: grouped3(int64(r.Read)), Unit: "行"},
		{Label: taken, Value: grouped3(int64(r.Taken)), Unit: "张", Hint: fmt.Sprintf("已办结 %d：按时 %d，超期 %d，无结论 %d", r.Closed, r.OnTime, r.Late, r.Neither)},
		{Label: "以前导入过", Value: grouped3(int64(r.Existing)), Unit: "行", Hint: "不再重复导入"}, {Label: "拒绝", Value: grouped3(int64(r.Refused)), Unit: "行"}}
}

// problems lists refused rows, or rows taken with a reservation.
func problems(id, caption string, list []hotline.RowProblem) web.Table {
	t := web.Table{ID: id, Caption: caption, Columns: []web.Column{{Label: "行", Number: true}, {Label: "编号"}, {Label: "原因", Grow: true, Wrap: true}}}
	for _, p := range list {
		t.Rows = append(t.Rows, web.Row{Cells: []templ.Component{web.CellNumber(int64(p.Line)), web.CellText(p.Ref), web.CellText(p.Why)}})
	}
	return t
}

// shownText says how many of a longer list are shown.
func shownText(title string, shown, all int) string {
	if shown < all {
		return fmt.Sprintf("%s（前 %d 行，共 %d 行）", title, shown, all)
	}
	return fmt.Sprintf("%s（%d 行）", title, all)
}

// importedText says how an import ended.
func importedText(v importView) string {
	return fmt.Sprintf("导入结束：收下 %d 张，以前导入过 %d 行，拒绝 %d 行。文件：%s。", v.Report.Taken, v.Report.Existing, v.Report.Refused, v.Name)
}

func importedTone(v importView) web.Tone {
	if v.Report.Refused > 0 {
		return web.Warning
	}
	return web.Success
}

func newUnitsText(v importView) string {
	if v.Report.DryRun {
		return "将新建单位："
	}
	return "新建的单位："
}
