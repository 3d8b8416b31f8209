package rating

import (
	"errors"
	"strings"
	"testing"
)

// table is the machine of a task (hall reference §4.5) written down a second time: from each state, what may be done.
var table = map[State][]Action{
	Fresh:     {ActChange, ActWithdraw, ActDispatch, ActVoid},
	Assigned:  {ActChange, ActWithdraw, ActDispatch, ActVoid, ActContact},
	Contacted: {ActChange, ActWithdraw, ActFix, ActPlan, ActExplain, ActAppeal},
	Fixing:    {ActReport, ActAppeal},
	Appealed:  {ActOpine, ActUphold, ActReject},
	Review:    {ActPass, ActSendBack},
	FollowUp:  {ActCall, ActConfirm},
	Done:      {ActSendBack, ActClose},
	Closed:    {}, Excluded: {}, Void: {},
}

func TestEveryPairOfStateAndAction(t *testing.T) {
	for _, s := range States() {
		allowed := map[Action]bool{}
		for _, a := range table[s] {
			allowed[a] = true
		}
		for _, tr := range flow {
			_, err := check(tr.Action, s)
			if (err == nil) != allowed[tr.Action] || err != nil && !errors.Is(err, ErrState) {
				t.Errorf("%s in %s: %v", tr.Action, s, err)
			}
			if tr.Action.Label() == "" {
				t.Errorf("%s has no name", tr.Action)
			}
		}
		if s.Label() == "" || s.Open() == (len(table[s]) == 0) {
			t.Errorf("%s: %q, open %v", s, s.Label(), s.Open())
		}
	}
}

// Whoever was rated has the appeal, and nothing that ends a task or takes its rating out.
func TestTheRatedOnlyAppeal(t *testing.T) {
	for _, tr := range flow {
		ends := tr.To != "" && !tr.To.Open()
		if ends && (tr.Perm == PermHandle || tr.Perm == PermAppeal || tr.Perm == PermContact) {
			t.Errorf("%s ends a task and takes %s", tr.Action, tr.Perm)
		}
	}
}

func TestScrub(t *testing.T) {
	for text, want := range map[string]string{
		"窗口态度差":                  "窗口态度差",
		"我叫马建国，电话13993001234":    "我叫某，电话（号码）",
		"马 建 国 来过，139-9300-1234": "某某 来过，（号码）",
		"电话１３９９３００１２３４请回":        "电话（号码）请回",
		"幺三九九三零零幺二三四":            "（号码）",
		"身份证62290119900307123X":  "身份证（号码）",
		"发 a.b@example.com 给我":   "发 （邮箱） 给我",
		"张先生收的件":                 "某先生收的件",
		"等了 2 个小时，跑了3趟":          "等了 2 个小时，跑了3趟",
		"马·建·国没办成":               "某某没办成",
		"0930-6212345 打不通":       "（号码） 打不通",
		"2 号窗口 12 月 3 日 10 点没有人": "2 号窗口 12 月 3 日 10 点没有人",
	} {
		if got := Scrub(text, "马建国"); got != want {
			t.Errorf("%s → %s, want %s", text, got, want)
		}
	}
}

// FuzzScrub looks for a text in which a known name or phone survives.
func FuzzScrub(f *testing.F) {
	f.Add("我是", "，打电话给我")
	f.Add("139", "0")
	f.Add("马", "国")
	f.Fuzz(func(t *testing.T, before, after string) {
		got := Scrub(before+"马建国"+after+" 13993001234 ", "马建国")
		for _, secret := range []string{"马建国", "13993001234"} {
			if strings.Contains(got, secret) {
				t.Errorf("%q keeps %s: %q", before, secret, got)
			}
		}
	})
}
