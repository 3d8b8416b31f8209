package hall_test

import (
	"context"
	"errors"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
	"yichuang/internal/hall"
	"yichuang/internal/hall/halltest"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// matrix is the row 取号/叫号/转移 of the permission matrix (hall reference §8.3): whose counters a role works, whether it
// sets up, whether it reads. P, who has no account, is TestACitizenTakesAndSeesTheOwnTicket.
var matrix = []struct {
	role                 string
	own, unit, site, far bool // works a counter where he sits; of his unit; of his site; of another site
	config, read         bool
}{
	{role: org.RoleWindow, own: true},
	{role: org.RoleChiefRep, own: true, unit: true},
	{role: org.RoleApprover},
	{role: org.RoleOffice, config: true, read: true},
	{role: org.RoleSupervisor, read: true},
	{role: org.RoleInfo, read: true},
	{role: org.RoleAgent}, {role: org.RoleShiftLead}, {role: org.RoleDispatcher}, {role: org.RoleCallbacker}, {role: org.RoleReviewer},
	{role: org.RoleFinance},
	{role: org.RoleLeader, read: true},
	{role: org.RoleSiteAdmin, own: true, unit: true, site: true, read: true},
	{role: org.RoleLiaison}, {role: org.RoleUnitHead}, {role: org.RoleKnowledge}, {role: org.RoleAdmin},
}

// allowed reports that an action was not refused on grounds of who asked.
func allowed(err error) bool {
	return !errors.Is(err, actor.ErrForbidden) && errs.KindOf(err) != errs.Forbidden && errs.KindOf(err) != errs.NotFound && errs.KindOf(err) != errs.Unauthenticated || err == nil
}

func TestPermissionsCellByCell(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := halltest.New(t, db)
		otherUnit := orgtest.Unit(t, w.Org, w.Centre, "市税务局", "")
		far := orgtest.Site(t, w.Org, w.Centre, "城北便民服务中心")
		if _, err := w.Hall.SaveHall(w.Office.Ctx, far.ID, 0, hall.DefaultRules()); err != nil {
			t.Fatal(err)
		}
		farQueue, err := w.Hall.SaveQueue(w.Office.Ctx, far.ID, "", 0, hall.QueueInput{Name: "综合", Minutes: 5, Active: true})
		if err != nil {
			t.Fatal(err)
		}
		counter := func(no, site, unit, queue string) hall.Counter {
			c, err := w.Hall.SaveCounter(w.Office.Ctx, site, "", 0, hall.CounterInput{UnitID: unit, No: no, Name: no, Kind: hall.Special, Active: true, Queues: []string{queue}})
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		ofUnit, ofSite, elsewhere := counter("u", w.Site.ID, w.Unit.ID, w.Queue.ID), counter("s", w.Site.ID, otherUnit.ID, w.Queue.ID), counter("f", far.ID, otherUnit.ID, farQueue.ID)
		if len(matrix) != len(w.Org.Roles()) {
			t.Fatalf("%d roles in the matrix, %d in the program", len(matrix), len(w.Org.Roles()))
		}
		for i, row := range matrix {
			p := orgtest.User(t, w.Org, w.Centre, orgtest.Where{Unit: w.Unit.ID, Site: w.Site.ID}, row.role)
			mine := counter("m"+string(rune('a'+i)), w.Site.ID, w.Unit.ID, w.Queue.ID)
			_, err := w.Hall.Sit(p.Ctx, mine.ID)
			if allowed(err) != row.own {
				t.Errorf("%s sits down: %v", row.role, err)
			}
			for _, cell := range []struct {
				name string
				c    hall.Counter
				want bool
			}{{"own", mine, row.own}, {"unit", ofUnit, row.unit}, {"site", ofSite, row.site}, {"far", elsewhere, row.far}} {
				slip, err := w.Hall.TakeAtCounter(p.Ctx, cell.c.ID, hall.TakeInput{QueueID: w.Queue.ID, Class: hall.Ordinary})
				if allowed(err) != cell.want {
					t.Errorf("%s takes a number at a counter (%s): %v", row.role, cell.name, err)
				}
				if _, err := w.Hall.Next(p.Ctx, cell.c.ID, ""); allowed(err) != cell.want {
					t.Errorf("%s calls at a counter (%s): %v", row.role, cell.name, err)
				}
				ticket := slip.ID
				if ticket == "" {
					ticket = w.Take(t, hall.Ordinary).ID
				}
				if _, err := w.Hall.Transfer(p.Ctx, hall.Command{CounterID: cell.c.ID, TicketID: ticket, QueueID: w.Queue.ID}); allowed(err) != cell.want {
					t.Errorf("%s transfers at a counter (%s): %v", row.role, cell.name, err)
				}
			}
			if _, err := w.Hall.SaveQueue(p.Ctx, w.Site.ID, "", 0, hall.QueueInput{Name: "设" + row.role, Minutes: 5, Active: true}); allowed(err) != row.config {
				t.Errorf("%s sets up: %v", row.role, err)
			}
			if _, _, err := w.Hall.Tickets(p.Ctx, hall.TicketFilter{}); allowed(err) != row.read {
				t.Errorf("%s reads: %v", row.role, err)
			}
		}
		reader := orgtest.User(t, w.Org, w.Centre, orgtest.Where{Site: far.ID}, org.RoleSiteAdmin)
		if list, _, err := w.Hall.Tickets(reader.Ctx, hall.TicketFilter{}); err != nil || len(list) != 0 {
			t.Errorf("the administrator of another site sees %d tickets, %v", len(list), err)
		}
		if s, err := w.Hall.Figures(reader.Ctx, w.Site.ID, w.Hall.PeriodOf(0, 0)); err != nil || s.Figures[4].Num != 0 {
			t.Errorf("figures of a site that he may not see: %+v, %v", s.Figures, err)
		}
	}, halltest.Migrations()...)
}

func TestACitizenTakesAndSeesTheOwnTicket(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := halltest.New(t, db)
		mine, theirs := w.Take(t, hall.Ordinary), w.Take(t, hall.Ordinary)
		if s, err := w.Hall.Progress(w.Citizen(), mine.ID, mine.Secret); err != nil || s.Ahead != 0 {
			t.Errorf("own ticket: %+v, %v", s, err)
		}
		if s, err := w.Hall.Progress(w.Citizen(), theirs.ID, theirs.Secret); err != nil || s.Ahead != 1 {
			t.Errorf("the second waits behind the first: %+v, %v", s, err)
		}
		if _, err := w.Hall.Progress(w.Citizen(), theirs.ID, mine.Secret); !errors.Is(err, hall.ErrMissing) {
			t.Errorf("another's ticket: %v", err)
		}
		elsewhere := actor.With(context.Background(), hall.CitizenActor(orgtest.Centre(t, w.Org), "", ""))
		if _, err := w.Hall.Progress(elsewhere, mine.ID, mine.Secret); !errors.Is(err, hall.ErrMissing) {
			t.Errorf("from another centre: %v", err)
		}
		if _, err := w.Hall.TakeAtKiosk(elsewhere, w.Kiosk.Code, hall.TakeInput{QueueID: w.Queue.ID}); !errors.Is(err, hall.ErrDevice) {
			t.Errorf("a kiosk of another centre: %v", err)
		}
		c, _ := w.Seat(t, "1")
		if _, err := w.Hall.Next(w.Citizen(), c.ID, ""); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("a citizen calls: %v", err)
		}
	}, halltest.Migrations()...)
}
