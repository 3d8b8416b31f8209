package casework_test

import (
	"errors"
	"strings"
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/errs"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// Who comes is identified, and whoever looked says how; what came by post has papers only, and an agent says by what he acts.
func TestWhoComesIsIdentified(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	it := w.Ready(t)
	agent := party.Applicant{Contact: party.Contact{Name: "李文", Phone: "13993005678"}, IDType: party.OtherPaper, IDNo: "P1234567"}
	for _, x := range []struct {
		name   string
		change func(in *casework.IntakeInput)
		field  string // refused at
		line   string
		data   string
	}{
		{"not looked at", func(in *casework.IntakeInput) { in.Identity = "" }, "identity", "", ""},
		{"a way of their own", func(in *casework.IntakeInput) { in.Identity = "agent" }, "identity", "", ""},
		{"at his place, not looked at", func(in *casework.IntakeInput) { in.Identity, in.Channel = "", casework.ChannelVisit }, "identity", "", ""},
		{"an agent without authority", func(in *casework.IntakeInput) { in.Agent = agent }, "agent_authority", "", ""},
		{"authority without an agent", func(in *casework.IntakeInput) { in.Authority = "letter" }, "agent_authority", "", ""},
		{"in person", func(*casework.IntakeInput) {}, "", "人工核对证件，", `"identity":"manual"`},
		{"by an agent", func(in *casework.IntakeInput) {
			in.Agent, in.Authority, in.Identity = agent, "letter", casework.IdentityCard
		}, "", "代办授权：授权委托书", `"agent_authority":"letter"`},
		{"by post", func(in *casework.IntakeInput) { in.Identity, in.Channel = "", casework.ChannelPost }, "", "邮寄申请，没有当面核验", ""},
	} {
		in := caseworktest.Input(it)
		x.change(&in)
		got, err := w.Casework.Receive(w.Window(t), in)
		if x.field != "" {
			var e *errs.Error
			if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Name != x.field {
				t.Errorf("%s: %v", x.name, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(x.name, err)
		}
		s := w.Get(t, got.Cases[0].ID)
		if !strings.Contains(s.Identity, x.line) || !strings.Contains(s.Events[0].Data, x.data) || x.data == "" && strings.Contains(s.Events[0].Data, "identity") {
			t.Errorf("%s: %q, %s", x.name, s.Identity, s.Events[0].Data)
		}
	}
}
