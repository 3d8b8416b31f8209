package supervision_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/supervision"
	"yichuang/internal/supervision/supervisiontest"
)

// What was published stays as it was published, whatever becomes of the alerts behind it; a correction is a further revision
// with its reason, and both stay readable for everybody.
func TestPublishedResultsAreFrozen(t *testing.T) {
	supervisiontest.Each(t, func(t *testing.T, w *supervisiontest.World) {
		it := w.Ready(t)
		w.Set("2025-09-26 15:00")
		c := w.Accepted(t, it)
		w.Set("2025-10-21 00:00")
		w.RunJobs(t)
		m, j, l := w.Supervision, w.As(t, org.RoleSupervisor), w.As(t, org.RoleLeader)
		october := metric.Month(clock.Day(2025, 10, 1))
		refused := func(err error, want error) {
			t.Helper()
			if !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
		}
		_, err := m.Publish(j, supervision.GazetteInput{Period: october})
		refused(err, supervision.ErrGazetteOpen)
		w.Set("2025-11-03 09:00")
		if _, err := m.Publish(l, supervision.GazetteInput{Period: october}); err == nil {
			t.Error("the leader publishes")
		}
		_, err = m.Publish(j, supervision.GazetteInput{Period: metric.Period{From: october.From, To: october.To - 1}})
		refused(err, metric.ErrPeriod)
		public := actor.With(w.System(), &actor.Actor{Kind: actor.Anonymous, CentreID: w.Centre})
		_, err = m.Published(public, metric.Period{}, 0)
		refused(err, supervision.ErrGazette)

		first, err := m.Publish(j, supervision.GazetteInput{Period: october})
		if err != nil || len(first.Lines) != 1 || first.Revision != 1 {
			t.Fatalf("%+v, %v", first, err)
		}
		if n := first.Lines[0]; n.Reds != 1 || n.Yellows != 0 || n.Reminders != 0 || n.Grade != "不合格" || n.Unit != "市人社局" {
			t.Errorf("line %+v", n)
		}
		behind, err := m.GazetteAlerts(j, first.ID, first.Lines[0].UnitID, "red")
		if err != nil || len(behind) != 1 || behind[0].CaseID != c.ID || behind[0].Level != supervision.Red {
			t.Fatalf("behind the red card: %+v, %v", behind, err)
		}
		stranger := w.Person(t, "stranger", orgtest.Where{Unit: orgtest.Unit(t, w.Org, w.Centre, "市水务局", "").ID}, org.RoleApprover)
		if list, err := m.GazetteAlerts(stranger.Ctx, first.ID, "", ""); err != nil || len(list) != 0 {
			t.Errorf("another unit sees %d alerts, %v", len(list), err)
		}

		if _, err := m.Act(j, supervision.Command{ID: behind[0].ID, Text: "系统停电三天"}, supervision.ActPropose); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Act(l, supervision.Command{ID: behind[0].ID}, supervision.ActLift); err != nil {
			t.Fatal(err)
		}
		if g, intact, err := m.Gazette(j, first.ID); err != nil || !intact || g.Lines[0].Reds != 1 {
			t.Errorf("after lifting: %+v, intact %v, %v", g, intact, err)
		}
		_, err = m.Publish(j, supervision.GazetteInput{Period: october, Reason: " "})
		refused(err, supervision.ErrGazetteAgain)
		correction := supervision.GazetteInput{Key: "correction", Period: october, Reason: "红牌已依程序撤销"}
		second, err := m.Publish(j, correction)
		if err != nil || second.Revision != 2 || second.Lines[0].Reds != 0 || second.Lines[0].Lifted != 1 {
			t.Fatalf("correction %+v, %v", second, err)
		}
		if again, err := m.Publish(j, correction); err != nil || again.ID != second.ID {
			t.Errorf("sent again: %+v, %v", again, err)
		}
		holds, err := m.Published(public, metric.Period{}, 0)
		if err != nil || holds.Revision != 2 || holds.Reason == "" || holds.Total.Reds != 0 || len(holds.Revisions) != 2 {
			t.Errorf("holds %+v, %v", holds, err)
		}
		was, err := m.Published(public, october, 1)
		if err != nil || was.Total.Reds != 1 || was.Hash != first.Hash {
			t.Errorf("the revision before %+v, %v", was, err)
		}
		b, _ := json.Marshal(holds)
		for _, secret := range []string{c.No, string(c.ID), behind[0].StaffID, actor.From(j).UserID} {
			if strings.Contains(string(b), secret) {
				t.Errorf("%q is public", secret)
			}
		}
		if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
			return tx.Queue("UPDATE supervision_gazette_line SET reds = 0 WHERE centre_id = $1 AND gazette_id = $2", w.Centre, first.ID)
		}); err != nil {
			t.Fatal(err)
		}
		if _, intact, err := m.Gazette(j, first.ID); err != nil || intact {
			t.Errorf("a changed number is not found, %v", err)
		}
	})
}
