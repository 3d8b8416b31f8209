package performance_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/document/pdf"
	"yichuang/internal/errs"
	"yichuang/internal/performance"
	"yichuang/internal/performance/annex"
	"yichuang/internal/performance/performancetest"
	"yichuang/internal/performance/score"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

func each(t *testing.T, walk func(t *testing.T, w *performancetest.World)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { walk(t, performancetest.New(t, db)) }, performancetest.Migrations()...)
}

func has(t *testing.T, err error, want *errs.Error, text string) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%v, want %s", err, want.Code)
		return
	}
	all := err.Error()
	for _, f := range errs.As(err).Fields {
		all += f.Public
	}
	if all += errs.As(err).Public; !strings.Contains(all, text) {
		t.Errorf("%q does not say %q", all, text)
	}
}

// TestTheWholeChain: the published project of 附件4-1 goes through every hand and is locked with 98.20 优, the money from the
// books; what was locked stays, whatever is opened again.
func TestTheWholeChain(t *testing.T) {
	each(t, func(t *testing.T, w *performancetest.World) {
		p := w.Locked(t, "P1")
		if p.ScoreText() != "98.20" || p.Grade != "优" || p.State != performance.Locked || p.Policy != score.DefaultPolicy || len(p.Hash) != 64 {
			t.Errorf("locked as %s %s %s %s %s", p.ScoreText(), p.Grade, p.State, p.Policy, p.Hash)
		}
		e, err := w.Evaluation(w.Leader.Ctx, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		if f, _ := e.Form.Fund(score.TotalFund); f.Full.WanYuan() != "1.00" || f.Actual.WanYuan() != "0.98" {
			t.Errorf("money %+v", f)
		}
		if e.Origins[0].Label != performance.SelfReported || e.Form.Indicators[0].Source != performance.SelfReported {
			t.Errorf("a typed value without evidence is not called 自报: %+v", e.Origins[0])
		}
		_, err = w.Lock(w.Leader.Ctx, p.ID, p.Version, "")
		has(t, err, performance.ErrWrongState, "已锁定")
		_, err = w.Reopen(w.Leader.Ctx, p.ID, p.Version, " ")
		has(t, err, performance.ErrInput, "原因")
		again, err := w.Reopen(w.Leader.Ctx, p.ID, p.Version, "审计要求核实")
		if err != nil || again.Round != 2 || again.Scored || again.State != performance.Running {
			t.Fatalf("%+v, %v", again, err)
		}
		list, err := w.Results(w.Leader.Ctx, p.ID)
		if err != nil || len(list) != 1 || !list[0].Locked || list[0].Hash != p.Hash {
			t.Errorf("after reopening: %+v, %v", list, err)
		}
		s, err := w.Sheet(w.Leader.Ctx, p.ID, 1, "xlsx")
		if err != nil || s.Evaluation.Result.Total.String() != "98.20" {
			t.Errorf("the locked round: %v", err)
		}
	})
}

// TestHandsAreNotTheSame: whoever reported does not review, whoever reviewed does not review again; reviews go in their order.
func TestHandsAreNotTheSame(t *testing.T) {
	each(t, func(t *testing.T, w *performancetest.World) {
		p := w.Filled(t, w.Planned(t, "P2"))
		_, err := w.PassSection(w.Section.Ctx, p.ID, p.Version, "")
		has(t, err, performance.ErrWrongState, "执行中")
		if p, err = w.Submit(w.Office.Ctx, p.ID, p.Version); err != nil {
			t.Fatal(err)
		}
		_, err = w.PassSection(w.Office.Ctx, p.ID, p.Version, "")
		has(t, err, performance.ErrSamePerson, "不同的人")
		if _, err = w.PassSection(w.Leader.Ctx, p.ID, p.Version, ""); errs.As(err).Kind != errs.Forbidden {
			t.Errorf("the leader reviews for a section: %v", err)
		}
		if _, err = w.Return(w.Money.Ctx, p.ID, p.Version, "不属实"); errs.As(err).Kind != errs.Forbidden {
			t.Errorf("finance returns what lies with the section: %v", err)
		}
		_, err = w.PassSection(w.Section.Ctx, p.ID, p.Version-1, "")
		if !errors.Is(err, store.ErrStale) {
			t.Errorf("a version of before: %v", err)
		}
		_, err = w.Return(w.Section.Ctx, p.ID, p.Version, "")
		has(t, err, performance.ErrInput, "退回的原因")
		if p, err = w.Return(w.Section.Ctx, p.ID, p.Version, "人数没有名册"); err != nil || p.State != performance.Running || p.Scored {
			t.Errorf("%+v, %v", p, err)
		}
		if _, err = w.Programme(w.Agent.Ctx, p.ID); errs.As(err).Kind != errs.Forbidden {
			t.Errorf("a call-taker reads: %v", err)
		}
	})
}

// TestOverridesStayWithinTheBand: a reviewer gives another share within the band with a reason, and nothing else.
func TestOverridesStayWithinTheBand(t *testing.T) {
	each(t, func(t *testing.T, w *performancetest.World) {
		p := w.Filled(t, w.Planned(t, "P2"))
		p, err := w.Submit(w.Office.Ctx, p.ID, p.Version)
		if err != nil {
			t.Fatal(err)
		}
		if p.ScoreText() != "95.30" {
			t.Errorf("submitted with %s", p.ScoreText())
		}
		view, err := w.Programme(w.Section.Ctx, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		kind := map[score.Op]string{}
		for _, in := range view.Indicators {
			kind[in.Op] = in.ID // the last of each: 业务水平提高, 20 points
		}
		try := func(indicator, share, reason string) error {
			_, err := w.Override(w.Section.Ctx, p.ID, p.Version, indicator, performancetest.Decimal(t, share), reason)
			return err
		}
		has(t, try(kind[score.AtLeast], "0.95", "情况属实"), performance.ErrBand, "定性指标")
		has(t, try(kind[score.Quality], "0.79", "情况属实"), performance.ErrBand, "范围")
		has(t, try(kind[score.Quality], "1.01", "情况属实"), performance.ErrBand, "范围")
		has(t, try(kind[score.Quality], "0.95", " "), performance.ErrInput, "理由")
		has(t, try("nothing", "0.95", "情况属实"), performance.ErrIndicator, "没有这个指标")
		if p, err = w.Override(w.Section.Ctx, p.ID, p.Version, kind[score.Quality], performancetest.Decimal(t, "0.8"), "培训没有考核"); err != nil || p.ScoreText() != "93.30" {
			t.Fatalf("%s, %v", p.ScoreText(), err)
		}
		e, err := w.Evaluation(w.Section.Ctx, p.ID)
		if err != nil || !strings.Contains(e.Form.Indicators[4].Given, "培训没有考核") {
			t.Errorf("%+v, %v", e.Form.Indicators[4], err)
		}
	})
}

// TestBoundValuesAreFrozen: the value of a bound indicator is not typed, and once submitted it stays as it was counted.
func TestBoundValuesAreFrozen(t *testing.T) {
	each(t, func(t *testing.T, w *performancetest.World) {
		p := w.Planned(t, "P2")
		p, err := w.ReviseTargets(w.Money.Ctx, p.ID, p.Version, "改用实测")
		if err != nil {
			t.Fatal(err)
		}
		view, err := w.Programme(w.Money.Ctx, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		last := view.Indicators[len(view.Indicators)-1]
		in := performance.IndicatorInput{Level1: last.Level1, Level2: last.Level2, Name: "按期办结率", Op: score.AtLeast, Target: "99", Unit: "%", Weight: last.Weight, Source: "test", Fact: "nothing"}
		_, err = w.SaveIndicator(w.Money.Ctx, p.ID, p.Version, last.ID, in)
		has(t, err, performance.ErrInput, "没有这个数据来源")
		in.Fact = "rate"
		in.Op, in.Target = score.Quality, "提升"
		_, err = w.SaveIndicator(w.Money.Ctx, p.ID, p.Version, last.ID, in)
		has(t, err, performance.ErrInput, "定量指标")
		in.Op, in.Target = score.AtLeast, "99"
		if p, err = w.SaveIndicator(w.Money.Ctx, p.ID, p.Version, last.ID, in); err != nil {
			t.Fatal(err)
		}
		if p, err = w.ConfirmTargets(w.Money.Ctx, p.ID, p.Version); err != nil {
			t.Fatal(err)
		}
		_, err = w.Fill(w.Office.Ctx, p.ID, p.Version, performance.FillSheet{Rows: map[string]performance.FillInput{last.ID: {Actual: score.Number(100)}}})
		has(t, err, performance.ErrInput, "由绑定的数据取得")
		sheet := performance.FillSheet{Outcome: "已发放", Rows: map[string]performance.FillInput{}}
		for _, x := range view.Indicators[:len(view.Indicators)-1] {
			sheet.Rows[x.ID] = performance.FillInput{Actual: score.Number(1), Band: "达成"}
		}
		if p, err = w.Fill(w.Office.Ctx, p.ID, p.Version, sheet); err != nil {
			t.Fatal(err)
		}
		_, err = w.Submit(w.Office.Ctx, p.ID, p.Version) // 98% of 99%
		has(t, err, performance.ErrUnfinished, "“按期办结率”未完成，没有填写原因")
		sheet.Rows[last.ID] = performance.FillInput{Reason: "年底集中办件"}
		if p, err = w.Fill(w.Office.Ctx, p.ID, p.Version, sheet); err != nil {
			t.Fatal(err)
		}
		if p, err = w.Submit(w.Office.Ctx, p.ID, p.Version); err != nil {
			t.Fatal(err)
		}
		w.Answered = 1 // the records change; what was submitted does not
		e, err := w.Evaluation(w.Leader.Ctx, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		o, x := e.Origin(last.ID), e.Form.Indicators[len(e.Form.Indicators)-1]
		if x.Actual.String() != "98" || o.Fact == nil || !o.Fact.Intact() || o.Sides != "分子 196 / 分母 200" || o.Label != "大厅·按期办结率" || !strings.HasPrefix(o.Href, "") {
			t.Errorf("%+v, %+v", x, o)
		}
		if got := e.Result.Rows[len(e.Result.Rows)-1].Score.String(); got != "9.90" { // 10 × 98/99 = 9.8989…
			t.Errorf("scored %s", got)
		}
	})
}

// TestTargetsAreChecked: weights of 100, in all and by class, before targets can be confirmed.
func TestTargetsAreChecked(t *testing.T) {
	each(t, func(t *testing.T, w *performancetest.World) {
		ctx := w.Money.Ctx
		_, err := w.CreateProgramme(ctx, performance.ProgrammeInput{Year: 2024, Kind: score.Project, Project: "P9", Name: "没有的项目"})
		has(t, err, performance.ErrInput, "没有这个项目")
		_, err = w.CreateProgramme(ctx, performance.ProgrammeInput{Year: 2023, Kind: score.Project, Project: "P1", Name: "没有账套的一年"})
		has(t, err, performance.ErrInput, "还没有账套")
		p, err := w.CreateProgramme(ctx, performance.ProgrammeInput{Year: 2024, Kind: score.Project, Project: "P1", Name: "规范化管理"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.CreateProgramme(ctx, performance.ProgrammeInput{Year: 2024, Kind: score.Project, Project: "P1", Name: "再来一个"})
		has(t, err, performance.ErrTaken, "没有重复建立")
		_, err = w.ConfirmTargets(ctx, p.ID, p.Version)
		has(t, err, performance.ErrInput, "年度总体目标")
		if p, err = w.EditProgramme(ctx, p.ID, p.Version, performance.ProgrammeInput{Name: "规范化管理", Goal: "正常运转"}); err != nil {
			t.Fatal(err)
		}
		_, err = w.ConfirmTargets(ctx, p.ID, p.Version)
		has(t, err, performance.ErrWeights, "还没有绩效指标")
		for _, x := range []struct{ class, weight string }{{"成本指标", "20"}, {"产出指标", "45"}, {"效益指标", "15"}, {"满意度指标", "10"}} {
			in := performance.IndicatorInput{Level1: x.class, Level2: "二级", Name: "三级" + x.class, Op: score.AtLeast, Target: "1", Weight: performancetest.Decimal(t, x.weight)}
			if p, err = w.SaveIndicator(ctx, p.ID, p.Version, "", in); err != nil {
				t.Fatal(err)
			}
		}
		_, err = w.ConfirmTargets(ctx, p.ID, p.Version)
		has(t, err, performance.ErrWeights, "产出45")
		view, err := w.Programme(ctx, p.ID)
		if err != nil || len(view.Faults) != 1 {
			t.Fatal(view.Faults, err)
		}
		if p, err = w.MoveIndicator(ctx, p.ID, p.Version, view.Indicators[1].ID, true); err != nil {
			t.Fatal(err)
		}
		if view, err = w.Programme(ctx, p.ID); err != nil || view.Indicators[0].Level1 != "产出指标" {
			t.Errorf("after moving: %+v, %v", view.Indicators, err)
		}
		if _, err = w.RemoveIndicator(ctx, p.ID, p.Version, view.Indicators[0].ID); err != nil {
			t.Fatal(err)
		}
	})
}

// TestTheYearIsCopied: goals, indicators and points of last year, without its values; projects without money are left out.
func TestTheYearIsCopied(t *testing.T) {
	each(t, func(t *testing.T, w *performancetest.World) {
		w.Locked(t, "P1")
		w.Planned(t, "P2")
		_, _, err := w.CopyYear(w.Money.Ctx, 2025)
		has(t, err, performance.ErrInput, "还没有账套")
		w.NextYear(t)
		made, left, err := w.CopyYear(w.Money.Ctx, 2025)
		if err != nil || made != 1 || len(left) != 1 || left[0] != "项目P2" {
			t.Fatal(made, left, err)
		}
		if made, _, err = w.CopyYear(w.Money.Ctx, 2025); err != nil || made != 0 {
			t.Errorf("copied twice: %d, %v", made, err)
		}
		list, err := w.Programmes(w.Money.Ctx, 2025)
		if err != nil || len(list) != 1 || list[0].State != performance.Drafting || list[0].Outcome != "" {
			t.Fatalf("%+v, %v", list, err)
		}
		view, err := w.Programme(w.Money.Ctx, list[0].ID)
		if err != nil || len(view.Indicators) != 9 || !view.Indicators[1].Actual.Blank() || view.Indicators[1].Weight.String() != "6" {
			t.Errorf("%+v, %v", view.Indicators, err)
		}
		lines, err := w.Overview(w.Leader.Ctx, 2025)
		if err != nil || len(lines) != 1 || lines[0].Last == nil || lines[0].Last.ScoreText() != "98.20" || lines[0].LastSpent != 980_000 || lines[0].Change() != "—" {
			t.Errorf("%+v, %v", lines, err)
		}
	})
}

// TestASecondLook: drawn by a recorded seed, by somebody without a part in it; the difference stands beside what was locked.
func TestASecondLook(t *testing.T) {
	each(t, func(t *testing.T, w *performancetest.World) {
		_, err := w.DrawSample(w.Section.Ctx, 2024, 1, 0)
		has(t, err, performance.ErrDrawEmpty, "没有可以抽取")
		p := w.Locked(t, "P1")
		d, err := w.DrawSample(w.Section.Ctx, 2024, 5, 42)
		if err != nil || d.Seed != 42 || d.Among != p.ID {
			t.Fatalf("%+v, %v", d, err)
		}
		r, e, err := w.Recheck(w.Section.Ctx, d.ID, p.ID)
		if err != nil || r.Was != 9820 || r.Done {
			t.Fatalf("%+v, %v", r, err)
		}
		found := []performance.RecheckInput{{Indicator: e.Form.Indicators[1].ID, Actual: score.Number(4)}} // 4 of 5 people: 6 → 4.8
		_, err = w.FinishRecheck(w.Section.Ctx, d.ID, p.ID, "只有四人在岗", found)
		has(t, err, performance.ErrDrawOwn, "没有参加")
		other := w.Another(t)
		_, err = w.FinishRecheck(other.Ctx, d.ID, p.ID, "", found)
		has(t, err, performance.ErrInput, "结论")
		if r, err = w.FinishRecheck(other.Ctx, d.ID, p.ID, "只有四人在岗", found); err != nil || r.Score != 9700 || r.Diff() != "-1.20" {
			t.Fatalf("%+v, %v", r, err)
		}
		_, err = w.FinishRecheck(other.Ctx, d.ID, p.ID, "再来", found)
		has(t, err, performance.ErrDrawDone, "已经抽评完")
		now, err := w.Programme(w.Leader.Ctx, p.ID)
		if err != nil || now.Programme.Score != 9820 {
			t.Errorf("the locked score became %d, %v", now.Programme.Score, err)
		}
	})
}

// TestThePolicyOfTheYear: chosen with its ground while nothing is scored; a policy for checking scores nothing.
func TestThePolicyOfTheYear(t *testing.T) {
	each(t, func(t *testing.T, w *performancetest.World) {
		_, err := w.ChoosePolicy(w.Money.Ctx, 2024, 0, "seed-observed", "核对")
		has(t, err, performance.ErrPolicy, "只用来核对")
		_, err = w.ChoosePolicy(w.Money.Ctx, 2024, 0, "hubei", "")
		has(t, err, performance.ErrPolicy, "依据")
		c, err := w.ChoosePolicy(w.Money.Ctx, 2024, 0, score.DefaultPolicy, "市财政局通知")
		if err != nil || c.Version != 1 {
			t.Fatal(c, err)
		}
		p := w.Locked(t, "P1")
		_, err = w.ChoosePolicy(w.Money.Ctx, 2024, 1, "hubei", "另有通知")
		has(t, err, performance.ErrPolicyLocked, "不能再换")
		_, trials, err := w.Trials(w.Leader.Ctx, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, x := range trials {
			got[x.Policy.ID] = x.Result.Total.String() + x.Result.Grade
		}
		if got[score.DefaultPolicy] != "98.20优" || !strings.HasPrefix(got["seed-observed"], "82.12") {
			t.Error(got)
		}
	})
}

// TestWatchingTheYear: a light asks for a reason, and what was kept is sealed.
func TestWatchingTheYear(t *testing.T) {
	each(t, func(t *testing.T, w *performancetest.World) {
		p := w.Planned(t, "P2")
		_, err := w.KeepWatch(w.Money.Ctx, p.ID, p.Version, clock.MustDate("2025-01-01"), "")
		has(t, err, performance.ErrInput, "应在 2024 年")
		s, err := w.Standing(w.Leader.Ctx, p.ID, clock.MustDate("2024-06-30"))
		if err != nil || s.Money.Share != 10000 || s.Light != "" {
			t.Fatalf("%+v, %v", s, err)
		}
		if p, err = w.Watch(p, "2024-06-30", ""); err != nil {
			t.Fatal(err)
		}
		q := w.Planned(t, "P1")
		w.Spend(t, "P1", -5000)
		_, err = w.KeepWatch(w.Money.Ctx, q.ID, q.Version, clock.MustDate("2024-12-31"), "")
		has(t, err, performance.ErrInput, "有预警")
		k, err := w.KeepWatch(w.Money.Ctx, q.ID, q.Version, clock.MustDate("2024-12-31"), "维修推迟")
		if err != nil || k.Light == "" {
			t.Fatalf("%+v, %v", k, err)
		}
		list, err := w.Watches(w.Leader.Ctx, q.ID)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		if kept, err := list[0].Standing(); err != nil || kept.Money.Share != 4800 {
			t.Errorf("%+v, %v", kept, err)
		}
		form, err := w.MonitorForm(w.Leader.Ctx, q.ID, list[0].ID, annex.PDF)
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		for _, row := range form.Table().Body {
			for _, c := range row {
				text.WriteString(c.Text + "|")
			}
		}
		for _, want := range []string{"|48.00%|", "|维修推迟|", "红灯：", "应执行进度|100.00%|"} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("the form lacks %q: %s", want, text.String())
			}
		}
		for _, f := range annex.MonitorFormats() {
			var b bytes.Buffer
			if err := form.Write(&b, f, pdf.NewWriter()); err != nil || b.Len() < 1000 {
				t.Errorf("%s: %d bytes, %v", f, b.Len(), err)
			}
		}
		if _, err := w.MonitorForm(w.Leader.Ctx, p.ID, list[0].ID, annex.PDF); !errors.Is(err, performance.ErrProgramme) {
			t.Errorf("the record of another programme: %v", err)
		}
		list[0].Content = strings.Replace(list[0].Content, "4800", "9800", 1)
		if _, err := list[0].Standing(); !errors.Is(err, performance.ErrTampered) {
			t.Errorf("a changed record: %v", err)
		}
	})
}
