package calendar_test

import (
	"context"
	"errors"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/datatest"
	"yichuang/internal/jobs"
	"yichuang/internal/once"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

const centre, area = "c1", "622901"

// admin may do everything with the calendar of its centre.
func admin(centre string) context.Context {
	return actor.With(context.Background(), &actor.Actor{Kind: actor.User, UserID: "u1", Name: "张管理", CentreID: centre, Grants: map[actor.Permission]actor.Scope{
		calendar.PermDayRead: actor.Centre, calendar.PermDayPublish: actor.Centre, calendar.PermHoursPublish: actor.Centre,
	}})
}

func each(t *testing.T, fn func(t *testing.T, db *store.DB, m *calendar.Module)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m := calendar.NewModule(db)
		fn(t, db, m)
	}, audit.Migrations, jobs.Migrations, once.Migrations, calendar.Migrations)
}

func seed(t *testing.T, db *store.DB, m *calendar.Module) {
	t.Helper()
	if err := db.WithTx(actor.With(context.Background(), actor.SystemFor(centre)), func(tx *store.Tx) error { return m.Seed(tx, centre, area) }); err != nil {
		t.Fatal(err)
	}
}

func current(t *testing.T, m *calendar.Module, area string) *calendar.Calendar {
	t.Helper()
	c, err := m.Calendar(admin(centre), area)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func due(c *calendar.Calendar, from string, days int) string {
	return c.Due(calendar.Workdays(days), clock.MustInstant(from), "").String()
}

func file(t *testing.T, text string) []calendar.FileYear {
	t.Helper()
	years, err := calendar.ReadDays([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return years
}

var decree = calendar.Document{Title: "关于调整放假安排的通知", Number: "州政办发〔2026〕1号", URL: "https://example.gov.cn/1"}

// The seeded calendar equals the embedded one on every day, for its own area and for one outside the prefecture.
func TestSeedInTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB, m *calendar.Module) {
		if c := current(t, m, area); c.Revision() != 0 || len(c.Years()) != 0 {
			t.Errorf("a centre without a calendar has revision %d", c.Revision())
		}
		seed(t, db, m)
		for _, a := range []string{area, "620102", "6229", "62"} {
			got, want := current(t, m, a), calendar.Embedded(a)
			if a == "6229" || a == area {
				if d := got.Day(clock.MustDate("2026-11-19")); d.Working || d.Layer != calendar.Prefecture {
					t.Errorf("%s: %+v", a, d)
				}
			}
			for year := 2024; year <= 2027; year++ {
				for i, d := range got.Year(year) {
					if w := want.Year(year)[i]; d != w {
						t.Fatalf("%s: %+v, want %+v", a, d, w)
					}
				}
			}
		}
		if c := current(t, m, ""); c.Area() != area || c.Revision() != 1 {
			t.Errorf("own area %q, revision %d", c.Area(), c.Revision())
		}
		seed(t, db, m)
		if c := current(t, m, area); c.Revision() != 1 {
			t.Error("a second seed changed the calendar")
		}
	})
}

// A calendar is read once and then only compared; a publication by this or another process is seen at once.
func TestForIsCached(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB, m *calendar.Module) {
		seed(t, db, m)
		first := current(t, m, area)
		if current(t, m, area) != first {
			t.Error("the calendar was built again without a change")
		}
		other := calendar.NewModule(db)
		p := calendar.Publication{Layer: calendar.County, Area: area, Years: file(t, "2026-11-20,休,抢险\n"), Document: decree}
		if _, err := other.Publish(admin(centre), p); err != nil {
			t.Fatal(err)
		}
		if c := current(t, m, area); c == first || c.IsWorkday(clock.MustDate("2026-11-20")) || c.Revision() != 2 {
			t.Error("the publication of another process is not seen")
		}
		if c, err := m.Calendar(admin("c2"), area); err != nil || !c.IsWorkday(clock.MustDate("2026-11-20")) {
			t.Errorf("another centre sees it: %v", err)
		}
	})
}

// Hotline scenario 7 and hall scenario 15 in the database: a notice and a decree move open limits, the journal keeps
// old and new, and the follower runs in the transaction.
func TestPublicationTellsFollowers(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB, m *calendar.Module) {
		seed(t, db, m)
		const from = "2026-12-30 10:00"
		before := current(t, m, area).Due(calendar.Workdays(5), clock.MustInstant(from), "")
		if before.String() != "2027-01-06 周三 18:00" || !before.Provisional {
			t.Fatalf("before: %s", before)
		}
		var told []calendar.Change
		m.OnChange(func(tx *store.Tx, c calendar.Change) error {
			told = append(told, c)
			now, err := m.For(tx, area)
			if err != nil {
				return err
			}
			after := now.Due(calendar.Workdays(5), clock.MustInstant(from), "")
			return calendar.Journal(tx, calendar.JournalEntry{Kind: "leg", Object: "l1", OldDue: before.At, NewDue: after.At, Revision: c.Revision, Document: c.Document.String()})
		})
		p := calendar.Publication{Layer: calendar.National, Years: file(t, `{"year":2027,"papers":[],"days":[{"name":"元旦","date":"2027-01-01","isOffDay":true}]}`), Document: decree}
		change, err := m.Publish(admin(centre), p)
		if err != nil {
			t.Fatal(err)
		}
		if got := current(t, m, area).Due(calendar.Workdays(5), clock.MustInstant(from), ""); got.String() != "2027-01-07 周四 18:00" || got.Provisional {
			t.Errorf("after: %s, provisional %v", got, got.Provisional)
		}
		if len(told) != 1 || told[0].Revision != 2 || len(change.Days) != 1 || !change.Days[0].Before.Working || change.Days[0].After.Working || !change.Touches("110101") {
			t.Errorf("told %+v", told)
		}
		lines, err := m.JournalList(admin(centre), "")
		if err != nil || len(lines) != 1 || lines[0].NewDue != clock.MustInstant("2027-01-07 18:00") || lines[0].Document != decree.String() {
			t.Errorf("journal %+v, %v", lines, err)
		}
	})
}

// A follower that fails takes the publication back, and nothing of it is left in the cache.
func TestFailingFollower(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB, m *calendar.Module) {
		seed(t, db, m)
		broken := errors.New("broken")
		fail := true
		m.OnChange(func(tx *store.Tx, c calendar.Change) error {
			if _, err := m.For(tx, area); err != nil { // fills the cache with what will be taken back
				return err
			}
			if fail {
				return broken
			}
			return nil
		})
		p := calendar.Publication{Layer: calendar.County, Area: area, Years: file(t, "2026-11-20,休,抢险\n"), Document: decree}
		if _, err := m.Publish(admin(centre), p); !errors.Is(err, broken) {
			t.Fatal(err)
		}
		if c := current(t, m, area); !c.IsWorkday(clock.MustDate("2026-11-20")) || c.Revision() != 1 {
			t.Error("a publication that was taken back is seen")
		}
		fail = false
		p.Years = file(t, "2026-11-23,休,抢险\n")
		if _, err := m.Publish(admin(centre), p); err != nil {
			t.Fatal(err)
		}
		if c := current(t, m, area); !c.IsWorkday(clock.MustDate("2026-11-20")) || c.IsWorkday(clock.MustDate("2026-11-23")) {
			t.Error("the calendar of the failed publication is in the cache")
		}
	})
}

func TestPreviewAndModes(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB, m *calendar.Module) {
		seed(t, db, m)
		ctx := admin(centre)
		p := calendar.Publication{Layer: calendar.Prefecture, Area: area, Years: file(t, "2026-03-20至2026-03-21,休,开斋节\n"), Document: decree}
		view, err := m.Preview(ctx, p)
		if err != nil {
			t.Fatal(err)
		}
		// Replacing drops the founding day; 21 March is a Saturday that becomes a decreed day off.
		if len(view.Days) != 3 || view.Days[2].Before.Name != "建州纪念日" || !view.Days[2].After.Working || view.Area != "6229" || view.Listed != 2 {
			t.Errorf("replace: %+v", view)
		}
		if current(t, m, area).Revision() != 1 {
			t.Error("a preview changed something")
		}
		p.Mode, p.Seen = calendar.Merge, view.Revision
		if view, err = m.Preview(ctx, p); err != nil || len(view.Days) != 2 && len(view.Days) != 3 {
			t.Fatalf("merge: %+v, %v", view, err)
		}
		for _, d := range view.Days {
			if d.Before.Working != d.After.Working && d.After.Name != "开斋节" {
				t.Errorf("merge changes %s", d.After.Date)
			}
		}
		if _, err := m.Publish(ctx, p); err != nil {
			t.Fatal(err)
		}
		c := current(t, m, area)
		if c.IsWorkday(clock.MustDate("2026-03-20")) || c.IsWorkday(clock.MustDate("2026-11-19")) {
			t.Error("merge lost a day")
		}
		if d := c.Day(clock.MustDate("2026-11-19")); d.Source.Title == decree.Title {
			t.Errorf("a kept day has the new document: %+v", d.Source)
		}
		if _, err := m.Publish(ctx, p); !errors.Is(err, store.ErrStale) {
			t.Errorf("a preview of an older revision: %v", err)
		}
		list, err := m.Revisions(ctx, 2026)
		if err != nil || len(list) != 3 || !list[0].Live() || list[0].Number != 2 || list[0].PublishedBy != "张管理" {
			t.Fatalf("revisions %+v, %v", list, err)
		}
		superseded := 0
		for _, r := range list {
			if r.SupersededBy == list[0].ID {
				superseded++
			}
		}
		if superseded != 1 {
			t.Errorf("%d revisions are superseded by the new one", superseded)
		}
	})
}

func TestPublicationsThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB, m *calendar.Module) {
		seed(t, db, m)
		good := calendar.Publication{Layer: calendar.County, Area: area, Years: file(t, "2026-11-20,休,抢险\n"), Document: decree}
		for name, change := range map[string]func(*calendar.Publication){
			"layer":    func(p *calendar.Publication) { p.Layer = "village" },
			"area":     func(p *calendar.Publication) { p.Area = "6229" },
			"document": func(p *calendar.Publication) { p.Document.Title = " " },
			"script":   func(p *calendar.Publication) { p.Document.URL = "javascript:alert(1)" },
			"nothing":  func(p *calendar.Publication) { p.Years = nil },
			"mode":     func(p *calendar.Publication) { p.Mode = "append" },
			"year":     func(p *calendar.Publication) { p.Years[0].Year = 2027 },
		} {
			p := good
			p.Years = append([]calendar.FileYear(nil), good.Years...)
			change(&p)
			if _, err := m.Publish(admin(centre), p); !errors.Is(err, calendar.ErrLayer) {
				t.Errorf("%s: %v", name, err)
			}
		}
		reader := actor.With(context.Background(), &actor.Actor{Kind: actor.User, CentreID: centre, Grants: map[actor.Permission]actor.Scope{calendar.PermDayRead: actor.Centre}})
		if _, err := m.Publish(reader, good); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("a reader published: %v", err)
		}
		if _, err := m.Preview(reader, good); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("a reader previewed: %v", err)
		}
		if _, err := m.PublishHours(reader, calendar.HoursInput{Rules: calendar.DefaultHours(), Document: decree}); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("a reader published hours: %v", err)
		}
		if _, err := m.Calendar(context.Background(), area); !errors.Is(err, actor.ErrSignIn) {
			t.Errorf("a stranger read: %v", err)
		}
		if current(t, m, area).Revision() != 1 {
			t.Error("a refused publication changed the revision")
		}
	})
}

func TestHoursInTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB, m *calendar.Module) {
		seed(t, db, m)
		ctx := admin(centre)
		nine := calendar.Hours{{Open: []calendar.Interval{{From: 540, To: 720}, {From: 840, To: 1020}}}}
		publish := func(in calendar.HoursInput) {
			t.Helper()
			in.Rules, in.Document = nine, decree
			if _, err := m.PublishHours(ctx, in); err != nil {
				t.Fatal(err)
			}
		}
		publish(calendar.HoursInput{Effective: clock.MustDate("2026-12-01")})
		c := current(t, m, area)
		if got := due(c, "2026-11-27 16:30", 1); got != "2026-11-30 周一 18:00" {
			t.Error(got)
		}
		if got := due(c, "2026-11-27 16:30", 2); got != "2026-12-01 周二 17:00" {
			t.Error(got)
		}
		publish(calendar.HoursInput{Area: area})
		if got := due(current(t, m, area), "2026-05-08 16:30", 1); got != "2026-05-09 周六 17:00" {
			t.Error(got)
		}
		if got := due(current(t, m, "620102"), "2026-05-08 16:30", 1); got != "2026-05-09 周六 18:00" {
			t.Error(got)
		}
		publish(calendar.HoursInput{Unit: "u7"})
		c = current(t, m, "620102")
		if got := c.Due(calendar.Workdays(1), clock.MustInstant("2026-05-08 16:30"), "u7").String(); got != "2026-05-09 周六 17:00" || !c.OwnHours("u7") {
			t.Error(got)
		}
		publish(calendar.HoursInput{Unit: "u7"})
		list, err := m.HoursVersions(ctx)
		if err != nil || len(list) != 5 || list[0].Number != 2 || list[1].SupersededBy != list[0].ID {
			t.Errorf("%+v %v", list, err)
		}
		if _, err := m.PublishHours(ctx, calendar.HoursInput{Rules: nine, Document: decree, Seen: 2}); !errors.Is(err, store.ErrStale) {
			t.Errorf("hours on an older revision: %v", err)
		}
	})
}

func TestWarnings(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB, m *calendar.Module) {
		codes := func(now string) map[string]int {
			out := map[string]int{}
			err := db.Read(admin(centre), func(tx *store.Tx) error {
				list, err := m.Warnings(tx, clock.MustInstant(now))
				for _, w := range list {
					out[w.Code]++
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		if got := codes("2026-05-08"); got["missing_year"] != 1 {
			t.Errorf("without a calendar: %v", got)
		}
		seed(t, db, m)
		if got := codes("2026-10-31"); got["missing_year"] != 0 || got["unconfirmed_hours"] != 1 || got["unconfirmed_days"] != 1 {
			t.Errorf("on 31 October: %v", got)
		}
		if got := codes("2026-11-01"); got["missing_year"] != 1 || got["missing_local"] != 1 {
			t.Errorf("on 1 November: %v", got)
		}
		if got := codes("2025-11-01"); got["missing_year"] != 0 {
			t.Errorf("with next year there: %v", got)
		}
	})
}

// The public data set goes through preview and publication as an administrator would upload it.
func TestPublishPublicFile(t *testing.T) {
	data := datatest.Read(t, "calendar/2019.json")
	each(t, func(t *testing.T, db *store.DB, m *calendar.Module) {
		seed(t, db, m)
		years := file(t, string(data))
		change, err := m.Publish(admin(centre), calendar.Publication{Layer: calendar.National, Years: years, Document: decree})
		if err != nil || len(change.Days) != len(years[0].Days) {
			t.Fatalf("%d changed days of %d, %v", len(change.Days), len(years[0].Days), err)
		}
		if current(t, m, area).IsWorkday(clock.MustDate("2018-12-31")) {
			t.Error("the December before the year is not decided by its file")
		}
	})
}
