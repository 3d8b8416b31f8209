package hall_test

import (
	"errors"
	"fmt"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/hall"
	"yichuang/internal/hall/halltest"
	"yichuang/internal/metric"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// at moves the clock of a day of the scenario to hh:mm.
func at(w *halltest.World, hour, minute int) { w.Clock.Set(clock.At(2025, 9, 26, hour, minute)) }

// TestScenario10 is scenario 10 of the hall reference §8.4, number by number: one counter calls, the others serve.
func TestScenario10(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		db.Clock().(*clock.Manual).Set(clock.At(2025, 9, 24, 9, 0))
		w := halltest.New(t, db)
		booked, err := w.Hall.Book(w.Citizen(), hall.BookInput{QueueID: w.Queue.ID, SlotAt: clock.At(2025, 9, 26, 9, 10), Name: "马小云", IDNo: "622901199001011232", Phone: "13812345678"})
		if err != nil {
			t.Fatal(err)
		}
		at(w, 8, 50)
		var counters []hall.Counter
		var people []orgtest.Person
		for i := range 4 {
			c, p := w.Seat(t, fmt.Sprint(i+1))
			counters, people = append(counters, c), append(people, p)
		}
		at(w, 9, 0)
		a1 := w.Take(t, hall.Ordinary)
		at(w, 9, 2)
		a2 := w.Take(t, hall.Ordinary)
		at(w, 9, 5)
		p1 := w.Take(t, hall.Priority)
		at(w, 9, 8)
		y1, err := w.Hall.CheckInAtKiosk(w.Citizen(), w.Kiosk.Code, booked.Secret)
		if err != nil || a1.No != "A001" || a2.No != "A002" || p1.No != "P001" || y1.No != "Y001" || y1.NameMask != "马**" {
			t.Fatalf("%s %s %s %s %q, %v", a1.No, a2.No, p1.No, y1.No, y1.NameMask, err)
		}
		var order []string
		next := func(counter, minute int) hall.Ticket {
			t.Helper()
			at(w, 9, minute)
			got, err := w.Hall.Next(people[counter].Ctx, counters[counter].ID, "")
			if err != nil {
				t.Fatal(err)
			}
			order = append(order, got.No)
			return got
		}
		cmd := func(counter int, id string) hall.Command {
			return hall.Command{CounterID: counters[counter].ID, TicketID: id}
		}
		next(0, 10)
		next(1, 15)
		next(2, 20)
		for i, minute := range []int{21, 22} {
			at(w, 9, minute)
			if got, err := w.Hall.Recall(people[2].Ctx, cmd(2, a1.ID)); err != nil || got.Calls != int64(i+2) {
				t.Fatalf("call %d: %+v, %v", i+2, got, err)
			}
		}
		at(w, 9, 23)
		if _, err := w.Hall.Recall(people[2].Ctx, cmd(2, a1.ID)); !errors.Is(err, hall.ErrCallsUsed) {
			t.Errorf("a fourth call: %v", err)
		}
		if got, err := w.Hall.Miss(people[2].Ctx, cmd(2, a1.ID)); err != nil || got.State != hall.Missed {
			t.Fatalf("missed: %+v, %v", got, err)
		}
		next(3, 23)
		if got := fmt.Sprint(order); got != "[P001 Y001 A001 A002]" {
			t.Errorf("called in the order %s", got)
		}
		sheet, err := w.Hall.Figures(w.Office.Ctx, w.Site.ID, metric.Day(clock.MustDate("2025-09-26")))
		if err != nil {
			t.Fatal(err)
		}
		mean := sheet.Figures[0]
		if mean.Metric != hall.MeasureWait || mean.Text() != "12.75" || mean.NumText() != "51" || mean.DenText() != "4" {
			t.Errorf("mean wait %s = %s / %s", mean.Text(), mean.NumText(), mean.DenText())
		}
		for id, want := range map[string]int64{p1.ID: 5, y1.ID: 5, a1.ID: 20, a2.ID: 21} {
			if l, err := w.Hall.Life(w.Office.Ctx, id); err != nil || l.WaitMs != want*60_000 || !l.Intact {
				t.Errorf("%s waited %d ms, chain whole %v, %v; want %d min", l.No, l.WaitMs, l.Intact, err, want)
			}
		}
		// Two more wait; A001 comes back at 09:30 and is called behind both.
		at(w, 9, 25)
		a3, a4, a5 := w.Take(t, hall.Ordinary), w.Take(t, hall.Ordinary), w.Take(t, hall.Ordinary)
		at(w, 9, 30)
		if got, err := w.Hall.Return(people[2].Ctx, cmd(2, a1.ID)); err != nil || got.Skip != 2 || got.TakenAt != a1.TakenAt {
			t.Fatalf("back in the queue: %+v, %v", got, err)
		}
		order = nil
		for i := range 4 {
			got := next(2, 31+i)
			if _, err := w.Hall.Arrive(people[2].Ctx, cmd(2, got.ID)); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Hall.Finish(people[2].Ctx, cmd(2, got.ID)); err != nil {
				t.Fatal(err)
			}
		}
		if got := fmt.Sprint(order); got != fmt.Sprint([]string{a3.No, a4.No, "A001", a5.No}) {
			t.Errorf("after the return: %s", got)
		}
		page, err := w.Hall.Cohort(w.Office.Ctx, hall.Subject{SiteID: w.Site.ID}, metric.Query{Metric: hall.MeasureWait, Part: metric.Denominator, Period: sheet.Period})
		count := 0
		for _, r := range page.Records {
			if r.No == "A001" {
				count++
			}
		}
		if err != nil || count != 1 || page.Total != 7 {
			t.Errorf("A001 counts %d times among %d, %v", count, page.Total, err)
		}
	}, halltest.Migrations()...)
}
