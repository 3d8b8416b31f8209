package hotline_test

import (
	"slices"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

// What is offered is what would be accepted; what is absent says why.
func TestAsksAreOfferedInTimeOnly(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		tk := w.Ticket(t, hotline.Handling)
		head := w.In(t, w.Unit.ID, org.RoleUnitHead)
		look := func(moment string) hotline.Dossier {
			t.Helper()
			w.Set(moment)
			d, err := w.Hotline.Find(head, tk.No)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		leg := w.Lead(t, tk.ID)
		offers := func(d hotline.Dossier, a hotline.Action, want bool) {
			t.Helper()
			if slices.Contains(d.Allowed, a) != want || slices.Contains(d.LegAllowed[leg.ID], a) != want {
				t.Errorf("%s offered: %v, %v; want %v", a, d.Allowed, d.LegAllowed[leg.ID], want)
			}
		}
		says := func(d hotline.Dossier, a hotline.Action, word string) {
			t.Helper()
			for _, r := range d.Refusals(actor.From(head)) {
				if r.Action == a && strings.Contains(r.Reason, word) {
					return
				}
			}
			t.Errorf("%s is absent without a word about %q: %+v", a, word, d.Refusals(actor.From(head)))
		}
		day := look("2026-05-09 09:00")
		offers(day, hotline.ActAskExtension, true)
		offers(day, hotline.ActAskReturn, true)
		later := look("2026-05-13 09:00")
		offers(later, hotline.ActAskReturn, false)
		says(later, hotline.ActAskReturn, "退单期限已过")
		offers(later, hotline.ActAskExtension, true)
		late := look("2026-05-15 09:00")
		for _, a := range []hotline.Action{hotline.ActAskExtension, hotline.ActAskSuspend} {
			offers(late, a, false)
			says(late, a, "办理时限已过")
		}
		if _, err := w.Hotline.AskExtension(head, hotline.Command{TicketID: tk.ID}, 3, "配件没有到"); err == nil {
			t.Error("an extension was accepted after the due")
		}
	})
}
