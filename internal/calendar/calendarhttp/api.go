package calendarhttp

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/rest"
)

// errMoment refuses a start that no calendar covers.
var errMoment = errs.New(errs.Invalid, "calendar.moment", "起算时间应在 1992 年至 2199 年之间。")

// dueOut is the answer of GET /calendar/due.
type dueOut struct {
	Due         clock.Instant `json:"due" doc:"到期时间"`
	Text        string        `json:"text" doc:"到期时间的中文写法" example:"2026-05-14 周四 18:00"`
	From        clock.Instant `json:"from" doc:"起算时间"`
	Limit       string        `json:"limit" doc:"时限" example:"5wd"`
	LimitLabel  string        `json:"limit_label" doc:"时限的中文写法" example:"5个工作日"`
	Area        string        `json:"area" doc:"行政区划代码"`
	Revision    int64         `json:"revision" doc:"日历版本"`
	Provisional bool          `json:"provisional" doc:"暂定：需要的年份还没有全国放假安排"`
	Missing     []int         `json:"missing" doc:"缺少安排的年份"`
	Days        []clock.Date  `json:"days" doc:"计入的工作日"`
	Yellow      clock.Instant `json:"yellow,omitempty" doc:"黄牌时间"`
	Red         clock.Instant `json:"red" doc:"红牌时间"`
}

// dayOut is a day of GET /calendar/days.
type dayOut struct {
	Date        clock.Date `json:"date"`
	Working     bool       `json:"working" doc:"是否工作日"`
	Reason      string     `json:"reason" enum:"weekday,weekend,holiday,makeup,local" doc:"原因"`
	Why         string     `json:"why" doc:"原因的中文写法" example:"劳动节（调休上班）"`
	Name        string     `json:"name" doc:"节日名称"`
	Layer       string     `json:"layer" enum:"weekly,national,prefecture,county" doc:"由哪一级决定"`
	Source      docOut     `json:"source" doc:"依据文件"`
	Provisional bool       `json:"provisional" doc:"暂定"`
}

type docOut struct {
	Title  string `json:"title" maxLength:"300" doc:"名称"`
	Number string `json:"number,omitempty" maxLength:"100" doc:"文号"`
	URL    string `json:"url,omitempty" maxLength:"300" doc:"网址"`
}

func dayOf(d calendar.DayInfo) dayOut {
	return dayOut{Date: d.Date, Working: d.Working, Reason: string(d.Reason), Why: d.Why(), Name: d.Name, Layer: string(d.Layer), Source: docOut(d.Source), Provisional: d.Provisional}
}

// daysOut is the answer of GET /calendar/days.
type daysOut struct {
	Year      int      `json:"year"`
	Area      string   `json:"area" doc:"行政区划代码"`
	Revision  int64    `json:"revision" doc:"日历版本"`
	Published bool     `json:"published" doc:"这一年的全国放假安排是否已导入"`
	Days      []dayOut `json:"days" doc:"全年每一天"`
}

// revisionIn is the body of POST /calendar/revisions.
type revisionIn struct {
	Layer     string     `json:"layer" enum:"national,prefecture,county" doc:"层级"`
	Area      string     `json:"area,omitempty" maxLength:"12" doc:"行政区划代码；全国不填"`
	Mode      string     `json:"mode,omitempty" enum:"replace,merge" default:"replace" doc:"整年替换或补充"`
	Document  docOut     `json:"document" doc:"依据文件"`
	Effective clock.Date `json:"effective,omitempty" doc:"发文日期"`
	Content   string     `json:"content" minLength:"1" maxLength:"262144" doc:"文件内容：holiday-cn 的 JSON，或 日期,类型,名称,依据文件 的 CSV"`
	Seen      int64      `json:"seen,omitempty" minimum:"0" doc:"预览时的日历版本；期间有人发布过则拒绝"`
	Preview   bool       `json:"preview,omitempty" doc:"只看变化，不发布"`
}

type changeOut struct {
	Before dayOut `json:"before"`
	After  dayOut `json:"after"`
}

// revisionOut is the answer of POST /calendar/revisions.
type revisionOut struct {
	Published bool        `json:"published" doc:"是否已发布"`
	Revision  int64       `json:"revision" doc:"日历版本：已发布的为新版本，预览的为当前版本"`
	Years     []int       `json:"years" doc:"涉及的年份"`
	Changes   []changeOut `json:"changes" doc:"逐日变化；用同一个幂等键重发时不再返回"`
}

func (h *handlers) registerAPI(api *rest.Kit) {
	tag := []string{"工作日历"}
	rest.Register(api, huma.Operation{Method: "GET", Path: "/calendar/due", Summary: "计算到期时间", Tags: tag}, calendar.PermDayRead, h.apiDue)
	rest.Register(api, huma.Operation{Method: "GET", Path: "/calendar/days", Summary: "全年逐日安排", Tags: tag}, calendar.PermDayRead, h.apiDays)
	rest.Register(api, huma.Operation{Method: "POST", Path: "/calendar/revisions", Summary: "导入放假安排", Tags: tag}, calendar.PermDayPublish, h.apiPublish)
	h.registerNoticeAPI(api)
}

func (h *handlers) apiDue(ctx context.Context, in *struct {
	At    rest.TimeParam `query:"at" required:"true" doc:"起算时间"`
	Limit string         `query:"limit" required:"true" maxLength:"30" example:"5wd" doc:"时限：5wd、240wm、15m、3d"`
	Area  string         `query:"area" maxLength:"12" doc:"行政区划代码，默认为中心所在地"`
	Unit  string         `query:"unit" maxLength:"40" doc:"按哪个单位的办公时间"`
}) (*rest.Body[dueOut], error) {
	if !calendar.Supported(in.At.Instant) {
		return nil, errMoment.Field("at", "“%s”不在 1992 年至 2199 年之间。", in.At.Instant)
	}
	limit, err := calendar.ParseLimit(in.Limit)
	if err != nil {
		return nil, err
	}
	cal, err := h.Calendar.Calendar(ctx, in.Area)
	if err != nil {
		return nil, err
	}
	due := cal.Due(limit, in.At.Instant, in.Unit)
	cards := cal.Cards(limit, due.At, in.Unit)
	out := dueOut{Due: due.At, Text: due.String(), From: due.From, Limit: limit.String(), LimitLabel: limit.Label(), Area: cal.Area(), Revision: cal.Revision(),
		Provisional: due.Provisional, Missing: append([]int{}, due.Missing...), Days: append([]clock.Date{}, due.Days...), Yellow: cards.Yellow, Red: cards.Red}
	return rest.OK(out), nil
}

func (h *handlers) apiDays(ctx context.Context, in *struct {
	Year int    `query:"year" required:"true" minimum:"1992" maximum:"2199" doc:"年份"`
	Area string `query:"area" maxLength:"12" doc:"行政区划代码，默认为中心所在地"`
}) (*rest.Body[daysOut], error) {
	cal, err := h.Calendar.Calendar(ctx, in.Area)
	if err != nil {
		return nil, err
	}
	out := daysOut{Year: in.Year, Area: cal.Area(), Revision: cal.Revision()}
	_, out.Published = cal.Published(in.Year)
	for _, d := range cal.Year(in.Year) {
		out.Days = append(out.Days, dayOf(d))
	}
	return rest.OK(out), nil
}

func (h *handlers) apiPublish(ctx context.Context, in *struct {
	rest.IdempotencyKey
	Body revisionIn
}) (*rest.Body[revisionOut], error) {
	b := in.Body
	years, err := calendar.ReadDays([]byte(b.Content))
	if err != nil {
		return nil, err
	}
	p := calendar.Publication{Layer: calendar.Layer(b.Layer), Area: b.Area, Years: years, Mode: calendar.Mode(b.Mode), Document: calendar.Document(b.Document), Effective: b.Effective, Seen: b.Seen, Key: in.IdempotencyKey.IdempotencyKey}
	if b.Preview {
		v, err := h.Calendar.Preview(ctx, p)
		if err != nil {
			return nil, err
		}
		return rest.OK(revisionOut{Revision: v.Revision, Years: v.Years, Changes: changesOf(v.Days)}), nil
	}
	c, err := h.Calendar.Publish(ctx, p)
	if err != nil {
		return nil, err
	}
	return rest.OK(revisionOut{Published: true, Revision: c.Revision, Years: c.Years, Changes: changesOf(c.Days)}), nil
}

func changesOf(days []calendar.DayChange) []changeOut {
	out := []changeOut{}
	for _, d := range days {
		out = append(out, changeOut{dayOf(d.Before), dayOf(d.After)})
	}
	return out
}
