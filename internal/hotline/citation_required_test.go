package hotline_test

import (
	"errors"
	"strings"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

// demandCites makes answers of some categories cite the knowledge base.
func demandCites(t *testing.T, w *hotlinetest.World, categories string) {
	t.Helper()
	if err := w.Hotline.ChangeParameter(w.As(t, org.RoleAdmin), hotline.Parameter{Name: "cite_required", Value: 1, Categories: categories}); err != nil {
		t.Fatal(err)
	}
}

// uncited checks a refusal for want of a citation, and that it says what could be cited.
func uncited(t *testing.T, what string, err error, could string) {
	t.Helper()
	var e *errs.Error
	if !errors.Is(err, hotline.ErrUncited) || !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Name != "cite_other" || !strings.Contains(e.Fields[0].Public, could) {
		t.Errorf("%s: %v, want a refusal that names %s", what, err, could)
	}
}

// TestAnswersCiteWhereTheCentreDemandsIt: a direct answer, a proposed reply and a submitted one must rest on an entry in the
// categories that the centre names; elsewhere they need not, and a helping unit's reply never.
func TestAnswersCiteWhereTheCentreDemandsIt(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		agent, liaison, head := w.As(t, org.RoleAgent), w.In(t, w.Unit.ID, org.RoleLiaison), w.In(t, w.Unit.ID, org.RoleUnitHead)
		good := w.Entry(t, "结婚登记办理", clock.NoDate)
		demandCites(t, w, "15")

		o := w.Ticket(t, hotline.Draft, consult)
		_, err := w.Hotline.Answer(agent, hotlinetest.Command(o), "请带身份证到二楼。")
		uncited(t, "a direct answer", err, good.No+" 结婚登记办理")
		if d := w.Get(t, o.ID); d.State != hotline.Draft || d.Version != o.Version {
			t.Errorf("a refused answer left %s", d.State)
		}
		if _, err := w.Hotline.Answer(agent, hotline.Command{TicketID: o.ID, Cites: []string{good.No}}, "请带身份证到二楼。"); err != nil {
			t.Errorf("an answer that cites: %v", err)
		}
		other := w.Ticket(t, hotline.Draft, func(in *hotline.RegisterInput) { consult(in); in.Category = "0402" })
		if _, err := w.Hotline.Answer(agent, hotlinetest.Command(other), "已经报修。"); err != nil {
			t.Errorf("another category: %v", err)
		}

		held := w.Ticket(t, hotline.Handling, func(in *hotline.RegisterInput) {
			in.Category, in.Content = "1501", "结婚登记窗口午休没有人。"
		})
		_, err = w.Hotline.Propose(liaison, hotlinetest.Command(held), w.Reply())
		uncited(t, "a proposed reply", err, "可以引用：")
		if _, err := w.Hotline.Propose(liaison, hotline.Command{TicketID: held.ID, Cites: []string{good.No}}, w.Reply()); err != nil {
			t.Fatalf("a proposal that cites: %v", err)
		}
		if l := w.Lead(t, held.ID); l.Cites != good.No {
			t.Errorf("the proposal keeps %q", l.Cites)
		}
		if e, err := w.Knowledge.Find(agent, good.No); err != nil || e.Uses != 1 {
			t.Errorf("a proposal is no use yet: %d, %v", e.Uses, err)
		}
		if _, err := w.Hotline.Submit(head, hotlinetest.Command(held), hotline.Reply{}); err != nil {
			t.Fatalf("the head submits as proposed: %v", err)
		}
		if list, err := w.Hotline.Citations(agent, held.No); err != nil || len(list) != 1 || list[0].No != good.No {
			t.Errorf("citations %+v, %v", list, err)
		}
		direct := w.Ticket(t, hotline.Handling, func(in *hotline.RegisterInput) { in.Category = "1501" })
		_, err = w.Hotline.Submit(head, hotlinetest.Command(direct), w.Reply())
		uncited(t, "a submitted reply", err, "知识")
	})
}

// TestTheCategoriesOfACitationDutyAreChecked: codes that do not exist are refused, the order is kept tidy, a confirmation
// changes nothing but the mark, and other parameters take no categories.
func TestTheCategoriesOfACitationDutyAreChecked(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		admin := w.As(t, org.RoleAdmin)
		for name, p := range map[string]hotline.Parameter{
			"an unknown code":   {Name: "cite_required", Value: 1, Categories: "15 9999"},
			"another parameter": {Name: "return_max", Value: 2, Categories: "15"},
		} {
			var e *errs.Error
			if err := w.Hotline.ChangeParameter(admin, p); !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Name != "categories" {
				t.Errorf("%s: %v", name, err)
			}
		}
		demandCites(t, w, "1501，15 1501")
		if err := w.Hotline.ConfirmParameter(admin, "cite_required", "临市政办发〔2026〕12号"); err != nil {
			t.Fatal(err)
		}
		if p := parameterOf(t, w, "cite_required"); p.Set.Categories != "15 1501" || !p.Set.Confirmed || p.Set.Value != 1 {
			t.Errorf("the parameter is %+v", p.Set)
		}
		limits, err := w.Hotline.Limits(w.As(t, org.RoleShiftLead))
		if err != nil || !limits.MustCite("1502") || limits.MustCite("0402") || limits.MustCite("") {
			t.Errorf("%+v, %v", limits.CiteCategories, err)
		}
		demandCites(t, w, "")
		if limits, err = w.Hotline.Limits(w.As(t, org.RoleShiftLead)); err != nil || !limits.MustCite("") || !limits.MustCite("0402") {
			t.Errorf("for all categories: %v", err)
		}
	})
}
