package demo

import (
	"context"
	"testing"

	"yichuang/internal/app"
	matter "yichuang/internal/complaint"
)

// checkMatters looks at the stuck matters and complaints of a demonstration: what is stored proves itself, and there are some of every
// part of their lives.
func checkMatters(t *testing.T, ctx context.Context, a *app.App) {
	t.Helper()
	if wrong, err := a.Complaint.Check(ctx); err != nil || len(wrong) > 0 {
		t.Errorf("matters: %+v %v", wrong, err)
	}
	for kind, states := range map[matter.Kind][]matter.State{
		matter.Stuck:     {matter.Handling, matter.Visiting, matter.Escalated, matter.Archived, matter.Refused},
		matter.Complaint: {matter.Investigating, matter.Archived},
	} {
		for _, s := range states {
			list, _, err := a.Complaint.List(ctx, matter.Filter{Kind: kind, State: s, Done: !s.Open()})
			if err != nil || len(list) == 0 {
				t.Errorf("no %s in %s, %v", kind, s, err)
			}
		}
	}
}
