package rating_test

import (
	"testing"

	"yichuang/internal/calendar"
	"yichuang/internal/rating"
	"yichuang/internal/rating/ratingtest"
	"yichuang/internal/store"
)

func rungs(s rating.Sheet) string {
	text := ""
	for _, n := range s.Notes {
		text += n.Rung + "@" + n.At.String() + " "
	}
	return text
}

// Each warning comes once: at its hour, after an outage of days, and however often the jobs run.
func TestEachWarningOnce(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	w.Set("2025-11-18 16:40")
	s := w.Poor(t)
	for _, step := range []struct{ at, want string }{
		{"2025-11-20 08:29", ""},
		{"2025-11-20 08:30", "contact@2025-11-20 08:30 "},
		{"2025-11-20 23:59", "contact@2025-11-20 08:30 "},
		{"2025-11-21 00:00", "contact@2025-11-20 08:30 contact_over@2025-11-21 00:00 "},
		{"2025-12-14 10:00", "contact@2025-11-20 08:30 contact_over@2025-11-21 00:00 fix@2025-12-14 10:00 fix_over@2025-12-14 10:00 "},
	} {
		w.Set(step.at)
		w.RunJobs(t)
		w.RunJobs(t)
		if got := rungs(w.Task(t, s.No)); got != step.want {
			t.Errorf("%s: %s, want %s", step.at, got, step.want)
		}
	}
	standing := func() (text string) {
		s := w.Task(t, s.No)
		for _, n := range s.Notes {
			if s.Stands(n) {
				text += n.Rung + " "
			}
		}
		return text
	}
	if got := standing(); got != "contact_over fix_over " {
		t.Errorf("standing: %s", got)
	}
	if _, err := w.Rating.Contact(w.Chief(t), rating.Command{TaskID: s.ID}, "已联系"); err != nil {
		t.Fatal(err)
	}
	if got := standing(); got != "fix_over " {
		t.Errorf("standing after the contact: %s", got)
	}
	if got := w.Task(t, s.No); got.Notices != 4 || !got.Late(w.Clock.Now()) {
		t.Errorf("%d warnings, late %v", got.Notices, got.Late(w.Clock.Now()))
	}
}

// A clock that was stopped in time says nothing.
func TestNoWarningAfterTheContact(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	w.Set("2025-11-18 16:40")
	s := w.Poor(t)
	if _, err := w.Rating.Contact(w.Chief(t), rating.Command{TaskID: s.ID}, "已联系"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Rating.Fix(w.Chief(t), rating.Command{TaskID: s.ID}, "已改"); err != nil {
		t.Fatal(err)
	}
	w.Set("2025-12-30 10:00")
	w.RunJobs(t)
	if got := rungs(w.Task(t, s.No)); got != "" {
		t.Errorf("warned all the same: %s", got)
	}
}

// A decree that adds 2025-11-20 as a day off moves both ends by one working day, and the journal holds why.
func TestACalendarChangeMovesOpenClocks(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	w.Set("2025-11-18 16:40")
	s := w.Poor(t)
	years, err := calendar.ReadDays([]byte("日期,类型,名称\n2025-11-20,休,地方放假\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Calendar.Publish(w.System(), calendar.Publication{Layer: calendar.County, Area: "622901", Years: years, Document: calendar.Document{Number: "临市政发〔2025〕9号", Title: "放假通知"}})
	if err != nil {
		t.Fatal(err)
	}
	w.RunJobs(t)
	got := w.Task(t, s.No)
	if contact, fix := calendar.FormatDue(got.ContactDue), calendar.FormatDue(got.FixDue); contact != "2025-11-21 周五 24:00" || fix != "2025-12-11 周四 24:00" {
		t.Errorf("contact %s, fix %s", contact, fix)
	}
	var lines []calendar.JournalLine
	err = w.DB.Read(w.System(), func(tx *store.Tx) (err error) {
		lines, err = calendar.JournalOf(tx, "rating_fix", s.ID)
		return err
	})
	if err != nil || len(lines) != 1 || lines[0].OldDue != s.FixDue {
		t.Errorf("journal %+v, %v", lines, err)
	}
}
