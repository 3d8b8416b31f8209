package hotlinehttp

import (
	"slices"
	"strings"

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
	if v.deed.action != hotline.ActAnswer && v.deed.action != hotline.ActSubmit && v.deed.action != hotline.ActPropose {
		return nil
	}
	limits, err := s.Hotline.Limits(c.Context())
	if err != nil {
		return err
	}
	v.mustCite = limits.MustCite(v.Category) && (v.leg == nil || v.leg.Role == hotline.Lead)
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

// proposedCites are the entries that the liaison named with the proposal.
func (v *recordView) proposedCites() []string {
	if v.leg == nil {
		return nil
	}
	return strings.Fields(v.leg.Cites)
}

// otherCites are those of them that are not among the suggested ones.
func (v *recordView) otherCites() string {
	return strings.Join(slices.DeleteFunc(v.proposedCites(), func(no string) bool {
		return slices.ContainsFunc(v.entries, func(e knowledge.Suggested) bool { return e.No == no })
	}), " ")
}

func (v *recordView) citeHint() string {
	hint := "填编号，如 ZS00012，多条用空格隔开。过期或下架的条目不能引用；"
	if v.mustCite {
		return hint + "本中心规定这类诉求的答复须引用知识条目。"
	}
	return hint + "没有合适的条目就不填，会记为知识缺口。"
}

func citeLabel(v recordView) string {
	if len(v.entries) > 0 {
		return "引用其他条目"
	}
	return "引用知识条目"
}
