package hotlinehttp

import (
	"encoding/json"
	"strings"

	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// storedField is a field of an action's form whose value is kept with the ticket, so that two people can change it.
type storedField struct {
	name, label string
	value       func(v *recordView) string // as the form shows it
}

var classifiedFields = []storedField{
	{"category", "事项分类", func(v *recordView) string { return v.categoryText(v.Category) }},
	{"area", "所属区域", func(v *recordView) string { return v.areaText(v.Area) }},
	{"urgency", "紧急程度", func(v *recordView) string { return v.Urgency }},
	{"accused_unit", "被反映单位", func(v *recordView) string { return v.AccusedUnit }},
}

var replyFieldsStored = []storedField{
	{"reply_public", "公开答复", func(v *recordView) string { return v.draftReply().ReplyPublic }},
	{"solved", "办理结果", func(v *recordView) string { return v.draftReply().Solved }},
	{"contacted_at", "与来电人联系的时间", func(v *recordView) string { return inputMoment(v.draftReply().ContactedAt) }},
	{"reply_internal", "内部说明", func(v *recordView) string { return v.draftReply().ReplyInside }},
}

// storedFields lists what the form of an action shows of the ticket.
func storedFields(a hotline.Action) []storedField {
	switch a {
	case hotline.ActAccept, hotline.ActDispatch:
		return classifiedFields
	case hotline.ActPropose, hotline.ActSubmit:
		return replyFieldsStored
	case hotline.ActCorrect:
		return correctedFields
	}
	return nil
}

// shownValues is what the form shows of the ticket now, as a hidden field, so that a later conflict can tell who changed
// what. "" where the form shows nothing of it.
func (v *recordView) shownValues() string {
	fields := storedFields(v.deed.action)
	if len(fields) == 0 {
		return ""
	}
	values := map[string]string{}
	for _, f := range fields {
		values[f.name] = f.value(v)
	}
	b, err := json.Marshal(values)
	if err != nil {
		return ""
	}
	return string(b)
}

// difference is a field that somebody else has changed since the form was opened.
type difference struct {
	Label     string
	Now, Mine [3]string // beginning and end that both have in common, and between them what differs
	Taken     bool      // the reader had not touched it, so the form shows what is stored now
}

// differences compares, field by field, what is stored now with what was typed: what only somebody else changed is put
// into the form, what both changed stays as it was typed and is shown side by side.
func (v *recordView) differences() []difference {
	var opened map[string]string
	if json.Unmarshal([]byte(v.form.Raw("shown")), &opened) != nil {
		return nil
	}
	var out []difference
	for _, f := range storedFields(v.deed.action) {
		was, now, mine := tidyLines(opened[f.name]), tidyLines(f.value(v)), v.form.Text(f.name)
		if now == was || now == mine {
			continue
		}
		d := difference{Label: f.label, Taken: mine == was}
		d.Now, d.Mine = compared(v.readable(f.name, now), v.readable(f.name, mine))
		if d.Taken {
			v.form.Put(f.name, now)
		}
		out = append(out, d)
	}
	return out
}

func tidyLines(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }

// readable shows a value that forms hold as a code.
func (v *recordView) readable(name, value string) string {
	switch name {
	case "accused_unit":
		if value != "" {
			return v.unitName(value)
		}
	case "contacted_at":
		return strings.Replace(value, "T", " ", 1)
	case "confidential":
		return orNone(confidentialLabel(value), "不保密")
	}
	return value
}

func orNone(s, none string) string {
	if s == "" {
		return none
	}
	return s
}

// compared cuts two texts into the beginning and the end that they share and what differs between them.
func compared(a, b string) (x, y [3]string) {
	ra, rb := []rune(a), []rune(b)
	from := 0
	for from < len(ra) && from < len(rb) && ra[from] == rb[from] {
		from++
	}
	to := 0
	for to < len(ra)-from && to < len(rb)-from && ra[len(ra)-1-to] == rb[len(rb)-1-to] {
		to++
	}
	cut := func(r []rune) [3]string {
		return [3]string{string(r[:from]), string(r[from : len(r)-to]), string(r[len(r)-to:])}
	}
	return cut(ra), cut(rb)
}

// conflict notes what happened since the form was opened.
func (v *recordView) conflict(f *web.Form) {
	v.changes = v.since(f.Int("seen"))
	v.differs = v.differences()
}
