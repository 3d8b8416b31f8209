package report_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/topic"
	"yichuang/internal/org"
	"yichuang/internal/report"
)

// cold is a complaint about the heating of one estate by the n-th caller.
func cold(n int) func(*hotline.RegisterInput) {
	says := []string{"红园小区暖气不热", "红园小区供暖温度太低", "投诉红园小区暖气一直不热", "红园小区3号楼暖气冰凉", "红园小区暖气不热何时解决"}
	return func(in *hotline.RegisterInput) {
		in.Title = says[n%len(says)]
		in.Content = in.Title + "，每天晚上室温只有十四度，请尽快处理。"
		in.Category, in.Address, in.Phone, in.Kind = "0201", "红园小区", fmt.Sprintf("139%08d", n), hotline.Complaint
	}
}

// TestASpecialReportFromATopic drafts one, follows each of its numbers to its tickets, and lets the topic change.
func TestASpecialReportFromATopic(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.Set("2026-04-10 09:00")
		for n := range 3 {
			d.Ticket(t, hotline.Triage, cold(n))
		}
		d.Clock.Advance(35 * 24 * time.Hour)
		for n := range 6 {
			d.Ticket(t, hotline.Triage, cold(n+3))
		}
		d.Ticket(t, hotline.Triage, cold(5))                          // one caller twice
		d.Ticket(t, hotline.Triage, func(in *hotline.RegisterInput) { // another matter
			in.Title, in.Content, in.Address, in.Category = "北大街路灯不亮", "北大街路灯整夜不亮，请维修。", "北大街", "0402"
		})
		if _, err := d.Topics.Gather(d.As(t, org.RoleLeader)); err != nil {
			t.Fatal(err)
		}
		topics, err := d.Topics.List(d.As(t, org.RoleLeader))
		if err != nil || len(topics) != 1 || topics[0].Tickets != 10 {
			t.Fatalf("%+v %v", topics, err)
		}
		in := report.CreateInput{Key: "draft", Kind: report.Special, Subject: report.Subject{Topic: topics[0].ID}}
		b, err := d.m.Create(d.writer, in)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := d.m.Create(d.writer, in); err != nil || again.ID != b.ID {
			t.Errorf("the same draft again: %s, %v", again.ID, err)
		}
		check := func(b report.Bulletin) {
			t.Helper()
			for key, want := range map[string]string{"专题件数": "7", "专题上期件数": "3", "诉求人数": "6", "专题环比": "上升 133.33%（增加 4 件）", "专题占比": "87.50%", "话题地点": "红园小区"} {
				if got := value(t, b, key).Text; got != want {
					t.Errorf("%s is %q, want %q", key, got, want)
				}
			}
			for _, v := range b.Content.Values {
				if v.Source != nil && v.Source.Slice != nil && (v.Key == "专题件数" || v.Key == "专题上期件数" || strings.HasSuffix(v.Key, "·件数")) && fmt.Sprint(d.records(t, *v.Source)) != v.Text {
					t.Errorf("%s: %s, but its list has %d", v.Key, v.Text, d.records(t, *v.Source))
				}
			}
			list, ok := b.Content.Table("工单清单")
			if !ok || !list.Inner || len(list.Rows) != 10 || list.Rows[0][0].Ticket == "" {
				t.Errorf("the list of tickets: %d rows", len(list.Rows))
			}
		}
		check(b)
		if p := b.Problems(); len(p) != 0 {
			t.Errorf("the draft has problems: %+v", p)
		}
		if strings.ContainsAny(b.Title, "0123456789") || !strings.Contains(b.Title, "暖气") {
			t.Errorf("title %q", b.Title)
		}
		for n := range 4 { // the topic grows; the report stays what it was
			d.Ticket(t, hotline.Triage, cold(n+40))
		}
		if _, err := d.Topics.Gather(d.As(t, org.RoleLeader)); err != nil {
			t.Fatal(err)
		}
		b, err = d.m.Refresh(d.writer, b.ID, b.Version)
		if err != nil {
			t.Fatal(err)
		}
		if got := value(t, b, "专题件数").Text; got != "7" {
			t.Errorf("after the topic has grown: %s", got)
		}
		text := strings.Replace(b.Text, "（请根据以上情况填写成因分析和工作建议。）", "供热管网老化，建议供热单位加强巡检。", 1)
		if b, err = d.m.Save(d.writer, b.ID, b.Version, b.Title, text, ""); err != nil {
			t.Fatal(err)
		}
		inside := d.document(t, b)
		if b, err = d.m.Review(d.reviewer, b.ID, b.Version); err != nil {
			t.Fatal(err)
		}
		if b, err = d.m.Issue(d.leader, b.ID, b.Version); err != nil {
			t.Fatal(err)
		}
		no := mustTable(t, b).Rows[0][0].Text
		if issued := d.document(t, b); !strings.Contains(inside, no) || strings.Contains(issued, no) {
			t.Errorf("the list stands in the inner version: %v, in the issued one: %v", strings.Contains(inside, no), strings.Contains(issued, no))
		}
		for name, bad := range map[string]report.CreateInput{
			"a month of a topic":          {Kind: report.Monthly, Period: may(), Subject: report.Subject{Topic: topics[0].ID}},
			"a topic and a word":          {Kind: report.Special, Period: may(), Subject: report.Subject{Topic: topics[0].ID, Word: "暖气"}},
			"a list that somebody claims": {Kind: report.Special, Period: may(), Subject: report.Subject{Kept: b.Subject.Kept}},
		} {
			if _, err := d.m.Create(d.writer, bad); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := d.m.Create(d.writer, report.CreateInput{Kind: report.Special, Subject: report.Subject{Topic: "nothing"}}); !errors.Is(err, topic.ErrMissing) {
			t.Errorf("a topic that is not there: %v", err)
		}
		if _, err := d.m.Create(d.head, in); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a unit's head: %v", err)
		}
	})
}

// document is the text of a bulletin's workbook.
func (d *desk) document(t *testing.T, b report.Bulletin) string {
	t.Helper()
	var buf bytes.Buffer
	if err := b.WriteXLSX(&buf); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&buf)
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			text += strings.Join(r, "|") + "\n"
		}
	}
	return text
}

func mustTable(t *testing.T, b report.Bulletin) report.Table {
	t.Helper()
	table, ok := b.Content.Table("工单清单")
	if !ok {
		t.Fatal("no list of tickets")
	}
	return table
}
