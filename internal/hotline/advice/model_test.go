package advice_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/advice"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// matterOf makes a request of one of three categories; number n of them says the same matter at another place.
func matterOf(n int) func(*hotline.RegisterInput) {
	where := []string{"红园路", "北大街", "团结小区", "滨河路", "光华巷", "东区家园", "新华街", "幸福里"}[n%8]
	what := []struct{ category, title, words string }{
		{"0402", "路灯不亮", "路灯整夜不亮 灯杆歪了 照明太暗 灯泡坏了 路灯忽明忽暗 灯罩掉了 晚上没有照明"},
		{"0301", "停水", "自来水停了 水管漏水 水压不够 水龙头没水 管道爆裂跑水 水表处渗水 自来水时有时无"},
		{"0601", "公交车晚点", "公交车不进站 线路绕远 车次太少 司机甩站 末班车太早 公交站牌没有了 等车要半小时"},
	}[n%3]
	words := strings.Fields(what.words)
	content := words[n/3%7] + "，" + words[(n/3*2+n/21+1)%7] + "，" + []string{"请维修", "希望解决", "麻烦处理一下", "请派人来看"}[n/5%4]
	return func(in *hotline.RegisterInput) {
		in.Category, in.Title, in.Content = what.category, where+what.title, fmt.Sprintf("%s%s，已经%d天了。", where, content, n%9+1)
		in.Address, in.Phone = where, fmt.Sprintf("138%08d", n)
	}
}

// taught is a centre with closed orders of the three categories, and a model of each kind in use.
func taught(t *testing.T, w *hotlinetest.World) {
	t.Helper()
	for n := range 60 {
		w.Ticket(t, hotline.Draft, matterOf(n))
	}
	closeAll(t, w)
	ctx := w.As(t, org.RoleAdmin)
	for _, kind := range advice.ModelKinds {
		if _, err := w.Advice.AskTraining(ctx, kind); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		w.RunJobs(t)
		w.Beside.Settle()
		w.Clock.Advance(time.Minute)
	}
}

// closeAll ends every ticket where it stands, those about water at the other unit: a whole life of each would take long,
// and models look at nothing of it but the end.
func closeAll(t *testing.T, w *hotlinetest.World) {
	t.Helper()
	err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE hotline_ticket SET state = 'CLOSED', open = FALSE, close_kind = 'satisfied', closed_at = created_at,
			unit_id = CASE WHEN category = '0301' THEN $1 ELSE $2 END WHERE centre_id = $3`, w.Other.ID, w.Unit.ID, w.Centre)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestModelsAreTrainedOnClosedOrders(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		ctx := w.As(t, org.RoleAdmin)
		if _, err := w.Advice.Train(ctx, advice.ModelCategory, 1); !errors.Is(err, advice.ErrLessons) {
			t.Errorf("without closed orders: %v", err)
		}
		taught(t, w)
		rows, err := w.Advice.Models(ctx)
		if err != nil || len(rows) != 3 {
			t.Fatalf("%+v %v", rows, err)
		}
		first := rows[1] // rows[0] is the units' one, rows[2] the one that failed
		if first.Kind != advice.ModelCategory || first.State != advice.ModelReady || !first.Active || first.Examples != 60 || first.Labels != 3 || first.HeldBack.Texts != 60 || len(first.Hash) != 64 {
			t.Errorf("%+v", first)
		}
		if rows[2].State != advice.ModelFailed || !strings.Contains(rows[2].Problem, "只有 0 件") {
			t.Errorf("%+v", rows[2])
		}
		second, err := w.Advice.Train(ctx, advice.ModelCategory, 1)
		if err != nil || second.Active || second.Hash != first.Hash {
			t.Errorf("a second training of the same orders: %+v %v", second, err)
		}
		if _, err := w.Advice.ActivateModel(ctx, second.ID); err != nil {
			t.Fatal(err)
		}
		rows, err = w.Advice.Models(ctx)
		if err != nil || !rows[0].Active || rows[0].ID != second.ID || slices.ContainsFunc(rows[1:], func(r advice.ModelRow) bool { return r.Active && r.Kind == advice.ModelCategory }) {
			t.Errorf("%+v %v", rows, err)
		}
		if _, err := w.Advice.ActivateModel(ctx, rows[3].ID); !errors.Is(err, advice.ErrModelMissing) {
			t.Errorf("a failed version was activated: %v", err)
		}
	})
}

func TestOnlyThoseWhoMayTrainAndActivate(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		ctx := w.As(t, org.RoleAgent)
		if _, err := w.Advice.AskTraining(ctx, advice.ModelCategory); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("train: %v", err)
		}
		if _, err := w.Advice.ActivateModel(ctx, "1"); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("activate: %v", err)
		}
		if _, err := w.Advice.Models(w.In(t, w.Unit.ID, org.RoleLiaison)); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("list: %v", err)
		}
		admin := w.As(t, org.RoleAdmin)
		if _, err := w.Advice.AskTraining(admin, "other"); !errors.Is(err, advice.ErrModelKind) {
			t.Errorf("unknown kind: %v", err)
		}
		if _, err := w.Advice.AskTraining(admin, advice.ModelUnit); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Advice.AskTraining(admin, advice.ModelUnit); !errors.Is(err, advice.ErrModelBusy) {
			t.Errorf("twice: %v", err)
		}
	})
}

func TestAdviceWhileTyping(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		ctx := w.As(t, org.RoleAgent)
		in := hotlinetest.Input(func(in *hotline.RegisterInput) {
			in.Title, in.Category, in.Content, in.Phone = "", "", "南门广场的路灯不亮，晚上看不见路，请派人维修", "13911112222"
		})
		if a, err := w.Advice.Advise(ctx, in); err != nil || len(a.Categories)+len(a.Units) != 0 {
			t.Errorf("without models: %+v %v", a, err)
		}
		taught(t, w)
		a, err := w.Advice.Advise(ctx, in)
		if err != nil || len(a.Categories) == 0 {
			t.Fatalf("%+v %v", a, err)
		}
		c := a.Categories[0]
		if c.Code != "0402" || c.Name == "" || c.Probability <= 0.5 || len(c.Because) == 0 || a.CategoryModel == "" || !strings.Contains(strings.Join(c.Because, ""), "灯") {
			t.Errorf("%+v", a.Categories)
		}
		if len(a.Units) == 0 || a.Units[0].UnitID != w.Unit.ID || a.Units[0].Unit == "" {
			t.Errorf("%+v", a.Units)
		}
		in.Content = "红园路路灯整夜不亮，照明太暗，请维修，已经1天了。"
		if a, err = w.Advice.Advise(ctx, in); err != nil || len(a.Duplicates) == 0 || a.Duplicates[0].Why != advice.DuplicateText {
			t.Errorf("%+v %v", a.Duplicates, err)
		}
		if a, err := w.Advice.Advise(w.In(t, w.Unit.ID, org.RoleLiaison), in); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a unit registers nothing: %+v %v", a, err)
		}
	})
}

func TestWhatBecameOfAdviceIsCounted(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		taught(t, w)
		ctx := w.As(t, org.RoleShiftLead)
		for i, category := range []string{"0402", "0402", "0301", "", "0101"} {
			in := hotlinetest.Input(matterOf(3 * (i + 30)))
			in.Category = category
			r, err := w.Hotline.Register(ctx, in)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // recorded once
				if err := w.Advice.NoteAdvice(ctx, r.ID, advice.ModelCategory); err != nil {
					t.Fatal(err)
				}
			}
		}
		rows, err := w.Advice.Models(ctx)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(rows, func(r advice.ModelRow) bool { return r.Kind == advice.ModelCategory && r.Active })
		if r := rows[i]; r.First != 2 || r.Listed+r.Overridden != 2 || r.Overridden < 1 {
			t.Errorf("first %d, listed %d, overridden %d", r.First, r.Listed, r.Overridden)
		}
	})
}

func TestAMarkedLineMayAskTheModel(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		if err := w.Hotline.ChangeParameter(w.As(t, org.RoleAdmin), hotline.Parameter{Name: "auto_dispatch", Value: 1}); err != nil {
			t.Fatal(err)
		}
		sure := hotline.Rule{Category: "0402", Area: "622901001", UnitID: w.Unit.ID, From: clock.MustDate("2026-01-01"), To: clock.NoDate, Automatic: true, LeastPercent: 60}
		if _, err := w.Hotline.SaveRule(w.As(t, org.RoleDispatcher), sure); err != nil {
			t.Fatal(err)
		}
		accepted := func(change func(*hotline.RegisterInput)) hotline.Ticket {
			t.Helper()
			o, err := w.Hotline.Accept(w.As(t, org.RoleAgent), hotlinetest.Command(w.Ticket(t, hotline.Draft, change)), hotline.Classify{})
			if err != nil {
				t.Fatal(err)
			}
			return o
		}
		lamp := func(in *hotline.RegisterInput) {
			matterOf(0)(in)
			in.Title, in.Content = "路灯不亮", "红园路路灯整夜不亮，灯泡坏了，请维修。"
		}
		if o := accepted(lamp); o.State != hotline.Triage {
			t.Fatalf("without a model nobody is sure: %s", o.State)
		}
		taught(t, w)
		o := accepted(lamp)
		d := w.Get(t, o.ID)
		if o.State != hotline.Dispatched || !strings.Contains(d.Events[2].Data, `"probability":0.`) && !strings.Contains(d.Events[2].Data, `"probability":1`) {
			t.Errorf("street lamps: %s %s", o.State, d.Events[len(d.Events)-1].Data)
		}
		wrong := func(in *hotline.RegisterInput) {
			lamp(in)
			in.Title, in.Content = "停水", "红园路自来水停了，水龙头没水，请派人来看。"
		}
		if o := accepted(wrong); o.State != hotline.Triage {
			t.Errorf("the text speaks of water: %s", o.State)
		}
	})
}
