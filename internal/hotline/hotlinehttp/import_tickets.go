package hotlinehttp

import (
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/document/xlsx"
	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// imports are the pages that take in tickets from a file of another system.
type imports struct{ Deps }

// importView is the import of a file: the form alone, how far it is, what the file would do, or what it has done.
type importView struct {
	Form   *web.Form
	Run    hotline.ImportRun
	Title  string // of the mapping
	Report *hotline.ImportReport
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

func (s imports) form(c *web.Ctx) error { return c.Render(importFormPage(nil)) }

// preview takes the file and looks what would become of every row, without writing a ticket.
func (s imports) preview(c *web.Ctx) error {
	form := c.Form()
	file, err := readImport(form)
	if err == nil && form.OK() {
		var run hotline.ImportRun
		if run, err = s.Hotline.StartImport(c.Context(), file); err == nil {
			return c.Redirect(importPath(run.ID))
		}
	}
	if err != nil && !takeFile(form, err) {
		return err
	}
	return c.Invalid(importFormPage(form))
}

// readImport takes file and mapping from the form.
func readImport(f *web.Form) (hotline.ImportFile, error) {
	out := hotline.ImportFile{DryRun: true}
	content, name, err := uploaded(f, "file", hotline.ImportFileSize)
	if err != nil {
		return out, err
	}
	out.Name, out.Content, out.Mapping = name, content, f.Text("mapping")
	switch {
	case content == nil:
		f.Fail("file", "请选择文件。")
	case out.Mapping == "":
		f.Fail("mapping", "请选择字段对照。")
	case out.Mapping == ownMapping:
		text, _, err := uploaded(f, "mapping_file", 1<<20)
		if err != nil {
			return out, err
		}
		if text == nil {
			f.Fail("mapping_file", "请选择字段对照文件。")
		}
		out.Mapping, out.Own = string(text), true
	}
	return out, nil
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

func importPath(id string, below ...string) string {
	return strings.Join(append([]string{"/hotline/import/" + url.PathEscape(id)}, below...), "/")
}

// show is how far an import is, and once it has ended what became of the rows.
func (s imports) show(c *web.Ctx) error {
	run, err := s.Hotline.ImportRunOf(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	v := importView{Run: run, Report: run.Report, Title: "自己的字段对照文件"}
	if m, ok, err := hotline.BuiltinMapping(run.Mapping); ok && err == nil && !run.Own {
		v.Title = m.Title
	}
	return c.Render(importPage(v))
}

// progress answers the bar of an import.
func (s imports) progress(c *web.Ctx) error {
	run, err := s.Hotline.ImportRunOf(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	finished := ""
	if run.State.Ended() {
		finished = importPath(run.ID)
	}
	return c.Progress(int(run.Done), int(run.Total), progressText(run), finished)
}

func progressText(r hotline.ImportRun) string {
	if r.State == hotline.ImportWaiting {
		return "等待开始"
	}
	if r.Total > 0 {
		return "已处理 " + grouped3(r.Done) + " 行，共 " + grouped3(r.Total) + " 行"
	}
	return "已处理 " + grouped3(r.Done) + " 行"
}

// apply takes in the file that was previewed. A row that is there already is passed over, so that sending it twice does
// no harm.
func (s imports) apply(c *web.Ctx) error {
	run, err := s.Hotline.ApplyImport(c.Context(), c.Param("id"), c.Form().Text("key"))
	if err != nil {
		return err
	}
	return c.Redirect(importPath(run.ID))
}

func (s imports) stop(c *web.Ctx) error {
	run, err := s.Hotline.StopImport(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	c.Flash(web.Info, "已要求停止。已经收下的工单保留，同一个文件以后可以接着导入。")
	return c.Redirect(importPath(run.ID))
}

// problemColumns are those of the lists of refused and noted rows.
var problemColumns = []xlsx.Column{{Label: "行", Kind: xlsx.Int, Width: 8}, {Label: "编号", Width: 24}, {Label: "结果", Width: 10}, {Label: "原因", Width: 90}}

// refused sends the refused rows, and those taken with a reservation, as a spreadsheet.
func (s imports) refused(c *web.Ctx) error {
	run, err := s.Hotline.ImportRunOf(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	if run.Report == nil {
		return hotline.ErrImportState
	}
	sheet := xlsx.Sheet{Name: "未收下的行", Title: "导入未收下和有说明的行", Note: "文件：" + run.FileName + "；" + run.EndedAt.String(), Columns: problemColumns}
	return c.Stream("未收下的行 "+strings.TrimSuffix(run.FileName, path.Ext(run.FileName))+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			for _, p := range run.Report.Refusals {
				if err := add(p.Line, p.Ref, "拒绝", p.Why); err != nil {
					return err
				}
			}
			for _, p := range run.Report.Notes {
				if err := add(p.Line, p.Ref, "有说明", p.Why); err != nil {
					return err
				}
			}
			return nil
		})
	})
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
	r := v.Report
	switch {
	case v.Run.State == hotline.ImportStopped:
		return fmt.Sprintf("导入已停止：停止前收下 %d 张，其余的行没有处理。文件：%s。", r.Taken, v.Run.FileName)
	case v.Run.State == hotline.ImportFailed:
		return fmt.Sprintf("导入没有完成：%s 出错前收下 %d 张，改正后可以用同一个文件再来一次。文件：%s。", v.Run.Fault, r.Taken, v.Run.FileName)
	case r.DryRun:
		return "这是预览，还没有写入任何内容。文件：" + v.Run.FileName + "；字段对照：" + v.Title + "。"
	}
	return fmt.Sprintf("导入结束：收下 %d 张，以前导入过 %d 行，拒绝 %d 行。文件：%s。", r.Taken, r.Existing, r.Refused, v.Run.FileName)
}

func importedTone(v importView) web.Tone {
	switch {
	case v.Run.State == hotline.ImportFailed:
		return web.Danger
	case v.Run.State == hotline.ImportStopped, v.Report.Refused > 0 && !v.Report.DryRun:
		return web.Warning
	case v.Report.DryRun:
		return web.Info
	}
	return web.Success
}

func importTitle(v importView) string {
	switch {
	case !v.Run.State.Ended() && v.Run.DryRun:
		return "正在检查文件"
	case !v.Run.State.Ended():
		return "正在导入"
	case v.Run.DryRun:
		return "导入预览"
	}
	return "导入结果"
}

func (v importView) bar() web.Progress {
	return web.Progress{Label: v.Run.FileName, Done: int(v.Run.Done), Total: int(v.Run.Total), Text: progressText(v.Run), Src: importPath(v.Run.ID, "progress"), Cancel: importPath(v.Run.ID, "stop")}
}

// shownProblems is how many refused or noted rows the page lists; the spreadsheet has them all.
const shownProblems = 200

func firstProblems(list []hotline.RowProblem) []hotline.RowProblem {
	return list[:min(len(list), shownProblems)]
}

func newUnitsText(v importView) string {
	if v.Report.DryRun {
		return "将新建单位："
	}
	return "新建的单位："
}
