package hall_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/hall"
	"yichuang/internal/hall/halltest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

func TestIDNumbers(t *testing.T) {
	for s, want := range map[string]bool{"622901199001011232": true, "11010519491231002X": true, "622901199001011233": false, "622901199013011230": false, "62290119900101123": false, "": false, "abcdefghijklmnopqr": false} {
		if hall.ValidIDNo(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}

func FuzzIDNumbers(f *testing.F) {
	f.Add("11010519491231002X")
	f.Fuzz(func(t *testing.T, s string) {
		if hall.ValidIDNo(s) && len(s) != 18 {
			t.Errorf("%q", s)
		}
	})
}

// The days that can be booked are the next working days, from tomorrow on.
func TestBookableDays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := halltest.New(t, db)
		cal := calendarOf(t, w)
		for _, c := range []struct{ today, want string }{
			{"2026-05-11", "2026-05-12 2026-05-13 2026-05-14 2026-05-15 2026-05-18"}, {"2026-05-15", "2026-05-18 2026-05-19 2026-05-20 2026-05-21 2026-05-22"},
			{"2026-05-16", "2026-05-18 2026-05-19 2026-05-20 2026-05-21 2026-05-22"},
		} {
			var got []string
			for _, d := range hall.BookableDays(cal, clock.MustDate(c.today), 5) {
				got = append(got, d.String())
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("on %s: %v, want %s", c.today, got, c.want)
			}
		}
	}, halltest.Migrations()...)
}

func calendarOf(t *testing.T, w *halltest.World) (out *calendar.Calendar) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
		out, err = calendar.NewModule(w.DB).ForCentre(tx, w.Centre, "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSlotsAreWholeWithinTheOpeningHours(t *testing.T) {
	day := clock.MustDate("2026-05-12")
	got := hall.SlotsOf(day, []calendar.Interval{{From: 510, To: 720}, {From: 870, To: 930}}, 60)
	want := []clock.Instant{day.Clock(8, 30), day.Clock(9, 30), day.Clock(10, 30), day.Clock(14, 30)}
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("slot %d: %s, want %s", i, got[i], want[i])
		}
	}
	if hall.SlotsOf(day, nil, 30) != nil || hall.SlotsOf(day, []calendar.Interval{{From: 0, To: 60}}, 0) != nil {
		t.Error("no hours, or no length, gives slots")
	}
}

// The edges of cancelling and checking in, to the millisecond.
func TestTimesOfAnAppointment(t *testing.T) {
	r, slot := hall.DefaultRules(), clock.At(2026, 5, 12, 10, 0)
	minutes := func(n int) clock.Instant { return slot + clock.Instant(n*60_000) }
	for _, c := range []struct {
		at            clock.Instant
		arrive, leave error
	}{
		{minutes(-121), hall.ErrCheckInEarly, nil}, {minutes(-120), hall.ErrCheckInEarly, nil}, {minutes(-120) + 1, hall.ErrCheckInEarly, hall.ErrCancelLate},
		{minutes(-30) - 1, hall.ErrCheckInEarly, hall.ErrCancelLate}, {minutes(-30), nil, hall.ErrCancelLate}, {minutes(0), nil, hall.ErrCancelLate},
		{minutes(10), nil, hall.ErrCancelLate}, {minutes(10) + 1, hall.ErrCheckInLate, hall.ErrCancelLate},
	} {
		if err := hall.CheckInTime(slot, c.at, r); !errors.Is(err, c.arrive) {
			t.Errorf("check-in at %s: %v, want %v", c.at, err, c.arrive)
		}
		if err := hall.CancelTime(slot, c.at, r); !errors.Is(err, c.leave) {
			t.Errorf("cancelling at %s: %v, want %v", c.at, err, c.leave)
		}
	}
}

func person(n int) (crypt.PersonName, string, crypt.PhoneNumber) {
	ids := []string{"622901199001011232", "622901198505120016", "622901197003154561", "11010519491231002X"}
	return crypt.PersonName("张三"), ids[n], crypt.PhoneNumber("1381234567" + string(rune('0'+n)))
}

func TestTheLifeOfAppointments(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := halltest.New(t, db)
		book := func(n int, at clock.Instant) (hall.Reservation, error) {
			name, id, phone := person(n)
			return w.Hall.Book(w.Citizen(), hall.BookInput{QueueID: w.Queue.ID, SlotAt: at, Name: name, IDNo: id, Phone: phone})
		}
		today := w.Clock.Now().Date()
		tomorrow := hall.BookableDays(calendarOf(t, w), today, 1)[0]
		slot := tomorrow.Clock(9, 0)
		for name, at := range map[string]clock.Instant{"today": today.Clock(17, 0), "at noon": tomorrow.Clock(13, 0), "between slots": tomorrow.Clock(9, 3), "too far": (tomorrow + 20).Clock(9, 0)} {
			if _, err := book(0, at); !errors.Is(err, hall.ErrDayClosed) {
				t.Errorf("booking %s: %v", name, err)
			}
		}
		first, err := book(0, slot)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := book(0, tomorrow.Clock(15, 0)); !errors.Is(err, hall.ErrBookedToday) {
			t.Errorf("twice a day: %v", err)
		}
		for n := 1; n < 3; n++ {
			if _, err := book(n, slot); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := book(3, slot); !errors.Is(err, hall.ErrSlotFull) {
			t.Errorf("a fourth in a slot of three: %v", err)
		}
		if _, err := w.Hall.CancelBooking(w.Citizen(), first.Secret, first.PhoneTail); err != nil {
			t.Fatal(err)
		}
		again, err := book(0, slot) // the place is free again, and so is the day
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Hall.CheckInAtKiosk(w.Citizen(), w.Kiosk.Code, first.Secret); !errors.Is(err, hall.ErrBookingState) {
			t.Errorf("checking in with a cancelled appointment: %v", err)
		}
		w.Clock.Set(slot - 5*60_000)
		s, err := w.Hall.CheckInAtKiosk(w.Citizen(), w.Kiosk.Code, strings.ToUpper(again.Secret))
		if err != nil || s.Class != hall.Booked || s.ReadyAt != slot || s.NameMask != "张*" {
			t.Fatalf("%+v, %v", s, err)
		}
		if twice, err := w.Hall.CheckInAtKiosk(w.Citizen(), w.Kiosk.Code, again.Secret); err != nil || twice.ID != s.ID {
			t.Errorf("checking in twice: %s and %s, %v", s.No, twice.No, err)
		}
		// The two others stay away; the end of the day notes it.
		w.Clock.Set((tomorrow + 1).Clock(0, 10))
		w.RunJobs(t)
		_, p := w.Seat(t, "1")
		list, _, err := w.Hall.Bookings(p.Ctx, hall.BookingFilter{State: hall.BookingAbsent})
		if err != nil || len(list) != 2 {
			t.Errorf("%d stayed away, %v", len(list), err)
		}
		reveal(t, w, p.Ctx, again.ID)
	}, halltest.Migrations()...)
}

// TestWhoStaysAwayTooOftenMayNotBook counts no-shows of the last days.
func TestWhoStaysAwayTooOftenMayNotBook(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := halltest.New(t, db)
		cal := calendarOf(t, w)
		name, id, phone := person(0)
		for i := range 4 {
			day := hall.BookableDays(cal, w.Clock.Now().Date(), 1)[0]
			_, err := w.Hall.Book(w.Citizen(), hall.BookInput{QueueID: w.Queue.ID, SlotAt: day.Clock(9, 0), Name: name, IDNo: id, Phone: phone})
			if i < 3 && err != nil || i == 3 && !errors.Is(err, hall.ErrAbsent) {
				t.Fatalf("booking %d: %v", i+1, err)
			}
			w.Clock.Set((day + 1).Clock(0, 10))
			w.RunJobs(t)
		}
		w.Clock.Set((w.Clock.Now().Date() + 95).Clock(9, 0))
		day := hall.BookableDays(cal, w.Clock.Now().Date(), 1)[0]
		if _, err := w.Hall.Book(w.Citizen(), hall.BookInput{QueueID: w.Queue.ID, SlotAt: day.Clock(9, 0), Name: name, IDNo: id, Phone: phone}); err != nil {
			t.Errorf("after 95 days: %v", err)
		}
	}, halltest.Migrations()...)
}

// reveal checks that a look at who booked is logged, and that nothing of it is in the clear in the database or the log.
func reveal(t *testing.T, w *halltest.World, ctx context.Context, booking string) {
	t.Helper()
	who, err := w.Hall.RevealBooking(ctx, booking)
	if err != nil || who.Name != "张三" || who.IDNo != "622901199001011232" || who.Phone != "13812345670" {
		t.Errorf("%+v, %v", who, err)
	}
	if _, err := w.Hall.RevealBooking(w.Office.Ctx, booking); err == nil {
		t.Error("the office sees who booked")
	}
	err = w.DB.Read(t.Context(), func(tx *store.Tx) error {
		lines, err := audit.List(tx, w.Centre, audit.Filter{Limit: 1000})
		n := 0
		for _, l := range lines {
			if l.Action == "hall.book_reveal" && l.Object == booking {
				n++
			}
			if strings.Contains(l.Detail, "张三") || strings.Contains(l.Detail, "622901199001011232") || strings.Contains(l.Detail, "13812345670") {
				t.Errorf("personal data in the audit log: %s", l.Detail)
			}
		}
		if n != 1 {
			t.Errorf("%d lines of one look", n)
		}
		rows, err2 := store.Records(tx, "SELECT * FROM hall_appointment WHERE centre_id = $1", w.Centre)
		for _, r := range rows {
			for column, v := range r {
				if s, ok := v.(string); ok && (strings.Contains(s, "张三") || strings.Contains(s, "622901199001011232") || strings.Contains(s, "13812345670")) {
					t.Errorf("%s is in the clear", column)
				}
			}
		}
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Error(err)
	}
}
