package app_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/hall"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

// What is received while a number is served is linked with it (hall reference §2.1 Ticket.case_ids): every case of the visit, at each
// counter to which the number goes; and nothing else is.
func TestCasesAreLinkedWithTheNumberInService(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			a, w := hallOf(t, openOn(t, engine))
			one, two := w.Ready(t), w.Ready(t, func(c *item.Content) { c.Code, c.Name = c.Code+"2", "失业登记" })
			must := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}
			office, watch, m := w.As(t, org.RoleOffice), w.As(t, org.RoleSupervisor), a.Hall
			_, err := m.SaveHall(office, w.Hall.ID, 0, hall.DefaultRules())
			must(err)
			var queues [2]hall.Queue
			var counters [2]hall.Counter
			var clerks [2]orgtest.Person
			for i, no := range []string{"1", "2"} {
				queues[i], err = m.SaveQueue(office, w.Hall.ID, "", 0, hall.QueueInput{Name: "队列" + no, Minutes: 8, Active: true})
				must(err)
				counters[i], err = m.SaveCounter(office, w.Hall.ID, "", 0, hall.CounterInput{UnitID: w.Section.ID, No: no, Name: no + " 号窗口", Kind: hall.OneStop, Active: true, Queues: []string{queues[i].ID}})
				must(err)
				clerks[i] = w.Person(t, "clerk"+no, orgtest.Where{Unit: w.Section.ID, Site: w.Hall.ID}, org.RoleWindow)
				_, err = m.Sit(clerks[i].Ctx, counters[i].ID)
				must(err)
			}
			receive := func(ctx context.Context, channel string, items ...item.Item) casework.Intake {
				t.Helper()
				in := caseworktest.Input(items[0], "M1")
				in.Channel = channel
				for _, it := range items[1:] {
					in.Items = append(in.Items, casework.IntakeItem{ItemID: it.ID, Had: []string{"M1"}, Reason: "测试中再次申请"})
				}
				got, err := a.Casework.Receive(ctx, in)
				must(err)
				return got
			}
			serve := func(i int) hall.Ticket {
				t.Helper()
				k, err := m.Next(clerks[i].Ctx, counters[i].ID, "")
				must(err)
				if got := receive(clerks[i].Ctx, "", one); got.Visit.TicketID != "" {
					t.Error("a number that is called and not there yet is linked")
				}
				w.Clock.Advance(60e9)
				k, err = m.Arrive(clerks[i].Ctx, hall.Command{CounterID: counters[i].ID, TicketID: k.ID})
				must(err)
				return k
			}
			if receive(clerks[0].Ctx, "", one).Visit.TicketID != "" {
				t.Error("linked with nobody")
			}
			taken, err := m.TakeAtCounter(clerks[0].Ctx, counters[0].ID, hall.TakeInput{QueueID: queues[0].ID, Class: hall.Ordinary})
			must(err)
			k := serve(0)
			var want []string
			for _, c := range receive(clerks[0].Ctx, "", one, two).Cases {
				want = append(want, c.No)
			}
			for _, other := range []casework.Intake{receive(clerks[0].Ctx, casework.ChannelPost, one), receive(w.Window(t), "", one), receive(clerks[1].Ctx, "", one)} {
				if other.Visit.TicketID != "" {
					t.Errorf("%s by %s is linked", other.Visit.Channel, other.Visit.CreatedBy)
				}
			}
			_, err = m.Transfer(clerks[0].Ctx, hall.Command{CounterID: counters[0].ID, TicketID: k.ID, QueueID: queues[1].ID})
			must(err)
			if receive(clerks[0].Ctx, "", one).Visit.TicketID != "" {
				t.Error("linked with a number that went on")
			}
			if again := serve(1); again.ID != taken.ID {
				t.Fatalf("served %s, taken %s", again.ID, taken.ID)
			}
			want = append(want, receive(clerks[1].Ctx, "", two).Cases[0].No)
			w.Clock.Advance(300e9)
			_, err = m.Finish(clerks[1].Ctx, hall.Command{CounterID: counters[1].ID, TicketID: k.ID})
			must(err)
			numbers := func(ctx context.Context) (out []string) {
				t.Helper()
				l, err := m.Life(ctx, k.ID)
				must(err)
				for _, c := range l.Cases {
					if c.Href != "/casework/cases/"+c.No {
						t.Errorf("the case %s is linked as %s", c.No, c.Href)
					}
					out = append(out, c.No)
				}
				return out
			}
			if got := numbers(watch); !slices.Equal(got, want) {
				t.Errorf("the number's cases are %v, want %v", got, want)
			}
			guide := actor.With(context.Background(), &actor.Actor{Kind: actor.User, CentreID: w.Centre, UserID: "u", Grants: map[actor.Permission]actor.Scope{hall.PermRead: actor.Centre}})
			if got := numbers(guide); len(got) > 0 {
				t.Errorf("who may not read cases sees %v", got)
			}
			for i, no := range want {
				s, err := a.Casework.Find(watch, no)
				must(err)
				if s.Ticket == nil || s.Ticket.No != k.No || s.Ticket.StartedAt == 0 || s.Ticket.EndedAt == 0 || s.Ticket.Counter != "2" || !strings.HasSuffix(s.Ticket.Href, k.ID) {
					t.Errorf("%d: %+v", i, s.Ticket)
				}
			}
			if fault, err := a.Casework.Check(orgtest.System(w.Centre)); err != nil || len(fault.Faults) > 0 {
				t.Errorf("%v %v", fault, err)
			}
		})
	}
}
