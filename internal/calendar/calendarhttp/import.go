package calendarhttp

import (
	"io"
	"strconv"

	"yichuang/internal/calendar"
	"yichuang/internal/errs"
	"yichuang/internal/web"
)

// importView is the import page: the form alone, or with what the file would change.
type importView struct {
	Form    *web.Form
	Area    string
	Text    string // of the file, kept in the page between preview and confirmation
	Preview *calendar.Preview
	Input   calendar.Publication
	Today   string
}

// maxText is the greatest file that the page takes: years of days are a few kilobytes.
const maxText = 256 << 10

func (h *handlers) importForm(c *web.Ctx) error {
	v, err := h.importView(c)
	if err != nil {
		return err
	}
	v.Form = nil
	return c.Render(importPage(v))
}

func (h *handlers) importView(c *web.Ctx) (importView, error) {
	cal, err := h.Calendar.Calendar(c.Context(), "")
	if err != nil {
		return importView{}, err
	}
	return importView{Form: c.Form(), Area: cal.Area(), Today: c.Now().Date().String()}, nil
}

// publication reads the form; text is the file's.
func publication(f *web.Form, text string) calendar.Publication {
	p := calendar.Publication{
		Layer: calendar.Layer(f.Required("layer", "层级")), Area: f.Text("area"), Mode: calendar.Mode(f.Text("mode")),
		Document:  calendar.Document{Title: f.Required("title", "依据文件名称"), Number: f.Text("number"), URL: f.Text("url")},
		Effective: f.Date("effective"), Seen: f.Int("seen"),
	}
	years, err := calendar.ReadDays([]byte(text))
	if err != nil {
		e := errs.As(err)
		f.Say("%s", e.Public)
		for _, field := range e.Fields {
			f.Fail("file", "%s", field.Public)
		}
	}
	p.Years = years
	return p
}

// importPreview reads the file and shows, day by day, what publishing it would change.
func (h *handlers) importPreview(c *web.Ctx) error {
	v, err := h.importView(c)
	if err != nil {
		return err
	}
	if v.Text, err = uploadedText(v.Form); err != nil {
		if !v.Form.Take(err) {
			return err
		}
		return c.Invalid(importPage(v))
	}
	if v.Text == "" {
		v.Form.Fail("file", "请选择文件，或把内容粘贴到文本框。")
		return c.Invalid(importPage(v))
	}
	v.Input = publication(v.Form, v.Text)
	if !v.Form.OK() {
		return c.Invalid(importPage(v))
	}
	preview, err := h.Calendar.Preview(c.Context(), v.Input)
	if err != nil {
		if !v.Form.Take(err) {
			return err
		}
		return c.Invalid(importPage(v))
	}
	v.Preview = &preview
	return c.Render(importPage(v))
}

// uploadedText is the file chosen, else the text pasted.
func uploadedText(f *web.Form) (string, error) {
	up := f.File("file")
	if up == nil || up.Size == 0 {
		return f.Text("text"), nil
	}
	if up.Size > maxText {
		f.Fail("file", "文件超过 256 KB，不像是放假安排。")
		return "", nil
	}
	file, err := up.Open()
	if err != nil {
		return "", err
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, maxText))
	if err != nil {
		return "", err
	}
	return calendar.FileText(b)
}

// importPublish puts the previewed days in force.
func (h *handlers) importPublish(c *web.Ctx) error {
	v, err := h.importView(c)
	if err != nil {
		return err
	}
	v.Text = v.Form.Text("text")
	v.Input = publication(v.Form, v.Text)
	if !v.Form.OK() {
		return c.Invalid(importPage(v))
	}
	change, err := h.Calendar.Publish(c.Context(), v.Input)
	if err != nil {
		if !v.Form.Take(err) {
			return err
		}
		return c.Invalid(importPage(v))
	}
	c.Flash(web.Success, "已发布，日历更新为第 "+strconv.FormatInt(change.Revision, 10)+" 版。未办结事项的时限正在按新日历重算，已办结的不变。")
	return c.Redirect("/calendar?year=" + strconv.Itoa(change.Years[0]))
}

// hidden carries the previewed publication to its confirmation.
func (v importView) hidden() map[string]string {
	p := v.Input
	return map[string]string{"layer": string(p.Layer), "area": p.Area, "mode": string(p.Mode), "title": p.Document.Title, "number": p.Document.Number, "url": p.Document.URL,
		"effective": p.Effective.String(), "seen": strconv.FormatInt(v.Preview.Revision, 10), "text": v.Text}
}

func modeOptions() []web.Option {
	return []web.Option{
		{Value: string(calendar.Replace), Label: "整年替换", Hint: "文件就是这一年的全部安排；文件里没有的日期恢复为按周计算。"},
		{Value: string(calendar.Merge), Label: "补充", Hint: "只增加或更改文件里列出的日期，其余保持不变。"},
	}
}
