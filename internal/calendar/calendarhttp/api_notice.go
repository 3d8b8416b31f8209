package calendarhttp

import (
	"context"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

// errHours refuses office hours that cannot be read.
var errHours = errs.New(errs.Invalid, "calendar.hours_text", "办公时间的写法不对，没有发布。")

// revisionRow is a published version of a layer's year.
type revisionRow struct {
	ID           string        `json:"id"`
	Layer        string        `json:"layer" enum:"national,prefecture,county" doc:"层级"`
	Area         string        `json:"area,omitempty" doc:"行政区划代码"`
	Year         int           `json:"year" doc:"年份"`
	Number       int           `json:"number" doc:"第几版"`
	Revision     int64         `json:"revision" doc:"日历版本"`
	Document     docOut        `json:"document" doc:"依据文件"`
	Confirmed    bool          `json:"confirmed" doc:"是否已确认"`
	PublishedAt  clock.Instant `json:"published_at" doc:"发布时间"`
	SupersededBy string        `json:"superseded_by,omitempty" doc:"取代它的版本"`
	Days         []listedDay   `json:"days,omitempty" doc:"文件中的日期，只在查看一个版本时返回"`
}

// listedDay is a day that a document orders.
type listedDay struct {
	Date  clock.Date `json:"date"`
	Kind  string     `json:"kind" enum:"off,work" doc:"off 放假，work 上班"`
	Name  string     `json:"name" doc:"节日名称"`
	Basis string     `json:"basis,omitempty" doc:"与版本不同的依据文件"`
}

func revisionRowOf(r calendar.Revision) revisionRow {
	return revisionRow{ID: r.ID, Layer: string(r.Layer), Area: r.Area, Year: int(r.Year), Number: int(r.Number), Revision: r.Revision, Document: docOut(r.Document),
		Confirmed: r.Confirmed, PublishedAt: r.PublishedAt, SupersededBy: r.SupersededBy}
}

// hoursRuleIO is the office hours of a season and of some days of the week, as people write them.
type hoursRuleIO struct {
	Name string `json:"name,omitempty" maxLength:"40" doc:"名称，如 夏季"`
	From string `json:"from,omitempty" maxLength:"5" example:"05-01" doc:"从哪一天（月-日）；都不写为全年"`
	To   string `json:"to,omitempty" maxLength:"5" example:"09-30" doc:"到哪一天（月-日，含），可以跨年"`
	Days []int  `json:"days,omitempty" maxItems:"7" doc:"星期几，0 为周日；不写为每天"`
	Open string `json:"open" maxLength:"100" example:"08:30-12:00, 14:30-18:00" doc:"办公时段"`
}

func ruleOf(r calendar.HoursRule) hoursRuleIO {
	out := hoursRuleIO{Name: r.Name, From: r.From.String(), To: r.To.String(), Open: calendar.FormatIntervals(r.Open)}
	for _, v := range dayValues(r.Days) {
		n, _ := strconv.Atoi(v) // dayValues gives numbers
		out.Days = append(out.Days, n)
	}
	return out
}

func (in *hoursRuleIO) rule(e *errs.Error, at string) (calendar.HoursRule, *errs.Error) {
	r := calendar.HoursRule{Name: in.Name}
	var err error
	if r.Open, err = calendar.ParseIntervals(in.Open); err != nil {
		e = e.Field(at+".open", "%s。", err)
	}
	if r.From, err = calendar.ParseMonthDay(in.From); err != nil {
		e = e.Field(at+".from", "%s。", err)
	}
	if r.To, err = calendar.ParseMonthDay(in.To); err != nil {
		e = e.Field(at+".to", "%s。", err)
	}
	for _, d := range in.Days {
		if d < 0 || d > 6 {
			e = e.Field(at+".days", "星期几应为 0（周日）至 6（周六）。")
			continue
		}
		r.Days |= 1 << d
	}
	return r, e
}

// hoursVersionOut is a published version of office hours.
type hoursVersionOut struct {
	ID           string        `json:"id"`
	Area         string        `json:"area,omitempty" doc:"行政区划代码，空为全中心"`
	Unit         string        `json:"unit,omitempty" doc:"单位编号"`
	Effective    clock.Date    `json:"effective" doc:"从哪一天起，空为一直"`
	Rules        []hoursRuleIO `json:"rules"`
	Document     docOut        `json:"document" doc:"依据文件"`
	Confirmed    bool          `json:"confirmed" doc:"是否已确认"`
	Revision     int64         `json:"revision" doc:"日历版本"`
	PublishedAt  clock.Instant `json:"published_at"`
	SupersededBy string        `json:"superseded_by,omitempty" doc:"取代它的版本"`
}

func hoursVersionOf(v calendar.HoursVersion) hoursVersionOut {
	out := hoursVersionOut{ID: v.ID, Area: v.Area, Unit: v.Unit, Effective: v.Effective, Rules: []hoursRuleIO{}, Document: docOut(v.Document), Confirmed: v.Confirmed,
		Revision: v.Revision, PublishedAt: v.PublishedAt, SupersededBy: v.SupersededBy}
	for _, r := range v.Rules {
		out.Rules = append(out.Rules, ruleOf(r))
	}
	return out
}

// hoursIn is the body of POST /calendar/hours.
type hoursIn struct {
	Area      string        `json:"area,omitempty" maxLength:"12" doc:"行政区划代码；不传为全中心"`
	Unit      string        `json:"unit,omitempty" maxLength:"64" doc:"单位编号；不传为全体"`
	Effective *clock.Date   `json:"effective,omitempty" doc:"从哪一天起；不传为一直"`
	Rules     []hoursRuleIO `json:"rules" minItems:"1" maxItems:"20"`
	Document  docOut        `json:"document" doc:"依据文件"`
	Seen      int64         `json:"seen,omitempty" minimum:"0" doc:"依据的日历版本；期间有人发布过则拒绝"`
}

// hoursOut is the answer of POST /calendar/hours.
type hoursOut struct {
	Revision int64 `json:"revision" doc:"新的日历版本"`
}

func (h *handlers) registerNoticeAPI(api *rest.Kit) {
	tag := []string{"工作日历"}
	rest.Register(api, huma.Operation{Method: "GET", Path: "/calendar/revisions", Summary: "放假安排的各个版本", Tags: tag}, calendar.PermDayRead, h.apiRevisions)
	rest.Register(api, huma.Operation{Method: "GET", Path: "/calendar/revisions/{id}", Summary: "一个版本和它的日期", Tags: tag}, calendar.PermDayRead, h.apiRevision)
	rest.Register(api, huma.Operation{Method: "GET", Path: "/calendar/hours", Summary: "办公时间的各个版本", Tags: tag}, calendar.PermDayRead, h.apiHours)
	rest.Register(api, huma.Operation{Method: "POST", Path: "/calendar/hours", Summary: "发布办公时间", Tags: tag, DefaultStatus: 201}, calendar.PermHoursPublish, h.apiPublishHours)
	rest.Register(api, huma.Operation{Method: "GET", Path: "/calendar/journal", Summary: "时限重算记录", Tags: tag}, calendar.PermDayRead, h.apiJournal)
	rest.Register(api, huma.Operation{Method: "GET", Path: "/calendar/warnings", Summary: "日历缺少什么、什么没有确认", Tags: tag}, calendar.PermDayRead,
		func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[calendar.Warning]], error) {
			list, err := h.Calendar.Warn(ctx)
			if err != nil {
				return nil, err
			}
			return rest.List(list, ""), nil
		})
}

func (h *handlers) apiRevisions(ctx context.Context, in *struct {
	Year int `query:"year" minimum:"0" maximum:"2199" doc:"年份；不传为各年"`
}) (*rest.Body[rest.Page[revisionRow]], error) {
	list, err := h.Calendar.Revisions(ctx, in.Year)
	if err != nil {
		return nil, err
	}
	out := make([]revisionRow, len(list))
	for i, r := range list {
		out[i] = revisionRowOf(r)
	}
	return rest.List(out, ""), nil
}

func (h *handlers) apiRevision(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[revisionRow], error) {
	r, days, err := h.Calendar.RevisionOf(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	out := revisionRowOf(r)
	for _, d := range days {
		out.Days = append(out.Days, listedDay{d.Date, string(d.Kind), d.Name, d.Basis})
	}
	return rest.OK(out), nil
}

func (h *handlers) apiHours(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[hoursVersionOut]], error) {
	list, err := h.Calendar.HoursVersions(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]hoursVersionOut, len(list))
	for i, v := range list {
		out[i] = hoursVersionOf(v)
	}
	return rest.List(out, ""), nil
}

func (h *handlers) apiPublishHours(ctx context.Context, in *struct {
	rest.IdempotencyKey
	Body hoursIn
}) (*rest.Body[hoursOut], error) {
	b := in.Body
	input := calendar.HoursInput{Area: b.Area, Unit: b.Unit, Effective: clock.NoDate, Document: calendar.Document(b.Document), Seen: b.Seen, Key: in.IdempotencyKey.IdempotencyKey}
	if b.Effective != nil {
		input.Effective = *b.Effective
	}
	e := errHours
	for i := range b.Rules {
		var r calendar.HoursRule
		r, e = b.Rules[i].rule(e, "rules["+strconv.Itoa(i)+"]")
		input.Rules = append(input.Rules, r)
	}
	if err := e.OrNil(); err != nil {
		return nil, err
	}
	change, err := h.Calendar.PublishHours(ctx, input)
	if err != nil {
		return nil, err
	}
	return rest.OK(hoursOut{change.Revision}), nil
}

func (h *handlers) apiJournal(ctx context.Context, in *struct {
	After string `query:"after" maxLength:"1024" doc:"上一页返回的 next，原样传回；第一页不传"`
}) (*rest.Body[rest.Page[calendar.JournalLine]], error) {
	before := ""
	if in.After != "" {
		parts, err := web.DecodeCursor(in.After, 1)
		if err != nil {
			return nil, err
		}
		before = parts[0]
	}
	list, err := h.Calendar.JournalList(ctx, before)
	if err != nil {
		return nil, err
	}
	next := ""
	if len(list) == calendar.JournalPage {
		next = web.EncodeCursor(list[len(list)-1].ID)
	}
	return rest.List(list, next), nil
}
