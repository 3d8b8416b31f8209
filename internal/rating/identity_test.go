package rating_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/rating"
	"yichuang/internal/rating/ratingtest"
	"yichuang/internal/store"
)

// somebody is a rater whom chance made up.
type somebody struct{ name, phone string }

func anybody(rnd *rand.Rand) somebody {
	return somebody{[]string{"欧阳", "司徒", "上官", "慕容"}[rnd.IntN(4)] + string([]rune("冀豫皖赣鄂湘粤桂琼渝")[rnd.IntN(10)]) + string([]rune("麒麟鲲鹏骐骥骅骝骁骏")[rnd.IntN(10)]), fmt.Sprintf("13%09d", rnd.IntN(1_000_000_000))}
}

// wording puts name and phone into a text as people do.
func (s somebody) wording(rnd *rand.Rand) string {
	name := []string{s.name, strings.Join(strings.Split(s.name, ""), " "), s.name}[rnd.IntN(3)]
	phone := []string{s.phone, s.phone[:3] + "-" + s.phone[3:7] + "-" + s.phone[7:], s.phone[:3] + " " + s.phone[3:]}[rnd.IntN(3)]
	return []string{"窗口让我跑了两趟，我是" + name + "，打" + phone, name + "（" + phone + "）等了一上午", "请回电" + phone + "找" + name}[rnd.IntN(3)]
}

// tells lists what would tell who rated: the name, the phone and its parts, and the number of the case.
func (s somebody) tells(caseNo string) []string {
	return []string{s.name, s.phone, s.phone[:7], s.phone[4:], caseNo}
}

// seen is everything that a person can read of ratings, as JSON.
func seen(t *testing.T, w *ratingtest.World, ctx context.Context, task string) string {
	t.Helper()
	var out strings.Builder
	add := func(v any, err error) {
		if err != nil {
			return // what is refused shows nothing
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(b)
	}
	m := w.Rating
	sheet, err := m.Find(ctx, task)
	add(sheet, err)
	tasks, _, err := m.Tasks(ctx, rating.TaskFilter{})
	add(tasks, err)
	ended, _, err := m.Tasks(ctx, rating.TaskFilter{Done: true})
	add(ended, err)
	excluded, _, err := m.Exclusions(ctx, "")
	add(excluded, err)
	list, _, err := m.Ratings(ctx, rating.Filter{})
	add(list, err)
	err = m.Export(ctx, rating.Filter{}, func(l rating.Line) error { add(l, nil); return nil })
	add(nil, err)
	for _, d := range rating.Measures() {
		for _, part := range []metric.Part{metric.Numerator, metric.Denominator, metric.Excluded} {
			if d.Code == rating.MeasureActive {
				continue // lists the cases themselves, for those who read them
			}
			page, err := m.Cohort(ctx, rating.Subject{}, metric.Query{Metric: d.Code, Period: november, Part: part})
			add(page, err)
		}
	}
	who, err := m.RevealRater(ctx, sheet.ID)
	add(who, err)
	faults, err := m.Faults(ctx, november.From, november.Last())
	add(faults, err)
	return out.String()
}

// TestTheRatedNeverLearnWhoRated is invariant I10 as a property: chance makes raters who put their names and phones into what
// they write, people who repeat them in every text of a task, and a random course; and nothing that anybody of the rated
// unit can read, nor the log, holds them.
func TestTheRatedNeverLearnWhoRated(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	w.Set("2025-11-18 09:00")
	rnd := rand.New(rand.NewPCG(10, 2025))
	rated := map[string]context.Context{"W": w.Window(t), "Z": w.Chief(t), "D": w.Approver(t, 1), "head": w.Head(t), "T": w.As(t, org.RoleSiteAdmin), "F": w.As(t, org.RoleFinance), "G": w.As(t, org.RoleOffice), "admin": w.As(t, org.RoleAdmin)}
	masked := map[string]context.Context{"I": w.As(t, org.RoleInfo), "L": w.As(t, org.RoleLeader), "H": w.As(t, org.RoleAgent)}
	var all []string
	for n := range 8 {
		who := anybody(rnd)
		c := w.Answered(t)
		if _, err := w.Rating.Rate(w.Citizen(), w.Code(c), rating.RateInput{Level: rating.Bad + rating.Level(rnd.IntN(2)), Text: who.wording(rnd), Name: who.name, Phone: who.phone}); err != nil {
			t.Fatal(err)
		}
		s := w.Newest(t)
		course(t, w, rnd, s.ID, who)
		tells := who.tells(c.No)
		all = append(all, tells[:4]...)
		for name, ctx := range rated {
			text := seen(t, w, ctx, s.No)
			for _, secret := range tells {
				if strings.Contains(text, secret) {
					t.Errorf("rater %d: %s reads %q", n, name, secret)
				}
			}
		}
		for name, ctx := range masked {
			text := seen(t, w, ctx, s.No)
			for _, secret := range tells[:4] {
				if strings.Contains(text, secret) {
					t.Errorf("rater %d: %s reads %q", n, name, secret)
				}
			}
		}
		if text := seen(t, w, w.As(t, org.RoleSupervisor), s.No); !strings.Contains(text, who.name) || !strings.Contains(text, who.phone) {
			t.Errorf("rater %d: 政务监察股 does not find him: the test looks in the wrong places", n)
		}
	}
	stored(t, w, all)
}

// course tries random steps whose texts repeat who rated.
func course(t *testing.T, w *ratingtest.World, rnd *rand.Rand, id string, who somebody) {
	t.Helper()
	m, k, say := w.Rating, rating.Command{TaskID: id}, func() string { return "经查：" + who.wording(rnd) }
	z, j, l, b := w.Chief(t), w.As(t, org.RoleSupervisor), w.As(t, org.RoleLeader), w.As(t, org.RoleCallbacker)
	moves := []func() error{
		func() error { _, err := m.Contact(b, k, say()); return err }, func() error { _, err := m.Contact(z, k, say()); return err },
		func() error { _, err := m.Fix(z, k, say()); return err },
		func() error { _, err := m.Explain(z, k, say()); return err },
		func() error { _, err := m.Plan(z, k, clock.MustDate("2025-11-28"), say()); return err },
		func() error { _, err := m.Report(z, k, say()); return err },
		func() error { _, err := m.Appeal(w.Window(t), k, rating.Malicious, say()); return err },
		func() error { _, err := m.Opine(j, k, rating.AppealUpheld, say()); return err },
		func() error { _, err := m.Uphold(l, k, say()); return err },
		func() error { _, err := m.Reject(l, k, say()); return err },
		func() error { _, err := m.Pass(j, k, say()); return err },
		func() error { _, err := m.SendBack(j, k, say()); return err },
		func() error {
			_, err := m.Call(b, k, rating.CallInput{Reached: rnd.IntN(2) == 0, Answer: rating.AnswerBad, Text: say()})
			return err
		},
		func() error { _, err := m.Close(j, k, say()); return err },
	}
	for range 25 {
		_ = moves[rnd.IntN(len(moves))]() // most do not fit the state; what fits is what counts
	}
}

// stored looks into the tables themselves: no column of a rating, nor the audit log, holds a rater in the clear.
func stored(t *testing.T, w *ratingtest.World, secrets []string) {
	t.Helper()
	for _, q := range []string{"SELECT text || labels || reason || title FROM rating_rating WHERE centre_id = $1", "SELECT text || data || actor_name FROM rating_event WHERE centre_id = $1", "SELECT text || opinion || decision FROM rating_appeal WHERE centre_id = $1",
		"SELECT text FROM rating_notice WHERE centre_id = $1", "SELECT detail || object FROM audit_log WHERE centre_id = $1"} {
		var rows []string
		err := w.DB.Read(w.System(), func(tx *store.Tx) (err error) {
			rows, err = store.Select[string](tx, q, w.Centre)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(rows, "\n")
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds %q", q, secret)
			}
		}
	}
}

// Who reads ratings does not read those of the own unit's raters: a person of 政务监察股 who was rated is a rated person.
func TestNobodyReadsTheOwnRater(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	w.Set("2025-11-18 09:00")
	c := w.Answered(t)
	w.Rate(t, c, rating.Bad, "马建国", "13993001234")
	s := w.Newest(t)
	both := *actor.From(w.As(t, org.RoleSupervisor))
	both.UserID = s.StaffID
	if _, err := w.Rating.RevealRater(actor.With(context.Background(), &both), s.ID); err == nil {
		t.Error("whoever was rated reads who rated")
	}
	if sheet, err := w.Rating.Find(actor.With(context.Background(), &both), s.ID); err == nil && sheet.Rater != "" {
		t.Errorf("whoever was rated is shown %q", sheet.Rater)
	}
	both.UserID, both.UnitID = "somebody", s.UnitID
	if sheet, err := w.Rating.Find(actor.With(context.Background(), &both), s.ID); err == nil && sheet.Rater != "" {
		t.Errorf("somebody of the rated unit is shown %q", sheet.Rater)
	}
	if _, err := w.Rating.RevealRater(actor.With(context.Background(), &both), s.ID); err == nil {
		t.Error("somebody of the rated unit reads who rated")
	}
}
