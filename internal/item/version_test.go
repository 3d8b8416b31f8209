package item_test

import (
	"errors"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/item/itemtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// The table as the reference draws it, written down again: 编制→部门审核→政务信息股审核→发布. 暂停 and 取消 are
// alterations, which take the same way.
func TestEveryStateTimesEveryAction(t *testing.T) {
	want := map[[2]string]item.State{
		{"draft", "submit"}: item.UnitReview, {"draft", "discard"}: item.Discarded,
		{"unit_review", "pass"}: item.InfoReview, {"unit_review", "return"}: item.Draft,
		{"info_review", "publish"}: item.Published, {"info_review", "return"}: item.Draft,
	}
	seen := 0
	for _, s := range item.States() {
		for _, a := range item.Actions() {
			to, perm, ok := item.Next(s, a)
			expected, allowed := want[[2]string{string(s), string(a)}]
			if ok != allowed || to != expected || ok && perm == "" {
				t.Errorf("%s × %s: %s %v, want %s %v", s, a, to, ok, expected, allowed)
			}
			if ok {
				seen++
			}
			if s.Label() == "" || a.Label() == "" {
				t.Errorf("%s or %s has no Chinese name", s, a)
			}
		}
	}
	if seen != len(want) {
		t.Errorf("%d transitions, want %d", seen, len(want))
	}
}

// The same table through the use case: in each state, what the table does not have is refused and changes nothing.
func TestMovesFollowTheTable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		for _, s := range item.States() {
			for _, a := range item.Actions() {
				v := w.In(s)
				got, err := w.Item.Move(w.System(), v.ID, v.Revision, a, item.Change{Day: clock.NoDate, Reason: "试"})
				to, _, ok := item.Next(s, a)
				if ok && (err != nil || got.State != to) || !ok && !errors.Is(err, item.ErrWrongState) {
					t.Errorf("%s × %s: %s, %v", s, a, got.State, err)
				}
				if now := w.Version(v.ID); !ok && (now.State != s || now.Revision != v.Revision) {
					t.Errorf("%s × %s was refused and still changed it to %s", s, a, now.State)
				}
			}
		}
	}, itemtest.Migrations()...)
}

func TestThreePeopleMakeAVersion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		_, v, err := w.Item.Create(w.Head.Ctx, item.NewItem{UnitID: w.Unit.ID, Content: itemtest.Permit("11001")})
		if err != nil {
			t.Fatal(err)
		}
		v = w.Must(w.Item.Move(w.Head.Ctx, v.ID, v.Revision, item.Submit, item.Change{}))
		if _, err := w.Item.Move(w.Head.Ctx, v.ID, v.Revision, item.Pass, item.Change{}); !errors.Is(err, item.ErrSamePerson) {
			t.Errorf("the drafter reviewed his own: %v", err)
		}
		v = w.Must(w.Item.Move(w.Second.Ctx, v.ID, v.Revision, item.Pass, item.Change{}))
		if _, err := w.Item.Move(w.Second.Ctx, v.ID, v.Revision, item.Publish, item.Change{}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("the department published: %v", err)
		}
		v = w.Must(w.Item.Move(w.Info.Ctx, v.ID, v.Revision, item.Publish, item.Change{Day: w.Today() + 5}))
		if !v.Intact() {
			t.Error("the published version does not have its hash")
		}
		if _, err := w.InForce(v.ItemID, w.Today()); !errors.Is(err, item.ErrNotInForce) {
			t.Errorf("in force before its day: %v", err)
		}
		if got, err := w.InForce(v.ItemID, w.Today()+5); err != nil || got.ID != v.ID {
			t.Errorf("on its day: %v %v", got.ID, err)
		}
	}, itemtest.Migrations()...)
}

// A sealed version never changes; a change is a new version that takes effect on its day, and what a case pinned stays.
func TestAChangeTakesEffectOnItsDay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		first := w.Publish(itemtest.Permit("11002"), w.Today())
		if _, err := w.Item.Save(w.Head.Ctx, first.ID, first.Revision, itemtest.Permit("11002")); !errors.Is(err, item.ErrWrongState) {
			t.Errorf("a published version was edited: %v", err)
		}
		second, err := w.Item.Revise(w.Head.Ctx, first.ItemID, "压缩时限", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Item.Revise(w.Head.Ctx, first.ItemID, "再来一版", ""); !errors.Is(err, item.ErrOpenDraft) {
			t.Errorf("two open drafts: %v", err)
		}
		c := itemtest.Permit("11002")
		c.Promise.N, c.Materials, c.Situations = 5, c.Materials[:2], nil
		second = w.Must(w.Item.Save(w.Head.Ctx, second.ID, second.Revision, c))
		day := w.Today() + 10
		second = w.Through(second, day)
		for _, x := range []struct {
			day  clock.Date
			want string
		}{{w.Today(), first.ID}, {day - 1, first.ID}, {day, second.ID}, {day + 400, second.ID}} {
			if got, err := w.InForce(first.ItemID, x.day); err != nil || got.ID != x.want {
				t.Errorf("%s: version %d, %v", x.day, got.No, err)
			}
		}
		d, err := w.Item.Differences(w.Head.Ctx, first.ItemID, second.ID)
		if err != nil || d.Saving.Materials != 1 || d.Saving.Days != 5 || !d.Saving.DaysKnown || d.Saving.Steps != 0 {
			t.Errorf("saved %+v, %v", d.Saving, err)
		}
		if len(d.Differences) != 3 {
			t.Errorf("differences: %+v", d.Differences)
		}
		w.Clock.Set(day.Start())
		w.RunJobs()
		if g, err := w.Item.Guide(w.Citizen(), first.ItemID); err != nil || g.Version.ID != second.ID || !g.InForce {
			t.Errorf("the guide shows %d: %v", g.Version.No, err)
		}
		pinned := w.Version(first.ID)
		if old, err := pinned.Content(); err != nil || old.Promise.N != 10 || len(old.Materials) != 3 {
			t.Errorf("what a case pinned changed: %+v %v", old.Promise, err)
		}
	}, itemtest.Migrations()...)
}

// A draft that is given up leaves the item what its published version says: its name and state.
func TestADraftThatIsGivenUpLeavesTheItem(t *testing.T) {
	w := itemtest.New(t, storetest.Open(t, store.SQLite, itemtest.Migrations()))
	first := w.Publish(itemtest.Permit("11003"), w.Today())
	read := func() item.Item {
		t.Helper()
		s, err := w.Item.Sheet(w.Head.Ctx, first.ItemID, "")
		if err != nil {
			t.Fatal(err)
		}
		return s.Item
	}
	was := read()
	draft := w.Must(w.Item.Revise(w.Head.Ctx, first.ItemID, "改名", ""))
	c := itemtest.Permit("11003")
	c.Name = "另一个名称"
	draft = w.Must(w.Item.Save(w.Head.Ctx, draft.ID, draft.Revision, c))
	if now := read(); now.State != item.Draft {
		t.Fatalf("with a draft: %s", now.State)
	}
	w.Must(w.Item.Move(w.Head.Ctx, draft.ID, draft.Revision, item.Discard, item.Change{}))
	if now := read(); now.State != item.Published || now.Name != was.Name {
		t.Errorf("after it: %s, %s", now.State, now.Name)
	}
}

func TestSuspendedAndCancelledItemsAreNotInForce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		v := w.Publish(itemtest.Permit("11003"), w.Today())
		w.Alter(item.AlterationInput{Kind: item.Pausing, Items: []string{v.ItemID}, Reason: "设备检修"}, clock.NoDate)
		if _, err := w.InForce(v.ItemID, w.Today()); errs.As(err).Detail["refusal"] != "NOT_IN_FORCE" {
			t.Errorf("suspended: %v", err)
		}
		if g, err := w.Item.Guide(w.Citizen(), v.ItemID); err != nil || g.InForce || !g.Over() || !strings.Contains(g.Altered.Text(), "暂停，原因：设备检修") {
			t.Errorf("guide of a suspended item: %+v %v", g.Altered, err)
		}
		w.Alter(item.AlterationInput{Kind: item.Resuming, Items: []string{v.ItemID}, Reason: "检修完毕"}, clock.NoDate)
		if _, err := w.InForce(v.ItemID, w.Today()); err != nil {
			t.Errorf("resumed: %v", err)
		}
		w.Alter(item.AlterationInput{Kind: item.Cancelling, Items: []string{v.ItemID}, Reason: "依据废止"}, w.Today()+3)
		if _, err := w.InForce(v.ItemID, w.Today()+2); err != nil {
			t.Errorf("before the day of cancelling: %v", err)
		}
		if _, err := w.InForce(v.ItemID, w.Today()+3); !errors.Is(err, item.ErrNotInForce) {
			t.Errorf("on the day of cancelling: %v", err)
		}
		if list, _, err := w.Item.Guides(w.Citizen(), item.GuideFilter{}); err != nil || len(list) != 1 {
			t.Errorf("guides before: %d %v", len(list), err)
		}
		w.Clock.Set((w.Today() + 3).Start())
		w.RunJobs()
		if list, _, err := w.Item.Guides(w.Citizen(), item.GuideFilter{}); err != nil || len(list) != 0 {
			t.Errorf("guides after: %d %v", len(list), err)
		}
	}, itemtest.Migrations()...)
}

func TestGuidesAreFoundByNameUnitAndTheme(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		v := w.Publish(itemtest.Permit("11004"), w.Today())
		for _, f := range []item.GuideFilter{{}, {Query: "食品经营"}, {Query: w.Unit.Name}, {Query: "准营"}, {Theme: "license"}, {Unit: w.Unit.ID}} {
			if list, _, err := w.Item.Guides(w.Citizen(), f); err != nil || len(list) != 1 || list[0].ItemID != v.ItemID {
				t.Errorf("%+v: %d, %v", f, len(list), err)
			}
		}
		for _, f := range []item.GuideFilter{{Query: "婚姻登记"}, {Theme: "marriage"}, {Unit: "none"}} {
			if list, _, err := w.Item.Guides(w.Citizen(), f); err != nil || len(list) != 0 {
				t.Errorf("%+v: %d, %v", f, len(list), err)
			}
		}
		other := itemtest.Stranger(w)
		if list, _, err := w.Item.Guides(other, item.GuideFilter{Query: "食品经营"}); err != nil || len(list) != 0 {
			t.Errorf("another centre finds it: %d %v", len(list), err)
		}
		if _, err := w.Item.Guide(other, v.ItemID); !errors.Is(err, item.ErrNoGuide) {
			t.Errorf("another centre reads it: %v", err)
		}
	}, itemtest.Migrations()...)
}

// Rows 事项 of the permission matrix, cell by cell: what each role may do, and how far.
func TestMatrixOfItems(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		for role, cells := range itemtest.Matrix() {
			for perm, want := range cells {
				p := w.Person(role)
				if got := p.Actor.Scope(perm); got != want {
					t.Errorf("%s × %s: %s, want %s", role, perm, got, want)
				}
			}
		}
	}, itemtest.Migrations()...)
}

func TestOtherDepartmentsAndCentresDoNotChangeAnItem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		v := w.Publish(itemtest.Permit("11005"), w.Today())
		if _, err := w.Item.Revise(w.Foreign.Ctx, v.ItemID, "别的部门", ""); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another department revised: %v", err)
		}
		if _, _, err := w.Item.Create(w.Foreign.Ctx, item.NewItem{UnitID: w.Unit.ID, Content: itemtest.Permit("11006")}); err == nil {
			t.Error("another department drafted in this one's name")
		}
		if _, err := w.Item.Sheet(actor.With(w.Citizen(), actor.SystemFor("other")), v.ItemID, ""); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another centre read: %v", err)
		}
	}, itemtest.Migrations()...)
}

func TestContentRules(t *testing.T) {
	for name, change := range map[string]func(c *item.Content){
		"other materials":      func(c *item.Content) { c.Materials[0].Name = "法律法规规定的其他材料" },
		"vague condition":      func(c *item.Content) { c.Conditions = append(c.Conditions, "主管部门要求的其他条件") },
		"promise longer":       func(c *item.Content) { c.Promise.N = 21 },
		"permit without basis": func(c *item.Content) { c.Statutory.N = 60; c.StatutoryBasis = "" },
		"unknown kind":         func(c *item.Content) { c.Kind = "11" },
		"survey under the law": func(c *item.Content) {
			c.Suspensions = []item.SuspensionRule{{Kind: item.Survey, Basis: "《行政许可法》第四十五条"}}
		},
		"survey without basis":   func(c *item.Content) { c.Suspensions = []item.SuspensionRule{{Kind: item.Survey}} },
		"unknown procedure":      func(c *item.Content) { c.Suspensions = []item.SuspensionRule{{Kind: "waiting", Basis: "x"}} },
		"instant within days":    func(c *item.Content) { c.CaseKind = item.Instant },
		"steps beyond promise":   func(c *item.Content) { c.Steps[0].Limit.N = 30 },
		"code too long":          func(c *item.Content) { c.Code = strings.Repeat("1", 25) },
		"situation of nothing":   func(c *item.Content) { c.Situations[0].Answers[1].Materials = []string{"M9"} },
		"situation with one way": func(c *item.Content) { c.Situations[0].Answers = c.Situations[0].Answers[:1] },
		"fee without basis":      func(c *item.Content) { c.Fees = []item.FeeItem{{Name: "工本费", Fen: 100}} },
		"joint without lead":     func(c *item.Content) { c.Joint.Mode = "joint" },
	} {
		c := itemtest.Permit("12001")
		if err := c.Complete(); err != nil {
			t.Fatal(err)
		}
		change(&c)
		if err := c.Check(); !errors.Is(err, item.ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := itemtest.Permit("12001")
	c.Statutory, c.Joint = item.Limit{N: 45, Unit: item.Workday}, item.Joint{Mode: "joint", Lead: "市场监管局"}
	if err := c.Check(); err != nil {
		t.Errorf("45 working days of a joint decision: %v", err)
	}
}

func TestSituationsChooseMaterials(t *testing.T) {
	c := itemtest.Permit("12002")
	for want, answers := range map[int]map[string]string{3: nil, 2: {"S1": "1"}} {
		if got := len(c.MaterialsFor(answers)); got != want {
			t.Errorf("%v: %d materials, want %d", answers, got, want)
		}
	}
	if got := c.MaterialsFor(map[string]string{"S1": "2"}); len(got) != 3 {
		t.Errorf("by an agent: %d", len(got))
	}
}

// Steps name their stages from the moment at which content is written; a version of the time before stays as it is and its
// successor names them.
func TestStepsNameTheirStages(t *testing.T) {
	db := storetest.Open(t, store.SQLite, itemtest.Migrations())
	w := itemtest.New(t, db)
	c := itemtest.Permit("STAGE1")
	c.Steps[1].Name, c.Steps[1].Stage = "会审", item.StageExamine
	v := w.Publish(c, w.Today())
	got, err := v.Content()
	if err != nil || got.Steps[0].Stage != item.StageReceive || got.Steps[1].Stage != item.StageExamine || got.Steps[2].Stage != item.StageDecide {
		t.Fatalf("stages: %+v, %v", got.Steps, err)
	}
	c.Code, c.Steps[1].Stage = "STAGE2", "nonsense"
	if err := c.Check(); !errors.Is(err, item.ErrInput) {
		t.Errorf("an unknown stage is taken: %v", err)
	}
	c.Steps[1].Stage, c.Steps[2].Stage, c.Steps[2].Limit.Unit = item.StageExamine, item.StageExamine, item.Day
	if err := c.Check(); !errors.Is(err, item.ErrInput) {
		t.Errorf("limits of two units are added: %v", err)
	}
	old := strings.NewReplacer(`,"stage":"receive"`, "", `,"stage":"examine"`, "", `,"stage":"decide"`, "").Replace(v.Text)
	if strings.Contains(old, `"stage"`) {
		t.Fatal(old)
	}
	if err := db.WithTx(w.System(), func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE item_version SET content = $1 WHERE centre_id = $2 AND id = $3", old, w.Centre, v.ID)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	next, err := w.Item.Revise(w.Head.Ctx, v.ItemID, "试", "")
	if err != nil {
		t.Fatal(err)
	}
	before, now := w.Version(v.ID), w.Version(next.ID)
	if before.Text != old || !strings.Contains(now.Text, `"stage":"receive"`) {
		t.Errorf("the old version %t, the new one: %s", before.Text == old, now.Text)
	}
}
