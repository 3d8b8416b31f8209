package hotlinehttp

import (
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

// stored is what the form of the chosen deed shows of the ticket now, so that a later conflict can tell who changed what.
func (v *recordView) stored() []web.Stored {
	var out []web.Stored
	for _, f := range storedFields(v.deed.action) {
		out = append(out, web.Stored{Name: f.name, Label: f.label, Value: f.value(v), Show: func(value string) string { return v.readable(f.name, value) }})
	}
	return out
}

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
