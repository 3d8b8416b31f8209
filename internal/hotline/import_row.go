package hotline

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

// importRow is a row that can become a ticket, with everything computed that needs no database.
type importRow struct {
	prepared
	line      int
	ref       string
	createdAt clock.Instant
	closed    bool
	closedAt  clock.Instant // 0: the source does not say
	closedDay bool          // only the day of closing is known
	unit      string        // name
	unitID    string
	outcome   string
	reply     string
	solved    string
	notes     []string // what was taken with a reservation
}

// earliestImport is the oldest creation that is believed; the first government hotlines are of the 1990s.
var earliestImport = clock.At(1990, time.January, 2, 0, 0)

// row evaluates a source row by the mapping. It gives the reason where the row cannot be taken.
func (im *importer) row(r SourceRow) (*importRow, string) {
	m, p := im.mapping, &problem{}
	if why := unreadable(r); why != "" {
		return nil, why
	}
	out := &importRow{line: r.Line, ref: m.text(r, "ref", p), unit: m.text(r, "unit", p), closed: m.holds(m.Closed, r), reply: m.text(r, "reply", p), solved: m.text(r, "solved", p)}
	im.times(out, r, p)
	in := RegisterInput{Channel: m.text(r, "channel", p), Kind: m.text(r, "kind", p), Urgency: m.text(r, "urgency", p), Category: m.text(r, "category", p),
		Area: m.text(r, "area", p), Title: m.text(r, "title", p), Content: m.text(r, "content", p), Address: m.text(r, "address", p),
		Name: m.text(r, "name", p), Phone: m.text(r, "phone", p), Confidential: m.text(r, "confidential", p), UpstreamRef: m.text(r, "upstream_ref", p)}
	in.EventAt, _ = m.time(r, "event_at", p)
	in.Anonymous = isYes(m.text(r, "anonymous", p))
	in.Normalize()
	if in.Phone != "" && !plausiblePhone(in.Phone) {
		out.notes = append(out.notes, "电话号码不完整，没有导入电话")
		in.Phone = ""
	}
	out.check(&in, p)
	im.judge(out, r, p)
	if p.text != "" {
		return nil, p.text
	}
	out.prepared = im.m.prepare(in)
	return out, ""
}

// unreadable refuses a row with text that no database can keep.
func unreadable(r SourceRow) string {
	for column, v := range r.Values {
		if !storable(v) {
			return "列“" + firstRunes(strings.ToValidUTF8(column, "?"), 30) + "”含有无法识别的字符，请把文件另存为 UTF-8"
		}
	}
	return ""
}

func isYes(s string) bool {
	switch strings.ToLower(s) {
	case "1", "是", "true", "y", "yes", "匿名":
		return true
	}
	return false
}

func (im *importer) times(out *importRow, r SourceRow, p *problem) {
	m := im.mapping
	out.createdAt, _ = m.time(r, "created_at", p)
	switch {
	case p.text != "":
		return
	case out.createdAt == 0:
		p.say("created_at", "没有填写")
	case out.createdAt < earliestImport:
		p.say("created_at", "早于 1990 年："+out.createdAt.String())
	case out.createdAt > im.now:
		p.say("created_at", "晚于现在："+out.createdAt.String())
	}
	if out.closedAt, out.closedDay = m.time(r, "closed_at", p); out.closedAt != 0 && out.closedDay {
		out.closedAt = out.closedAt.Date().Clock(12, 0)
	}
	if days := m.text(r, "closed_after_days", p); out.closedAt == 0 && days != "" {
		n, err := strconv.Atoi(days)
		if err != nil || n < 0 || n > 36500 {
			p.say("closed_after_days", "“"+firstRunes(days, 20)+"”不是天数")
			return
		}
		out.closedAt, out.closedDay = (out.createdAt.Date()+clock.Date(n)).Clock(12, 0), true
	}
	if out.closedAt == 0 {
		return
	}
	if out.closedAt.Date() < out.createdAt.Date() {
		p.say("closed_at", "早于登记时间："+out.closedAt.String())
	}
	if out.closedAt > im.now {
		p.say("closed_at", "晚于现在："+out.closedAt.String())
	}
	out.closedAt = max(out.closedAt, out.createdAt)
}

// check applies the rules of a request to a row. A row may lack a phone, because the source may not hand it over.
func (r *importRow) check(in *RegisterInput, p *problem) {
	switch {
	case r.ref == "":
		p.say("ref", "没有填写")
	case len([]rune(r.ref)) > maxShort:
		p.say("ref", "超过 "+strconv.Itoa(maxShort)+" 个字")
	}
	if len([]rune(r.unit)) > 60 {
		p.say("unit", "名称超过 60 个字")
	}
	if len([]rune(r.reply)) > maxContent {
		p.say("reply", "超过 "+strconv.Itoa(maxContent)+" 个字")
	}
	if r.solved != "" && !slices.Contains(SolvedCodes, r.solved) {
		p.say("solved", "应为"+strings.Join(SolvedCodes, "、"))
	}
	lacksPhone := in.Phone == "" && !in.Anonymous
	in.Anonymous = in.Anonymous || lacksPhone
	if err := in.Validate(); err != nil {
		for _, f := range errs.As(err).Fields {
			p.say(f.Name, f.Public)
		}
	}
	in.Anonymous = in.Anonymous && !lacksPhone
}

// judge finds whether the unit was in time: by the source's marks, else, where the mapping asks for it, by the limit.
// A closed row that does not tell is taken and counts neither way.
func (im *importer) judge(r *importRow, row SourceRow, p *problem) {
	m := im.mapping
	if !r.closed || p.text != "" {
		return
	}
	onTime, late := m.holds(m.Outcome.OnTime, row), m.holds(m.Outcome.Late, row)
	marked := m.Outcome.OnTime.Column != "" || m.Outcome.Late.Column != ""
	switch {
	case onTime && late:
		r.notes = append(r.notes, "按时和超时都有标记，不计入按时率")
	case onTime:
		r.outcome = OnTime
	case late:
		r.outcome = Late
	case m.Outcome.ByLimit && r.closedAt != 0:
		r.outcome = im.byLimit(r)
	case marked:
		r.notes = append(r.notes, "没有按时或超时标记，不计入按时率")
	}
	if r.outcome == "" {
		r.outcome = NotApplicable
	}
}

func (im *importer) byLimit(r *importRow) string {
	due := im.cal.Due(im.mapping.Limit, r.createdAt, "")
	if late := r.closedAt > due.At; late && !(r.closedDay && r.closedAt.Date() == due.LastDay()) {
		return Late
	}
	return OnTime
}
