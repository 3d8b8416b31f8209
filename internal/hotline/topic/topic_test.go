package topic_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/hotline/topic"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// cold are tickets about the heating of one estate, by n callers.
func cold(n int) func(*hotline.RegisterInput) {
	says := []string{"红园小区暖气不热", "红园小区供暖温度太低", "投诉红园小区暖气一直不热", "红园小区三号楼暖气冰凉", "红园小区暖气不热何时解决", "红园小区暖气不热没人管"}
	return func(in *hotline.RegisterInput) {
		in.Title = says[n%len(says)]
		in.Content = in.Title + "，每天晚上室温只有十四度，请尽快处理。"
		in.Category, in.Address, in.Phone, in.Kind = "0201", "红园小区", fmt.Sprintf("139%08d", n), hotline.Complaint
	}
}

// noise are others, about one road.
func noise(n int) func(*hotline.RegisterInput) {
	says := []string{"滨河路夜间施工噪声扰民", "滨河路工地半夜施工", "滨河路施工噪声大", "投诉滨河路夜间施工噪声"}
	return func(in *hotline.RegisterInput) {
		in.Title = says[n%len(says)]
		in.Content = in.Title + "，凌晨2点还在施工，噪声太大。"
		in.Category, in.Address, in.Phone, in.Kind = "0701", "滨河路", fmt.Sprintf("137%08d", n), hotline.Complaint
	}
}

func TestTopicsAreGathered(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		w.Set("2026-04-01 09:00")
		for n := range 2 {
			w.Ticket(t, hotline.Triage, cold(n))
		}
		w.Clock.Advance(40 * 24 * time.Hour)
		for n := range 6 {
			w.Ticket(t, hotline.Triage, cold(n+2))
		}
		for n := range 4 { // too few for a topic
			w.Ticket(t, hotline.Triage, noise(n))
		}
		secret := w.Ticket(t, hotline.Triage, func(in *hotline.RegisterInput) {
			cold(20)(in)
			in.Confidential = hotline.ConfidentialAll
		})
		ctx := w.As(t, org.RoleLeader)
		if n, err := w.Topics.Gather(ctx); n != 1 || err != nil {
			t.Fatalf("%d topics, %v", n, err)
		}
		list, err := w.Topics.List(ctx)
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v %v", list, err)
		}
		got := list[0]
		if got.Place != "红园小区" || got.Category != "0201" || got.Tickets != 8 || got.Recent != 6 || got.Before != 2 || got.Percent != 200 || !got.Grown || got.Supporters != 8 || got.CategoryName == "" || got.Times == "" {
			t.Errorf("%+v", got)
		}
		record, err := w.Topics.Record(ctx, got.ID)
		if err != nil || len(record.Rows) != 8 || slices.ContainsFunc(record.Rows, func(r hotline.Row) bool { return r.ID == secret.ID }) {
			t.Errorf("%d tickets, %v", len(record.Rows), err)
		}
		for n := range 3 { // the topic grows and keeps its id, and the road becomes one
			w.Ticket(t, hotline.Triage, cold(n+30))
			w.Ticket(t, hotline.Triage, noise(n+30))
		}
		if n, err := w.Topics.Gather(ctx); n != 2 || err != nil {
			t.Fatalf("%d topics, %v", n, err)
		}
		again, err := w.Topics.List(ctx)
		if err != nil || again[0].ID != got.ID || again[0].Heat <= got.Heat || again[1].Place != "滨河路" || again[1].Grown {
			t.Errorf("%+v %v", again, err)
		}
		w.Clock.Advance(61 * 24 * time.Hour)
		if n, err := w.Topics.Gather(ctx); n != 0 || err != nil {
			t.Errorf("%d topics after the window, %v", n, err)
		}
		if record, err := w.Topics.Record(ctx, got.ID); err != nil || record.Live || record.Tickets != 11 {
			t.Errorf("%+v %v", record.Topic, err)
		}
	})
}

// One caller who calls often heats a topic less than as many callers do.
func TestHeatCountsPeople(t *testing.T) {
	heat := func(t *testing.T, phone func(n int) string) (int64, int) {
		w := hotlinetest.Open(t, store.SQLite)
		for n := range 6 {
			w.Ticket(t, hotline.Triage, func(in *hotline.RegisterInput) {
				cold(n)(in)
				in.Phone = phone(n)
			})
		}
		if _, err := w.Topics.Gather(w.As(t, org.RoleLeader)); err != nil {
			t.Fatal(err)
		}
		list, err := w.Topics.List(w.As(t, org.RoleLeader))
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v %v", list, err)
		}
		return list[0].Heat, list[0].Supporters
	}
	many, people := heat(t, func(n int) string { return fmt.Sprintf("139%08d", n) })
	one, caller := heat(t, func(int) string { return "13900000000" })
	if people != 6 || caller != 1 || many < 590 || many > 600 || one < 220 || one > 225 { // 1 + 5/4 of 600/6, a moment ago
		t.Errorf("six callers %d (%d), one caller %d (%d)", many, people, one, caller)
	}
}

func TestTopicsAreForThoseWhoReadTheWholeCentre(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		for n := range 6 {
			w.Ticket(t, hotline.Triage, cold(n))
		}
		if _, err := w.Topics.Gather(w.System()); err != nil {
			t.Fatal(err)
		}
		list, err := w.Topics.List(w.As(t, org.RoleLeader))
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v %v", list, err)
		}
		head := w.In(t, w.Unit.ID, org.RoleUnitHead)
		if l, err := w.Topics.List(head); err == nil {
			t.Errorf("a unit's head reads %+v", l)
		}
		if _, err := w.Topics.Record(head, list[0].ID); !errors.Is(err, topic.ErrMissing) {
			t.Errorf("a unit's head reads the topic: %v", err)
		}
		if _, err := w.Topics.Gather(head); err == nil {
			t.Error("a unit's head gathers topics")
		}
		if _, err := w.Topics.Record(w.As(t, org.RoleLeader), "none"); !errors.Is(err, topic.ErrMissing) {
			t.Errorf("no topic: %v", err)
		}
	})
}

func TestPublicationsShowNoSmallNumbers(t *testing.T) {
	row := func(recent, before, supporters, reports int) topic.TopicRow {
		return topic.TopicRow{CategoryName: "供热", Topic: topic.Topic{Title: "张三家暖气不热", Place: "红园小区", Recent: recent, Before: before, Supporters: supporters, Reports: reports}}
	}
	list := topic.Publish([]topic.TopicRow{row(12, 3, 9, 0), row(5, 0, 5, 0), row(9, 9, 4, 0), row(9, 9, 9, 1)})
	want := []topic.PublicTopic{{Place: "红园小区", Category: "供热", Recent: "12", Before: "少于 5"}, {Place: "红园小区", Category: "供热", Recent: "5", Before: "0"}}
	if !slices.Equal(list, want) {
		t.Errorf("%+v", list)
	}
}

func TestATopicBecomesASupervision(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		for n := range 5 {
			w.Ticket(t, hotline.Handling, cold(n))
		}
		ctx := w.As(t, org.RoleSupervisor)
		if _, err := w.Topics.Gather(ctx); err != nil {
			t.Fatal(err)
		}
		list, err := w.Topics.List(w.As(t, org.RoleLeader))
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v %v", list, err)
		}
		in := hotline.SupervisionInput{Level: hotline.LevelOffice, Cause: "多次集中反映", Demand: "请三日内提出整改办法。"}
		done, err := w.Topics.Supervise(ctx, list[0].ID, in)
		if err != nil || len(done) != 1 || done[0].No == "" || done[0].Problem != "" || done[0].Unit == "" {
			t.Fatalf("%+v %v", done, err)
		}
		again, err := w.Topics.Supervise(ctx, list[0].ID, in)
		if err != nil || len(again) != 1 || again[0].No != "" || again[0].Problem == "" {
			t.Errorf("a second time: %+v %v", again, err)
		}
		if r, err := w.Topics.Record(ctx, list[0].ID); err != nil || r.SupervisedAt == 0 {
			t.Errorf("%+v %v", r.Topic, err)
		}
		if _, err := w.Topics.Supervise(ctx, list[0].ID, hotline.SupervisionInput{}); err == nil {
			t.Error("a supervision without ground was opened")
		}
	})
}
