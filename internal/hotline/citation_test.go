package hotline_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/knowledge"
	"yichuang/internal/org"
)

func consult(in *hotline.RegisterInput) {
	in.Kind, in.Category, in.Title, in.Content = hotline.Consult, "1501", "结婚登记在哪里办", "想问结婚登记在哪里办，带什么。"
}

func TestAnAnswerCitesOnlyWhatIsInForce(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		agent := w.As(t, org.RoleAgent)
		good, old := w.Entry(t, "结婚登记办理", clock.NoDate), w.Entry(t, "旧的规定", clock.MustDate("2026-05-08"))
		w.Set("2026-05-09 09:00")
		answer := func(o hotline.Ticket, cites ...string) (hotline.Ticket, error) {
			return w.Hotline.Answer(agent, hotline.Command{TicketID: o.ID, Cites: cites}, "请带身份证到二楼。")
		}
		o := w.Ticket(t, hotline.Draft, consult)
		if _, err := answer(o, good.No, old.No); !errors.Is(err, knowledge.ErrExpired) {
			t.Fatalf("an expired entry: %v", err)
		}
		if d := w.Get(t, o.ID); d.State != hotline.Draft {
			t.Errorf("after a refused answer the ticket is %s", d.State)
		}
		closed, err := answer(o, good.No)
		if err != nil || closed.State != hotline.Closed {
			t.Fatalf("answer: %s, %v", closed.State, err)
		}
		list, err := w.Hotline.Citations(agent, o.No)
		if err != nil || len(list) != 1 || list[0].No != good.No || list[0].N != 1 {
			t.Errorf("citations: %+v, %v", list, err)
		}
		d := w.Get(t, o.ID)
		if last := d.Events[len(d.Events)-1]; !strings.Contains(last.Data, good.No) {
			t.Errorf("the event does not name the entry: %s", last.Data)
		}
		bare := w.Ticket(t, hotline.Draft, consult)
		if _, err := answer(bare); err != nil {
			t.Errorf("an answer without an entry: %v", err)
		}
		if d := w.Get(t, bare.ID); !strings.Contains(d.Events[len(d.Events)-1].Data, `"uncited":true`) {
			t.Error("an answer without an entry does not say so")
		}
		reply := hotline.Command{TicketID: w.Ticket(t, hotline.Handling).ID, Cites: []string{old.No}}
		if _, err := w.Hotline.Submit(w.In(t, w.Unit.ID, org.RoleUnitHead), reply, w.Reply()); !errors.Is(err, knowledge.ErrExpired) {
			t.Errorf("a reply with an expired entry: %v", err)
		}
		reply.Cites = []string{good.No}
		if _, err := w.Hotline.Submit(w.In(t, w.Unit.ID, org.RoleUnitHead), reply, w.Reply()); err != nil {
			t.Errorf("a reply with an entry in force: %v", err)
		}
		if e, err := w.Knowledge.Find(agent, good.No); err != nil || e.Uses != 2 {
			t.Errorf("%d uses, %v", e.Uses, err)
		}
	})
}

func TestAnAnswerSentTwiceCitesOnce(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		e := w.Entry(t, "结婚登记办理", clock.NoDate)
		cmd := hotline.Command{TicketID: w.Ticket(t, hotline.Draft, consult).ID, Key: "k1", Cites: []string{e.No}}
		for range 2 {
			if _, err := w.Hotline.Answer(w.As(t, org.RoleAgent), cmd, "二楼办理。"); err != nil {
				t.Fatal(err)
			}
		}
		if d, err := w.Knowledge.Find(w.As(t, org.RoleAgent), e.No); err != nil || d.Uses != 1 {
			t.Errorf("%d uses, %v", d.Uses, err)
		}
		cmd.Cites = nil
		if _, err := w.Hotline.Answer(w.As(t, org.RoleAgent), cmd, "二楼办理。"); err == nil {
			t.Error("the same key with other entries is taken")
		}
	})
}

func TestLeadsAreClosedConsultationsWithoutAnEntry(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		agent, office := w.As(t, org.RoleAgent), w.As(t, org.RoleKnowledge)
		answer := func(cites []string, change ...func(*hotline.RegisterInput)) hotline.TicketID {
			t.Helper()
			o := w.Ticket(t, hotline.Draft, append([]func(*hotline.RegisterInput){consult}, change...)...)
			if _, err := w.Hotline.Answer(agent, hotline.Command{TicketID: o.ID, Cites: cites}, "到二楼民政窗口。"); err != nil {
				t.Fatal(err)
			}
			return o.ID
		}
		first := answer(nil)
		second := answer(nil)
		byUnit := w.Ticket(t, hotline.Closed, consult)
		answer(nil, func(in *hotline.RegisterInput) { in.Confidential = hotline.ConfidentialCaller })
		w.Ticket(t, hotline.Closed) // not a consultation
		w.Ticket(t, hotline.Draft, consult)
		leads := func(who context.Context) (list []hotline.KnowledgeLead) {
			t.Helper()
			after := ""
			for {
				page, next, err := w.Hotline.KnowledgeLeads(who, after, 1)
				if err != nil {
					t.Fatal(err)
				}
				list = append(list, page...)
				if after = next; next == "" {
					return list
				}
			}
		}
		got := leads(office)
		if len(got) != 3 || got[0].ID != byUnit.ID || got[2].ID != first || got[2].Reply != "到二楼民政窗口。" || got[0].Reply == "" {
			t.Fatalf("leads: %+v", got)
		}
		gaps, err := w.Hotline.KnowledgeGaps(office, clock.MustDate("2026-05-01"))
		if err != nil || len(gaps) != 1 || gaps[0].Category != "1501" || gaps[0].Asked != 4 || gaps[0].Entries != 0 {
			t.Errorf("gaps: %+v, %v", gaps, err)
		}
		e := w.Entry(t, "结婚登记在哪里办", clock.NoDate)
		answer([]string{e.No}) // rests on an entry
		if err := w.Knowledge.SkipSource(office, string(second)); err != nil {
			t.Fatal(err)
		}
		in := knowledge.WriteInput{Source: string(byUnit.ID), Content: knowledge.Content{Title: "由咨询而来", Answer: "答", BasisNo: "文一", ValidTo: clock.NoDate}}
		if _, err := w.Knowledge.Write(office, in); err != nil {
			t.Fatal(err)
		}
		if got := leads(office); len(got) != 1 || got[0].ID != first || len(got[0].Near) != 1 || got[0].Near[0].No != e.No {
			t.Errorf("what is left: %+v", got)
		}
		if gaps, _ := w.Hotline.KnowledgeGaps(office, clock.MustDate("2026-05-01")); gaps[0].Entries != 1 || gaps[0].Asked != 5 {
			t.Errorf("gaps with an entry: %+v", gaps)
		}
		if _, _, err := w.Hotline.KnowledgeLeads(w.In(t, w.Unit.ID, org.RoleLiaison), "", 0); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("a unit sees leads: %v", err)
		}
	})
}
