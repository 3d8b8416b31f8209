package learn_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/errs"
	"yichuang/internal/learn"
)

// matters are what the made-up requests of these tests are about, by label.
var matters = map[string][]string{
	"灯": {"路灯不亮", "灯杆倒了", "路灯整夜没有亮", "照明线路坏了"},
	"水": {"水管爆裂", "自来水发黄", "家里停水两天", "水压不够"},
	"车": {"乱停车占道", "公交车不进站", "停车场乱收费", "车辆堵住消防通道"},
}

var places = []string{"红园路", "东区家园", "团结小区", "北大街", "工业园", "滨河路", "光华小学门口", "幸福巷"}

// requests makes n requests whose label follows from their matter.
func requests(n int, seed uint64) []learn.Example {
	rnd := rand.New(rand.NewPCG(seed, 0))
	var labels []string
	for l := range matters {
		labels = append(labels, l)
	}
	slices.Sort(labels)
	var out []learn.Example
	for i := range n {
		l := labels[i%len(labels)]
		what, where := matters[l][rnd.IntN(len(matters[l]))], places[rnd.IntN(len(places))]
		out = append(out, learn.Example{Label: l, Text: learn.Text{Title: where + what,
			Content: fmt.Sprintf("您好，%s从%d月%d日起%s，请尽快派人处理，谢谢。", where, 1+rnd.IntN(12), 1+rnd.IntN(28), what)}})
	}
	return out
}

func train(t testing.TB, examples []learn.Example, seed uint64) *learn.Model {
	t.Helper()
	m, err := learn.Train(context.Background(), examples, learn.Options{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func file(t testing.TB, m *learn.Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAModelTellsTheLabelsApartAndSaysWhy(t *testing.T) {
	m := train(t, requests(300, 1), 7)
	for text, want := range map[string]string{"学校门前的路灯坏了": "灯", "小区停水，水管爆裂": "水", "停车场门口乱停车": "车"} {
		p := m.Predict(learn.Text{Content: text})
		if p.Label != want || p.Probability < 0.5 || p.Top[0] != p.Score || len(p.Top) != 3 {
			t.Errorf("%s: %+v", text, p)
		}
		if len(p.Because) == 0 || !slices.ContainsFunc(p.Because, func(w string) bool { return strings.Contains(text, w) && strings.Contains(w, want) }) {
			t.Errorf("%s: because %v", text, p.Because)
		}
	}
	about := m.About()
	if about.Examples != 300 || about.Labels != 3 || about.HeldBack.Texts != 300 || about.HeldBack.Accuracy < 0.6 || len(about.Hash) != 64 || about.Words == 0 {
		t.Errorf("%+v", about)
	}
}

func TestProbabilitiesSumToOne(t *testing.T) {
	m := train(t, requests(120, 2), 1)
	rnd := rand.New(rand.NewPCG(3, 3))
	letters := []rune("路灯水管车停公交，。 abc123不亮爆裂小区甲乙丙\x00\U0001f600")
	for range 500 {
		var text []rune
		for range rnd.IntN(60) {
			text = append(text, letters[rnd.IntN(len(letters))])
		}
		sum, last := 0.0, 1.0
		for _, s := range m.Probabilities(learn.Text{Title: string(text[:len(text)/2]), Content: string(text)}) {
			if s.Probability < 0 || s.Probability > last || math.IsNaN(s.Probability) {
				t.Fatalf("%q: %+v after %v", string(text), s, last)
			}
			sum, last = sum+s.Probability, s.Probability
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Fatalf("%q: sum %v", string(text), sum)
		}
	}
}

func TestTheSameExamplesGiveTheSameFile(t *testing.T) {
	one, two := train(t, requests(150, 4), 9), train(t, requests(150, 4), 9)
	if !bytes.Equal(file(t, one), file(t, two)) || one.About().Hash != two.About().Hash {
		t.Error("two trainings gave two models")
	}
	if train(t, requests(150, 5), 9).About().Hash == one.About().Hash {
		t.Error("other examples gave the same model")
	}
}

func TestAFileKeepsTheModel(t *testing.T) {
	m := train(t, requests(200, 6), 1)
	b := file(t, m)
	back, err := learn.Read(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(file(t, back), b) || fmt.Sprint(back.About()) != fmt.Sprint(m.About()) {
		t.Error("the file of the read model differs")
	}
	for _, e := range requests(60, 8) {
		if p, q := m.Predict(e.Text), back.Predict(e.Text); fmt.Sprint(p) != fmt.Sprint(q) {
			t.Fatalf("%+v, read back %+v", p, q)
		}
	}
}

func TestDamagedFilesAreRefused(t *testing.T) {
	b := file(t, train(t, requests(60, 6), 1))
	bad := [][]byte{nil, []byte("YCLEARN1"), []byte("PK\x03\x04"), b[:len(b)/2], append([]byte("YCLEARN2"), b[8:]...)}
	for i := 8; i < len(b); i += 997 {
		c := bytes.Clone(b)
		c[i] ^= 0x10
		bad = append(bad, c)
	}
	for i, c := range bad {
		if _, err := learn.Read(bytes.NewReader(c)); errs.CodeOf(err) != "learn.file" {
			t.Errorf("damaged file %d: %v", i, err)
		}
	}
}

// Who sends a fact and where it is from decide together, neither alone: the pair is a feature.
func TestFactsDecideInPairs(t *testing.T) {
	var examples []learn.Example
	for i := range 240 {
		a, b := i%2, i/2%2
		examples = append(examples, learn.Example{Label: []string{"甲局", "乙局"}[a^b], Text: learn.Text{Facts: []string{fmt.Sprint("类=", a), fmt.Sprint("地=", b)}}})
	}
	m := train(t, examples, 1)
	if p := m.Predict(learn.Text{Facts: []string{"地=1", "类=0"}}); p.Label != "乙局" || p.Probability < 0.8 {
		t.Errorf("%+v", p)
	}
	if p := m.Predict(learn.Text{Facts: []string{"类=1", "地=1"}}); p.Label != "甲局" {
		t.Errorf("%+v", p)
	}
}

// A heavier example outvotes lighter ones of the same text.
func TestWeightsCount(t *testing.T) {
	examples := requests(90, 3)
	for i := range 20 {
		e := learn.Example{Text: learn.Text{Content: "井盖丢了"}, Label: "灯", Weight: 0.05}
		if i%4 == 0 {
			e.Label, e.Weight = "水", 1
		}
		examples = append(examples, e)
	}
	if p := train(t, examples, 1).Predict(learn.Text{Content: "井盖丢了"}); p.Label != "水" {
		t.Errorf("%+v", p)
	}
}

func TestTooLittleIsRefused(t *testing.T) {
	for name, examples := range map[string][]learn.Example{"nothing": nil, "one label": requests(90, 1)[:1], "single": {{Label: "a"}, {Label: "b"}}} {
		if _, err := learn.Train(context.Background(), examples, learn.Options{}); !errors.Is(err, learn.ErrFew) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := learn.Train(ctx, requests(90, 1), learn.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestLinesThatCannotBeUsedAreNamed(t *testing.T) {
	good := `{"title":"路灯","content":"不亮","label":"灯"}` + "\n\n"
	head := "row_id,label,tokens\n"
	for _, c := range []struct{ lines, tokens, want string }{
		{good + `{"title":`, "", "第 3 行不是正确的 JSON"},
		{good + `[1]`, "", "第 3 行不是 JSON 对象"},
		{good + `{"title":5}`, "", "第 3 行：字段 title 的类型不对"},
		{good + `{"title":"路灯"}`, "", "第 3 行没有写明类别"},
		{good + `{"label":"灯","content":" "}`, "", "第 3 行的标题（title）和内容（content）都是空的"},
		{good + "{\"title\":\"\xff\"}", "", "第 3 行不是 UTF-8"},
		{good, "a,b\n", "词语文件缺少 row_id 列"},
		{good, head + "1,灯,路灯\n2,灯\n", "词语文件第 3 行少列"},
		{good, head + "1,,路灯\n", "词语文件第 2 行没有写明类别"},
		{good, head + "1,灯, \n", "词语文件第 2 行没有词语"},
		{good, head + "1,\"灯,路灯\n", "词语文件第 2 行不是正确的 CSV"},
	} {
		var tokens io.Reader
		if c.tokens != "" {
			tokens = strings.NewReader(c.tokens)
		}
		if _, err := learn.ReadExamples(strings.NewReader(c.lines), tokens); !strings.Contains(errs.As(err).Public, c.want) {
			t.Errorf("%q %q: %v", c.lines, c.tokens, err)
		}
	}
}

func TestARowThatALineNamesCountsOnce(t *testing.T) {
	lines := "\ufeff" + `{"title":"路灯","content":"不亮","label":"灯","tokens_row":"r2"}`
	list, err := learn.ReadExamples(strings.NewReader(lines), strings.NewReader("\ufeffrow_id,label,tokens\nr1,水,停水 两天\nr2,灯,路灯 不亮\n"))
	if err != nil || len(list) != 2 || list[0].Title != "路灯" || list[1].Group != "r1" || list[1].Words[0] != "停水" {
		t.Errorf("%+v %v", list, err)
	}
}

// Examples that come cut and texts that do not are the same to the model.
func TestCutAndUncutTextsMeet(t *testing.T) {
	var examples []learn.Example
	cut := map[string][]string{"灯": {"路灯", "不亮", "灯杆", "照明"}, "水": {"停水", "水管", "爆裂", "水压"}}
	for i := range 80 {
		l := []string{"灯", "水"}[i%2]
		w := cut[l]
		examples = append(examples, learn.Example{Label: l, Text: learn.Text{Words: []string{w[i/2%4], "小区", w[i/8%4], places[i%len(places)]}}})
	}
	m := train(t, examples, 1)
	if p := m.Predict(learn.Text{Title: "我们小区的路灯已经三天都不亮了", Content: "请问什么时候修好"}); p.Label != "灯" || !slices.Contains(p.Because, "路灯") {
		t.Errorf("%+v", p)
	}
}

func TestMeasure(t *testing.T) {
	tally := learn.NewTally()
	add := func(truth, said string, p float64, rest ...string) {
		top := []learn.Score{{Label: said, Probability: p}}
		for _, r := range rest {
			top = append(top, learn.Score{Label: r})
		}
		tally.Add(truth, learn.Prediction{Score: top[0], Top: top})
	}
	add("甲", "甲", 0.95)
	add("甲", "乙", 0.95, "丙", "甲")
	add("乙", "乙", 0.65)
	add("乙", "丁", 0.65)
	m := tally.Measure()
	// 甲: precision 1, recall 1/2, F1 2/3; 乙: precision 1/2, recall 1/2, F1 1/2; 丁 is nobody's.
	if m.Texts != 4 || m.Right != 2 || m.RightTop3 != 3 || m.Accuracy != 0.5 || math.Abs(m.MacroF1-(2.0/3+0.5)/2) > 1e-12 || len(m.Labels) != 3 {
		t.Errorf("%+v", m)
	}
	if want := (math.Abs(1.9-1) + math.Abs(1.3-1)) / 4; math.Abs(m.Error-want) > 1e-12 {
		t.Errorf("calibration error %v, want %v", m.Error, want)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(file(f, train(f, requests(30, 1), 1)))
	f.Add([]byte("YCLEARN1\x01\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := learn.Read(bytes.NewReader(b))
		if err != nil {
			if errs.CodeOf(err) != "learn.file" {
				t.Fatal(err)
			}
			return
		}
		if p := m.Predict(learn.Text{Content: "路灯不亮"}); len(p.Top) == 0 {
			t.Fatalf("%+v", p)
		}
	})
}

func BenchmarkPredict(b *testing.B) {
	m := train(b, requests(600, 1), 1)
	list := requests(100, 2)
	for i := 0; b.Loop(); i++ {
		m.Predict(list[i%len(list)].Text)
	}
}
