package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yichuang/internal/cli"
	"yichuang/internal/learn"
)

// lines writes n labelled requests as JSONL.
func lines(n int) string {
	var b strings.Builder
	for i := range n {
		what := [][2]string{{"路灯不亮，灯杆也歪了", "市政"}, {"自来水停水，水管爆裂", "供水"}, {"公交车不进站，线路绕远", "交通"}}[i%3]
		fmt.Fprintf(&b, "{\"title\":\"%d号院%s\",\"content\":\"%s，已经%d天，请处理。\",\"label\":\"%s\"}\n", i, what[0][:12], what[0], i%9, what[1])
	}
	return b.String()
}

func TestHotlineModel(t *testing.T) {
	s := shell{t, filepath.Join(t.TempDir(), "test.db")}
	in, model := s.file("in.jsonl", lines(90)), filepath.Join(filepath.Dir(s.db), "model")
	plain := shellOnly{t}
	contains(t, plain.run(0, "hotline", "train", "--in", in, "--out", model), "用 90 条样本训练了 3 类", "留出检验", "宏平均 F1")
	first, err := os.ReadFile(model)
	if err != nil {
		t.Fatal(err)
	}
	plain.run(0, "hotline", "train", "--in", in, "--out", model)
	if again, _ := os.ReadFile(model); string(again) != string(first) {
		t.Error("a second training gave another file")
	}
	out := plain.run(0, "hotline", "classify", "--model", model, "--in", s.file("q.jsonl", "{\"title\":\"路灯不亮\",\"content\":\"灯杆倒了\"}\n{\"content\":\"家里停水\",\"extra\":1}\n{\"title\":\"\"}\n"))
	rows := bufio.NewScanner(strings.NewReader(out))
	var got []learn.Prediction
	for rows.Scan() {
		var p learn.Prediction
		if err := json.Unmarshal(rows.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		got = append(got, p)
	}
	if len(got) != 3 || got[0].Label != "市政" || got[1].Label != "供水" || len(got[0].Top) != 3 || len(got[0].Because) == 0 || got[2].Because == nil {
		t.Fatalf("%s", out)
	}
	if sum := got[0].Top[0].Probability + got[0].Top[1].Probability + got[0].Top[2].Probability; math.Abs(sum-1) > 1e-9 {
		t.Errorf("three labels share %v", sum)
	}
	contains(t, plain.run(0, "hotline", "evaluate", in, "--model", model), "样本 90 条", "宏平均 F1 1.0000", "校准误差", "市政：30 条")
	contains(t, plain.run(0, "hotline", "evaluate", in, "--folds", "3"), "第 3 份", "样本 90 条")
	var m learn.Measure
	if err := json.Unmarshal([]byte(plain.run(0, "hotline", "evaluate", in, "--model", model, "--json")), &m); err != nil || m.Texts != 90 || len(m.Labels) != 3 {
		t.Errorf("%+v %v", m, err)
	}
}

func TestHotlineModelRefusals(t *testing.T) {
	s := shell{t, filepath.Join(t.TempDir(), "test.db")}
	plain := shellOnly{t}
	in, bad := s.file("in.jsonl", lines(9)), s.file("bad.jsonl", lines(2)+"{\"title\": 3}\n")
	contains(t, plain.run(1, "hotline", "train", "--in", in), "要写明 --in 和 --out")
	contains(t, plain.run(1, "hotline", "train", "--in", bad, "--out", "m"), "第 3 行")
	contains(t, plain.run(1, "hotline", "train", "--in", s.file("one.jsonl", lines(1)), "--out", "m"), "样本太少")
	contains(t, plain.run(1, "hotline", "train", "--in", "nowhere.jsonl", "--out", "m"), "读不到文件 nowhere.jsonl")
	contains(t, plain.run(1, "hotline", "train", "--in", in, "--out", filepath.Join(filepath.Dir(s.db), "no", "m")), "写不出文件")
	contains(t, plain.run(1, "hotline", "classify", "--model", in, "--in", in), "不是可用的模型文件")
	contains(t, plain.run(1, "hotline", "classify", "--model", "nowhere", "--in", in), "读不到模型文件")
	contains(t, plain.run(1, "hotline", "evaluate", in), "--model")
	contains(t, plain.run(1, "hotline", "evaluate", in, "--folds", "1"), "2 至 20")
}

func TestHotlineTrainNeedsClosedOrders(t *testing.T) {
	s := shell{t, filepath.Join(t.TempDir(), "test.db")}
	s.run(0, "org", "init", "--code", "linxia", "--name", "临夏市政务中心", "--division", "622901")
	contains(t, s.run(1, "hotline", "train", "--centre", "linxia"), "可用于训练的办结工单只有 0 件，至少要 50 件")
}

// shellOnly runs commands that need no database.
type shellOnly struct{ t *testing.T }

func (s shellOnly) run(wantCode int, args ...string) string {
	s.t.Helper()
	var out, errOut bytes.Buffer
	if code := cli.Main(context.Background(), args, &out, &errOut); code != wantCode {
		s.t.Fatalf("%s: exit %d, want %d: %s%s", strings.Join(args, " "), code, wantCode, out.String(), errOut.String())
	}
	return out.String() + errOut.String()
}
