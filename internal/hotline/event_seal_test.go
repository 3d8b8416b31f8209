package hotline

import (
	"strings"
	"testing"
	"yichuang/internal/chain"
)

// chained makes a ticket with three events, two of them with texts.
func chained() (*Ticket, []Event) {
	t := &Ticket{EventHash: []byte{}}
	var events []Event
	for i, text := range []string{"来电人称家中暖气不热，电话 13909301234", "", "已电话告知", ""} {
		e := Event{CentreID: "c", TicketID: "t", Seq: int64(i + 1), Action: ActComment, Text: text, Data: `{"attempt":1}`}
		if i == 3 {
			e.Data = `{"days":3,"matter":"请张三到现场","unit":"u1"}`
		}
		e.seal()
		e.Hash = e.link(t.EventHash)
		t.EventHash, t.EventSeq = e.Hash, e.Seq
		events = append(events, e)
	}
	return t, events
}

// The text of an event may be taken out with its salt, and nothing else: the chain holds then, and only then.
func TestATextCanBeTakenOutOfAChain(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(e *Event)
		breaks int64
	}{
		{"untouched", func(*Event) {}, 0},
		{"taken out", func(e *Event) { e.Text, e.TextSalt = "", "" }, 0},
		{"taken out, salt kept", func(e *Event) { e.Text = "" }, 1},
		{"changed", func(e *Event) { e.Text = "另一句话" }, 1},
		{"changed without its salt", func(e *Event) { e.Text, e.TextSalt = "另一句话", "" }, 1},
		{"sealed anew", func(e *Event) { e.Text = "另一句话"; e.seal() }, 1},
		{"taken out with its seal", func(e *Event) { e.Text, e.TextSalt, e.TextSeal = "", "", "" }, 1},
		{"data changed", func(e *Event) { e.Data = "{}" }, 1},
	} {
		ticket, events := chained()
		c.change(&events[0])
		if got := chain.Broken(events, ticket.EventSeq, ticket.EventHash); got != c.breaks {
			t.Errorf("%s: the chain breaks at %d, want %d", c.name, got, c.breaks)
		}
	}
}

// Two seals of one text differ, so that a text cannot be found by comparing.
func TestSealsOfOneTextDiffer(t *testing.T) {
	_, a := chained()
	_, b := chained()
	if a[0].TextSeal == b[0].TextSeal || a[0].TextSeal == "" || a[1].TextSeal != "" || a[3].TextSeal == "" || strings.Contains(a[0].TextSeal, a[0].Text) {
		t.Errorf("seals %q, %q, %q", a[0].TextSeal, b[0].TextSeal, a[1].TextSeal)
	}
}

// An event from before texts were sealed is chained as ever; with its text taken out, its hash stands for it.
func TestEventsFromBefore(t *testing.T) {
	e := Event{CentreID: "c", TicketID: "t", Seq: 1, Action: ActComment, Text: "旧文字"}
	e.Hash = e.link([]byte{})
	ticket := &Ticket{EventSeq: 1, EventHash: e.Hash}
	if chain.Broken([]Event{e}, ticket.EventSeq, ticket.EventHash) != 0 {
		t.Error("the old chain does not hold")
	}
	e.Text, e.TextSeal = "", redactedBefore
	if chain.Broken([]Event{e}, ticket.EventSeq, ticket.EventHash) != 0 {
		t.Error("the chain does not hold without the text")
	}
	e.Text = "改过的文字"
	if chain.Broken([]Event{e}, ticket.EventSeq, ticket.EventHash) != 1 {
		t.Error("a text in the place of the one taken out is not seen")
	}
}

// What stays of an event's data are numbers, moments and codes.
func TestKeptData(t *testing.T) {
	for _, c := range [][2]string{
		{"", ""},
		{`{"days":3,"matter":"请张三到现场","unit":"u1"}`, `{"days":3,"unit":"u1"}`},
		{`{"changes":{"title":["旧标题","新标题"]}}`, ""},
		{`{"due":"2026-05-14T18:00:00+08:00","told":"13909301234"}`, `{"due":"2026-05-14T18:00:00+08:00"}`},
		{`{"ground":"职责不符","n":12345678901234567,"ok":true,"sha256":["ab"]}`, `{"ground":"职责不符","n":12345678901234567,"ok":true,"sha256":["ab"]}`},
		{"not json", ""},
	} {
		if got := keptData(c[0]); got != c[1] {
			t.Errorf("%s: %s, want %s", c[0], got, c[1])
		}
	}
}

// Every event of a chain may be redacted, and the sum of what is left does not depend on whether it was.
func TestRedactedChain(t *testing.T) {
	ticket, events := chained()
	before := keptSum(events)
	for i := range events {
		events[i].redact()
		if strings.Contains(events[i].Text+events[i].Data, "张三") || strings.Contains(events[i].Text, "139") {
			t.Errorf("event %d still says %q %q", i+1, events[i].Text, events[i].Data)
		}
	}
	if chain.Broken(events, ticket.EventSeq, ticket.EventHash) != 0 || keptSum(events) != before {
		t.Errorf("the chain breaks at %d; sums %s, %s", chain.Broken(events, ticket.EventSeq, ticket.EventHash), before, keptSum(events))
	}
}
