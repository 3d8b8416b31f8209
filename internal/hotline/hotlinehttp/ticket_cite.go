package hotlinehttp

import (
	"yichuang/internal/hotline"
	"yichuang/internal/knowledge"
	"yichuang/internal/web"
)

// suggestedEntries is how many knowledge entries stand above an answer.
const suggestedEntries = 5

// adviseEntries looks for knowledge entries while an answer is written, and for those that the ticket's answers rest on.
func (s desks) adviseEntries(c *web.Ctx, v *recordView) error {
	if !c.Can(knowledge.PermRead) {
		return nil
	}
	var err error
	if v.citations, err = s.Hotline.Citations(c.Context(), string(v.ID)); err != nil {
		return err
	}
	if v.deed.action != hotline.ActAnswer && v.deed.action != hotline.ActSubmit {
		return nil
	}
	v.entries, err = s.Knowledge.Suggest(c.Context(), v.Title+"\n"+v.Content, suggestedEntries)
	return err
}

// citable are the suggested entries as choices, the likest first.
func (v *recordView) citable() []web.Option {
	out := make([]web.Option, len(v.entries))
	for i, e := range v.entries {
		out[i] = web.Option{Value: e.No, Label: e.No + " " + e.Title}
	}
	return out
}

func citeLabel(v recordView) string {
	if len(v.entries) > 0 {
		return "引用其他条目"
	}
	return "引用知识条目"
}
